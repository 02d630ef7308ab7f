"""Whether a tracker is set up for the bridge, and what it takes to set it up.

First it is found out what is to be done, then it is done, step by step: a dry run and
the real one show the same steps.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bridge.ports.config import TrackerSettings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tracker is to be set up for.

    *public_url* is where the bridge is reached, None while nobody said; *projects* are
    the keys or ids of those in which cases are made or watched.
    """

    public_url: str | None = None
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; *is_good* is None where it cannot be told.

    *remedy* says what to do about what is not good.
    """

    name: str
    is_good: bool | None
    text: str
    remedy: str = ""


def good(name: str, text: str) -> Finding:
    """It is as it must be."""
    return Finding(name, is_good=True, text=text)


def bad(name: str, text: str, remedy: str = "") -> Finding:
    """It is not as it must be."""
    return Finding(name, is_good=False, text=text, remedy=remedy)


def unclear(name: str, why: object, remedy: str = "") -> Finding:
    """It cannot be told from here."""
    return Finding(name, is_good=None, text=f"cannot be told: {why}", remedy=remedy)


class Doing(StrEnum):
    """What is to be done about one thing at the tracker."""

    KEEP = "keep"
    CREATE = "create"
    REPAIR = "repair"
    REMOVE = "remove"
    BY_HAND = "by hand"
    BLOCKED = "blocked"
    """Cannot be done; the step says what is in the way."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do at the tracker, or to leave alone, and why.

    *by_hand* are the instructions for what no API can do. *act* does it and gives a
    note worth telling, or nothing; it may raise TrackerError.
    """

    doing: Doing
    what: str
    why: str = ""
    by_hand: tuple[str, ...] = ()
    act: Callable[[], Awaitable[str]] | None = field(
        default=None, repr=False, compare=False
    )


class Setup(Protocol):
    """The setting up of one tracker. Every call may raise TrackerError."""

    async def probe(self, wanted: Wanted) -> tuple[Finding, ...]:
        """Keys, permissions and whatever else must be right; changes nothing."""
        ...

    async def projects(self, named: Sequence[str]) -> tuple[Finding, ...]:
        """Whether each of *named* is a project here: a finding for each, in their
        order, at trackers that hold cases."""
        ...

    async def installation(self, wanted: Wanted) -> tuple[Step, ...]:
        """What makes the tracker call the bridge; all KEEP once it is done."""
        ...

    async def removal(self, wanted: Wanted) -> tuple[Step, ...]:
        """What makes it stop; what belongs to somebody else is kept."""
        ...


def hook_address(wanted: Wanted, tracker: str) -> str | None:
    """Where *tracker* is to send its deliveries."""
    return wanted.public_url and f"{wanted.public_url.rstrip('/')}/hooks/{tracker}"


def secret_of(settings: TrackerSettings) -> str:
    """The secret that a webhook is to show: the first one; empty without any."""
    secrets = settings.webhook_secrets
    return secrets[0].get_secret_value() if secrets else ""
