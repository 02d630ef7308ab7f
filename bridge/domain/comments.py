"""The comment part of the rules: which copies are made, rewritten and deleted.

A person's comment appears once on the case and once on each other linked issue. The
original leads: its edits are copied, its deletion deletes the copies as long as it
lasts. What people do to a copy stays there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.comment_actions import (
    CommentAction,
    CreateComment,
    DeleteComment,
    EditComment,
)
from bridge.domain.comment_following import follow
from bridge.domain.comment_places import CommentPolicy, Place, barrier, is_history
from bridge.domain.comment_recognition import recognise
from bridge.domain.comment_records import (
    CommentBase,
    Copy,
    CopyStatus,
    Original,
    Standing,
)
from bridge.domain.comment_text import Marker, Thing, marker_of, render


@dataclass(frozen=True, slots=True)
class Skipped:
    """A comment on *origin*, new or changed, that does not reach *target*, and why."""

    origin: Thing
    comment: str
    target: Thing
    reason: str


@dataclass(frozen=True, slots=True)
class CommentPlan:
    """What one look at the comments decided.

    *base* is what is known after the look; the copies to be made are pending in it.
    *look_again* is when something will be believed that is not yet.
    """

    base: CommentBase
    actions: tuple[CommentAction, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    look_again: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """An original, and a place for a copy of it."""

    original: Original
    origin: Place
    target: Place
    is_news: bool

    @property
    def marker(self) -> Marker:
        return marker_of(self.original.thing, self.original.id, self.target.thing)

    @property
    def is_gone(self) -> bool:
        return self.original.standing is Standing.GONE

    def skipped(self, reason: str) -> Skipped:
        return Skipped(self.original.thing, self.original.id, self.target.thing, reason)


_Step = CommentAction | Copy | Skipped | datetime
"""What one pair leads to: a write, a record, a refusal with its reason, or a wait."""


def plan_comments(
    base: CommentBase,
    places: Sequence[Place],
    policy: CommentPolicy,
    now: datetime,
    settle: timedelta,
) -> CommentPlan:
    """What has to be written so that every comment has its copies.

    *now* is when the reading of the listings began. *settle* is how long a tracker may
    serve an old copy after a write.
    """
    places = sorted(places, key=lambda place: (not place.is_case, place.thing))
    found = follow(recognise(base, places), places, now, settle)
    pairs = _pairs(base, found.base, places)
    steps = [
        step for pair in pairs for step in _steps(pair, found.base, policy, now, settle)
    ]
    waits = (*found.doubts, *(step for step in steps if isinstance(step, datetime)))
    return CommentPlan(
        base=found.base.taking(copies=(s for s in steps if isinstance(s, Copy))),
        actions=tuple(step for step in steps if isinstance(step, CommentAction)),
        skipped=tuple(step for step in steps if isinstance(step, Skipped)),
        notes=found.notes,
        look_again=min(waits, default=None),
    )


def _pairs(
    before: CommentBase, after: CommentBase, places: Sequence[Place]
) -> Iterator[_Pair]:
    """Originals, oldest first, each with the places it may have to reach."""
    by_thing = {place.thing: place for place in places}
    ordered = sorted(
        after.originals.values(),
        key=lambda one: (one.written_at, one.thing, len(one.id), one.id),
    )
    for original in ordered:
        origin = by_thing.get(original.thing)
        if origin is None or original.standing is Standing.FOREIGN:
            continue
        is_news = _is_news(before.originals.get(original.key), original)
        for target in places:
            if target.thing != origin.thing:
                yield _Pair(original, origin, target, is_news)


def _is_news(before: Original | None, now: Original) -> bool:
    return before is None or (before.fingerprint, before.standing) != (
        now.fingerprint,
        now.standing,
    )


def _steps(
    pair: _Pair,
    base: CommentBase,
    policy: CommentPolicy,
    now: datetime,
    settle: timedelta,
) -> Iterator[_Step]:
    copy = base.copies.get(pair.marker)
    is_unsure = copy is not None and (
        copy.status is CopyStatus.PENDING
        or (copy.status is CopyStatus.WITHDRAWN and not pair.is_gone)
    )
    if copy is not None and is_unsure and copy.tried_at:
        until = copy.tried_at + settle
        if now < until:
            yield until
        if now < until or not pair.target.is_whole:
            return
    if pair.is_gone:
        yield from _after_deletion(pair, copy, policy)
    elif copy is None or not copy.id or copy.status is CopyStatus.WITHDRAWN:
        yield from _making(pair, copy, policy)
    elif copy.status is CopyStatus.DONE and copy.shows != pair.original.fingerprint:
        yield from _rewriting(pair, copy, policy)


def _after_deletion(
    pair: _Pair, copy: Copy | None, policy: CommentPolicy
) -> Iterator[_Step]:
    """The original is deleted: so is its copy, and one never made is given up."""
    if copy is None or copy.status not in (CopyStatus.PENDING, CopyStatus.DONE):
        return
    if not copy.id:
        yield copy.withdrawn(copy.tried_at)
        return
    why = barrier(pair.origin, pair.target, policy)
    if not pair.target.can_delete:
        why = f"{pair.target.origin.tracker} cannot delete comments"
    if not why:
        reason = f"its original on {pair.original.thing} was deleted"
        yield DeleteComment(copy.target, copy.id, copy.marker, reason)
    elif pair.is_news:
        yield pair.skipped(why)


def _making(pair: _Pair, copy: Copy | None, policy: CommentPolicy) -> Iterator[_Step]:
    """There is no copy: it is made, unless it was refused or taken away before."""
    shows = pair.original.fingerprint
    if copy and copy.status is CopyStatus.GONE:
        return
    if copy and copy.status is CopyStatus.REFUSED and copy.shows == shows:
        return
    why = barrier(pair.origin, pair.target, policy)
    is_old = is_history(pair.original, pair.origin, pair.target)
    if not why and is_old and not policy.history:
        why = "it was written before the link, and comments.history is false"
    if not why and not pair.target.can_create:
        verb = "create" if pair.target.holds_comments else "hold"
        why = f"{pair.target.origin.tracker} cannot {verb} comments"
    if why:
        if pair.is_news:
            yield pair.skipped(why)
        return
    text = _text(pair)
    if text:
        target, marker = pair.target.thing, pair.marker
        yield Copy(marker, pair.original.thing, pair.original.id, target, shows)
        reason = f"somebody commented on {pair.original.thing}"
        yield CreateComment(target, marker, text, shows, reason)


def _rewriting(pair: _Pair, copy: Copy, policy: CommentPolicy) -> Iterator[_Step]:
    """The copy shows what its original no longer says."""
    why = barrier(pair.origin, pair.target, policy)
    if not why and not pair.target.can_edit:
        why = f"{pair.target.origin.tracker} cannot edit comments"
    if why:
        if pair.is_news:
            yield pair.skipped(why)
        return
    text = _text(pair)
    if text:
        shows = pair.original.fingerprint
        reason = f"its original on {pair.original.thing} was edited"
        yield EditComment(copy.target, copy.id, copy.marker, text, shows, reason)


def _text(pair: _Pair) -> str:
    """The text of the copy; empty while the original was not read."""
    comment = pair.origin.comments.get(pair.original.id)
    if comment is None:
        return ""
    return render(comment, pair.origin.origin, pair.marker, pair.target.limit)
