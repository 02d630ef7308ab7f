"""What an operator can say of a dead letter: try it again, or let it be."""

from dataclasses import replace
from typing import Protocol

from bridge.domain.base import Held, V
from bridge.domain.comment_records import Copy, CopyStatus
from bridge.domain.model import IssueId
from bridge.ports.commits import Commit
from bridge.ports.creations import Creation, CreationStatus


def tried_mark(issue: IssueId) -> str:
    """The name under which is kept when a creation that was skipped was tried."""
    return f"tried/{issue}"


class Verdict(Protocol):
    """What becomes of a value, a copy or a creation that was given up.

    *wakes* tells whether its key is to be looked at again at once.
    """

    @property
    def wakes(self) -> bool:
        """True when something is to be tried."""
        ...

    def of_held(self, held: Held[V]) -> Held[V]:
        """The value as it is held from now on."""
        ...

    def of_copy(self, copy: Copy) -> Copy:
        """The copy as it is known from now on."""
        ...

    def of_creation(self, creation: Creation) -> Commit:
        """What is kept of the creation."""
        ...


class Retry:
    """Try again what was given up."""

    wakes = True

    def of_held(self, held: Held[V]) -> Held[V]:
        """Owed again."""
        if held.owed is None:
            return held
        return replace(held, owed=replace(held.owed, refusal=""))

    def of_copy(self, copy: Copy) -> Copy:
        """To be made, or written anew where it is there already."""
        if copy.id:
            return replace(copy, status=CopyStatus.DONE, shows="")
        return replace(copy, status=CopyStatus.PENDING, tried_at=None)

    def of_creation(self, creation: Creation) -> Commit:
        """Reserved again. What may have been created is not forgotten: the case is
        searched for until the search cannot have missed it."""
        again = replace(creation, status=CreationStatus.RESERVED)
        return Commit(creations=[again])


class Skip:
    """Let be what was given up: both sides count as agreed."""

    wakes = False

    def of_held(self, held: Held[V]) -> Held[V]:
        """Nothing is owed any more."""
        return replace(held, owed=None)

    def of_copy(self, copy: Copy) -> Copy:
        """Refused, as it is."""
        return copy

    def of_creation(self, creation: Creation) -> Commit:
        """Forgotten: the issue may be linked or given a case by hand; but not when
        one may have been created."""
        tried = creation.tried_at
        marks = {tried_mark(creation.issue): tried} if tried else {}
        return Commit(dropped=[creation.issue], marks=marks)
