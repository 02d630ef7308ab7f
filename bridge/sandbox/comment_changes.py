"""Comments on a case or an issue: written, edited and deleted."""

from dataclasses import replace

from bridge.sandbox.records import Case, Comment, Hand, Issue
from bridge.sandbox.world import Refused, World


def add(world: World, thing: Case | Issue, text: str, hand: Hand) -> Comment:
    """Write a comment."""
    _check(text)
    comment = Comment(world.new_id(), hand.user_id, text, world.now())
    said = replace(thing, comments=(*thing.comments, comment))
    _put(world, said, hand, "comment", comment)
    return comment


def edit(
    world: World, thing: Case | Issue, comment_id: str, text: str, hand: Hand
) -> Comment:
    """Replace a comment's text."""
    comment = world.comment(thing, comment_id)
    _check(text)
    if comment.text == text:
        return comment
    edited = replace(comment, text=text, modified_at=world.now())
    _put(world, _with(thing, edited), hand, "comment_edited", edited)
    return edited


def delete(world: World, thing: Case | Issue, comment_id: str, hand: Hand) -> None:
    """Delete a comment; a second time finds nothing."""
    comment = world.comment(thing, comment_id)
    deleted = replace(comment, deleted_at=world.now())
    _put(world, _with(thing, deleted), hand, "comment_deleted", deleted)


def _put(
    world: World, thing: Case | Issue, hand: Hand, what: str, comment: Comment
) -> None:
    if isinstance(thing, Case):
        world.put(thing, hand, f"case.{what}", "", comment.id)
    else:
        world.put(thing, hand, f"issue.{what}", "", comment.id)


def _with(thing: Case | Issue, comment: Comment) -> Case | Issue:
    comments = tuple(comment if c.id == comment.id else c for c in thing.comments)
    return replace(thing, comments=comments)


def _check(text: str) -> None:
    if not text:
        raise Refused("comment must not be empty")
