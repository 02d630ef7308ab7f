"""What the operator chose and may change while the bridge runs, one version at a time.

Whoever needs a choice asks for it when needed and keeps nothing of it across a wait:
a reload replaces all choices at once, so that each decision is made by one version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.model import TrackerName
from bridge.domain.routing import Ruleset
from bridge.engine.options import Options
from bridge.ports.trackers import WebhookReader


@dataclass(frozen=True, slots=True)
class Choices:
    """One version of everything that a reload may change; *version* names it.

    *readers* are the readers of webhooks with the secrets that are accepted now; where
    one is missing the roster's own is in force.
    """

    options: Options
    version: str = ""
    rules: Ruleset = field(default_factory=Ruleset)
    readers: Mapping[TrackerName, WebhookReader] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reload:
    """How the last reload went.

    *error* is empty when it went well; *waiting* are keys that changed too, and are
    taken over at the next start only.
    """

    at: datetime
    error: str = ""
    waiting: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """True when what was read is in force."""
        return not self.error


@dataclass(slots=True)
class Current:
    """The choices in force, and how the last reload went, if there was one.

    *doubts* are what an operator has to know of the choices in force.
    """

    choices: Choices
    last_reload: Reload | None = None
    doubts: tuple[str, ...] = ()
