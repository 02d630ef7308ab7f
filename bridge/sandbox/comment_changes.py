"""Comments on a case: written, edited and deleted."""

from dataclasses import replace

from bridge.sandbox.records import Case, Comment, Hand
from bridge.sandbox.world import Refused, World


def add(world: World, id_or_key: str, text: str, hand: Hand) -> Comment:
    """Write a comment."""
    case = world.case(id_or_key)
    _check(text)
    comment = Comment(world.new_id(), hand.user_id, text, world.now())
    changed = replace(case, comments=(*case.comments, comment))
    world.put(changed, hand, "case.comment", "", comment.id)
    return comment


def edit(
    world: World, id_or_key: str, comment_id: str, text: str, hand: Hand
) -> Comment:
    """Replace a comment's text."""
    case = world.case(id_or_key)
    comment = world.comment(case, comment_id)
    _check(text)
    if comment.text == text:
        return comment
    edited = replace(comment, text=text, modified_at=world.now())
    world.put(_with(case, edited), hand, "case.comment_edited", "", comment_id)
    return edited


def delete(world: World, id_or_key: str, comment_id: str, hand: Hand) -> None:
    """Delete a comment; a second time finds nothing."""
    case = world.case(id_or_key)
    comment = world.comment(case, comment_id)
    deleted = replace(comment, deleted_at=world.now())
    world.put(_with(case, deleted), hand, "case.comment_deleted", "", comment_id)


def _with(case: Case, comment: Comment) -> Case:
    comments = tuple(comment if c.id == comment.id else c for c in case.comments)
    return replace(case, comments=comments)


def _check(text: str) -> None:
    if not text:
        raise Refused("comment must not be empty")
