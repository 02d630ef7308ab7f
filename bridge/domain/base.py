"""The base: what both sides agreed on last, and what is still owed to one of them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from bridge.domain.model import IssueId, State, StatusGroup
from bridge.domain.people import Identity

V = TypeVar("V")

REMEMBERED = 4
"""How many of our last writes to one value are remembered: old copies may be older
than the last one."""


@dataclass(frozen=True, slots=True)
class Owed(Generic[V]):
    """A value decided on and not yet written; *refusal* is why it never will be.

    A refused value shows as drift and is planned again only by somebody's next edit or
    an operator's retry.
    """

    value: V
    reason: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Replaced(Generic[V]):
    """What our last write overwrote, when, and the modification time it left behind."""

    value: V
    at: datetime
    revision: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held(Generic[V]):
    """One value of one thing, as last agreed; *replaced* are our last writes to it,
    the newest last."""

    value: V
    owed: Owed[V] | None = None
    replaced: tuple[Replaced[V], ...] = ()

    @property
    def live(self) -> Owed[V] | None:
        """What is owed and may still be written."""
        return self.owed if self.owed and not self.owed.refusal else None

    @property
    def refusal(self) -> str:
        """Why what is owed never will be written; empty where it may be."""
        return self.owed.refusal if self.owed else ""

    @property
    def expected(self) -> V:
        """The value once everything decided has been written."""
        return self.live.value if self.live else self.value

    def written(self, at: datetime, revision: datetime | None) -> "Held[V]":
        """The same after the owed value was written and the tracker confirmed it."""
        assert self.owed is not None
        return Held(self.owed.value, None, self.replacing(at, revision))

    def replacing(
        self, at: datetime, revision: datetime | None
    ) -> tuple[Replaced[V], ...]:
        """Our last writes once the value held here was written over."""
        return (*self.replaced, Replaced(self.value, at, revision))[-REMEMBERED:]

    def refused(self, why: str) -> "Held[V]":
        """The same after the tracker refused the owed value for good."""
        assert self.owed is not None
        return replace(self, owed=replace(self.owed, refusal=why))


@dataclass(frozen=True, slots=True)
class CaseBase:
    """What is agreed of a case; *assignee* is None until it was looked at."""

    group: Held[StatusGroup]
    assignee: Held[Identity] | None = None


NOT_LISTED: Held[bool] = Held(value=False)


@dataclass(frozen=True, slots=True)
class IssueBase:
    """What is agreed of one linked issue; *listed*: its case shows it.

    *assignee* is None until it was looked at.
    """

    id: IssueId
    state: Held[State]
    listed: Held[bool] = NOT_LISTED
    assignee: Held[Identity] | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What is agreed of a case and its issues; a linked issue not in it is new here."""

    case: CaseBase | None = None
    issues: dict[IssueId, IssueBase] = field(default_factory=dict)
