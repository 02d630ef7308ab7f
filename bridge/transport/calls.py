"""One outgoing call as a value, and what doing it twice would mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import quote

from bridge.ports.errors import GoneError


class Effect(Enum):
    """What a call does to the far side."""

    READ = auto()
    """Changes nothing."""

    SET = auto()
    """Writes a value; a second time changes nothing more."""

    ADD = auto()
    """Makes something new each time it is carried out."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request; *path* is below the tracker's base URL, *body* becomes JSON."""

    effect: Effect
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None

    def __str__(self) -> str:
        """The call as it is named in errors: without its query and its body."""
        return f"{self.method} {self.path}"


def path_of(*segments: str) -> str:
    """A path of *segments*, each of which stays one segment whatever it holds.

    GoneError for what cannot be one: nothing is or will be there.
    """
    for segment in segments:
        if segment in ("", ".", ".."):
            raise GoneError(f"nothing can be called {segment!r}")
    # The segments are ours or a tracker's ids; a lone surrogate is neither.
    return "/" + "/".join(quote(s, safe="", errors="replace") for s in segments)
