"""Writing, rewriting and deleting one copy each, and the copy after it was tried."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from bridge.domain.comment_records import Copy
from bridge.domain.comment_text import Marker, Thing


@dataclass(frozen=True, slots=True)
class CreateComment:
    """Write a copy on *target*; *shows* is the fingerprint of its original."""

    target: Thing
    marker: Marker
    text: str = field(repr=False)
    shows: str
    reason: str


@dataclass(frozen=True, slots=True)
class EditComment:
    """Write the copy *comment* on *target* anew."""

    target: Thing
    comment: str
    marker: Marker
    text: str = field(repr=False)
    shows: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """Delete the copy *comment* on *target*."""

    target: Thing
    comment: str
    marker: Marker
    reason: str


CommentAction = CreateComment | EditComment | DeleteComment


def confirmed(
    copy: Copy, action: CommentAction, at: datetime, own_id: str = ""
) -> Copy:
    """*copy* after its tracker did *action*; *own_id* is what a new one got."""
    match action:
        case CreateComment():
            return copy.made(own_id)
        case EditComment():
            return copy.rewritten(action.shows, at)
        case DeleteComment():
            return copy.withdrawn(at)
        case _:
            assert_never(action)


def refused(copy: Copy, action: CommentAction) -> Copy:
    """*copy* after its tracker refused *action* for good: no second try of the same."""
    match action:
        case CreateComment() | EditComment():
            return copy.refused(action.shows)
        case DeleteComment():
            return copy.kept()
        case _:
            assert_never(action)
