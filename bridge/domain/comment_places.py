"""Where comments stand: a case and its issues as read, and what may go from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.comment_records import BEGINNING, Original
from bridge.domain.comment_text import Origin, Thing
from bridge.domain.model import Comment, tracker_of
from bridge.domain.policy import Direction


@dataclass(frozen=True, slots=True)
class Listing:
    """Comments of one thing as read; only a *complete* one tells what is missing."""

    comments: tuple[Comment, ...] = ()
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A case or a linked issue with its comments.

    *linked_at* is None for the case. *listing* is None where comments cannot be read,
    or could not be this time. *limit* is the longest comment it takes.
    """

    thing: Thing
    linked_at: datetime | None = None
    listing: Listing | None = None
    url: str = ""
    limit: int = 10_000
    can_create: bool = True
    can_edit: bool = True
    can_delete: bool = True

    @property
    def is_case(self) -> bool:
        """True for the case, False for one of its issues."""
        return self.linked_at is None

    @property
    def since(self) -> datetime:
        """The link's time; the case was always there."""
        return self.linked_at or BEGINNING

    @property
    def holds_comments(self) -> bool:
        """True where a comment can be read or written in any way."""
        is_read = self.listing is not None
        return is_read or self.can_create or self.can_edit or self.can_delete

    @property
    def origin(self) -> Origin:
        """How copies name where their original stands."""
        return Origin(tracker_of(self.thing), self.url)

    @property
    def comments(self) -> Mapping[str, Comment]:
        """What was read, by id."""
        return {one.id: one for one in self.listing.comments} if self.listing else {}

    @property
    def is_whole(self) -> bool:
        """True when all comments were read: one that is missing is not there."""
        return self.listing is not None and self.listing.is_complete


@dataclass(frozen=True, slots=True)
class CommentPolicy:
    """What the operator chose about comments."""

    direction: Direction = Direction.TWO_WAY
    fan_out: bool = True
    history: bool = False


def barrier(origin: Place, target: Place, policy: CommentPolicy) -> str:
    """Why no comment goes from *origin* to *target*; empty where they may."""
    chosen = f"sync.comments is {policy.direction}"
    if not origin.is_case and not policy.direction.reaches_cases:
        return f"comments on issues stay there: {chosen}"
    if not target.is_case and not policy.direction.reaches_issues:
        return f"comments stay off issues: {chosen}"
    if not (origin.is_case or target.is_case or policy.fan_out):
        return "comments on issues go to their case alone: comments.fan_out is false"
    return ""


def is_history(original: Original, origin: Place, target: Place) -> bool:
    """True when *original* was written before both places were linked."""
    return original.written_at < max(origin.since, target.since)


def age(comment: Comment) -> tuple[datetime, int, str]:
    """Sorts comments by age: by time, then by ids, of which the longer are younger."""
    return comment.created_at or BEGINNING, len(comment.id), comment.id
