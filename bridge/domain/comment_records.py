"""What is remembered of comments: originals, our copies of them, and looks.

Never a text: only fingerprints.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from bridge.domain.comment_text import Marker, Thing

K = TypeVar("K")
V = TypeVar("V")

BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before every link."""


class Standing(StrEnum):
    """What a comment that is no copy of ours is to us.

    FOREIGN is a copy that some bridge made and we know nothing of; GONE is deleted, as
    far as its tracker shows.
    """

    PERSONAL = "personal"
    FOREIGN = "foreign"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Original:
    """A comment that we did not write.

    *written_at* is the earliest time at which it may have been written, as far as
    links go; *missed_at* is when it was first missing where it had been, or marked
    as deleted.
    """

    thing: Thing
    id: str
    fingerprint: str
    written_at: datetime
    standing: Standing = Standing.PERSONAL
    missed_at: datetime | None = None

    @property
    def key(self) -> tuple[Thing, str]:
        """By what it is known."""
        return self.thing, self.id


class CopyStatus(StrEnum):
    """How far a copy has come; GONE was deleted by somebody, WITHDRAWN by us together
    with its original, or never made because of that."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    GONE = "gone"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Copy:
    """Our copy on *target* of a comment on *origin*.

    *id* is empty until its tracker has told it. *shows* is the fingerprint of the
    original it was last written from, *tried_at* when it was last written or tried;
    None: not yet, or surely in vain. *looks* is its own fingerprint as its tracker
    lists it, empty until it was listed after it was written.
    """

    marker: Marker
    origin: Thing
    origin_id: str
    target: Thing
    shows: str
    id: str = ""
    status: CopyStatus = CopyStatus.PENDING
    tried_at: datetime | None = None
    looks: str = ""

    def tried(self, at: datetime) -> "Copy":
        """The same while a call is under way whose answer may never come."""
        return replace(self, tried_at=at)

    def not_made(self) -> "Copy":
        """The same after a call that surely made nothing and may be repeated."""
        return replace(self, tried_at=None)

    def made(self, own_id: str) -> "Copy":
        """The same once its tracker has told its id."""
        return replace(self, id=own_id, status=CopyStatus.DONE)

    def rewritten(self, shows: str, at: datetime) -> "Copy":
        """The same after its text was written anew."""
        return replace(self, shows=shows, tried_at=at, looks="")

    def refused(self, shows: str) -> "Copy":
        """The same after its tracker refused a text for good: the original's next
        edit is the next try."""
        status = self.status if self.id else CopyStatus.REFUSED
        return replace(self, shows=shows, status=status)

    def kept(self) -> "Copy":
        """The same after its tracker refused for good to delete it."""
        return replace(self, status=CopyStatus.REFUSED)

    def gone(self) -> "Copy":
        """The same after somebody deleted it."""
        return replace(self, status=CopyStatus.GONE)

    def withdrawn(self, at: datetime | None) -> "Copy":
        """The same after it went with its original, at that time if it was there."""
        return replace(self, status=CopyStatus.WITHDRAWN, tried_at=at)


@dataclass(frozen=True, slots=True)
class Looked:
    """When the comments of *thing* were first read whole after its newest link."""

    thing: Thing
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentBase:
    """What is known of the comments on a case and its issues."""

    originals: Mapping[tuple[Thing, str], Original] = field(default_factory=dict)
    copies: Mapping[Marker, Copy] = field(default_factory=dict)
    looks: Mapping[Thing, Looked] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        originals: Iterable[Original] = (),
        copies: Iterable[Copy] = (),
        looks: Iterable[Looked] = (),
    ) -> "CommentBase":
        """The base that these records make."""
        return CommentBase().taking(originals, copies, looks)

    def taking(
        self,
        originals: Iterable[Original] = (),
        copies: Iterable[Copy] = (),
        looks: Iterable[Looked] = (),
    ) -> "CommentBase":
        """The same with these records added, or in the place of their older selves."""
        return CommentBase(
            {**self.originals, **{one.key: one for one in originals}},
            {**self.copies, **{one.marker: one for one in copies}},
            {**self.looks, **{one.thing: one for one in looks}},
        )

    def since(self, earlier: "CommentBase") -> "CommentBase":
        """Only the records that are new or differ from *earlier*."""
        return CommentBase(
            _differing(self.originals, earlier.originals),
            _differing(self.copies, earlier.copies),
            _differing(self.looks, earlier.looks),
        )

    @property
    def copy_ids(self) -> frozenset[tuple[Thing, str]]:
        """Where our copies are, as far as their trackers have told."""
        return frozenset((copy.target, copy.id) for copy in self.copies.values())


def _differing(now: Mapping[K, V], earlier: Mapping[K, V]) -> Mapping[K, V]:
    return {key: value for key, value in now.items() if earlier.get(key) != value}
