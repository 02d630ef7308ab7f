"""The kinds of trackers the bridge can speak to: one folder each, found by name.

A kind is a package here that has a ``KIND``. Nothing else lists them.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.ports.config import TrackerSettings
from bridge.ports.setup import Setup
from bridge.ports.trackers import (
    Ability,
    CaseTracker,
    IssueTracker,
    Side,
    WebhookReader,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the rest of the bridge gets at one kind of tracker.

    *connect* opens the tracker's client for as long as its context lasts; *reader*
    makes the reader of its webhooks; *setup* opens what sets the tracker up, for kinds
    that can say anything about that. All take an instance of *settings*. *lacks* are
    the reasons, fit for an operator, why a tracker of the kind may be unable to do
    something.
    """

    name: str
    side: Side
    settings: type[TrackerSettings]
    connect: Callable[
        [TrackerName, Any, Clock],
        AbstractAsyncContextManager[IssueTracker | CaseTracker],
    ]
    reader: Callable[[Any], WebhookReader]
    setup: (
        Callable[[TrackerName, Any, Clock], AbstractAsyncContextManager[Setup]] | None
    ) = None
    lacks: Mapping[Ability, str] = field(default_factory=dict)


def kinds() -> Mapping[str, Kind]:
    """Every kind there is a folder for, by its name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg:
            kind = getattr(
                importlib.import_module(f"{__name__}.{module.name}"), "KIND", None
            )
            if kind is not None:
                found[kind.name] = kind
    return found
