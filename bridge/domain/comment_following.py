"""What became of the comments that are known: edited, deleted, or missing for now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.domain.comment_places import Place
from bridge.domain.comment_records import (
    BEGINNING,
    CommentBase,
    Copy,
    CopyStatus,
    Looked,
    Original,
    Standing,
)
from bridge.domain.comment_text import fingerprint
from bridge.domain.model import Comment


@dataclass(frozen=True, slots=True)
class Followed:
    """The base after a look, and what could not be believed yet.

    *doubts* are the times at which what is missing now will be believed to be deleted.
    """

    base: CommentBase
    doubts: tuple[datetime, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """When the listings were begun, and how long a tracker may serve an old copy."""

    now: datetime
    settle: timedelta

    def doubt(self, written: datetime | None) -> datetime | None:
        """Until when it is not believed that what was *written* then is missing."""
        until = written + self.settle if written else self.now
        return until if self.now < until else None


def follow(
    base: CommentBase, places: Sequence[Place], now: datetime, settle: timedelta
) -> Followed:
    """Bring what is known up to what the listings of *places* show."""
    look = _Look(now, settle)
    originals = tuple(_followed_originals(base, places, look))
    base = base.taking(one for one, _ in originals)
    copies = tuple(_followed_copies(base, places, look))
    doubts = [until for _, until in originals] + [until for _, until, _ in copies]
    return Followed(
        base.taking((), (one for one, _, _ in copies), _looks(base, places, now)),
        doubts=tuple(until for until in doubts if until),
        notes=tuple(note for _, _, note in copies if note),
    )


def _followed_originals(
    base: CommentBase, places: Sequence[Place], look: _Look
) -> Iterator[tuple[Original, datetime | None]]:
    """People's comments as they are now, and until when one that misses is doubted."""
    listed = {place.thing: place.comments for place in places}
    whole = {place.thing for place in places if place.is_whole}
    for original in base.originals.values():
        if original.standing is Standing.FOREIGN:
            continue
        comment = listed.get(original.thing, {}).get(original.id)
        if original.standing is Standing.GONE:
            if comment and not comment.is_deleted:
                yield _found_again(original, comment, look)
        elif comment and not comment.is_deleted:
            seen = fingerprint(comment.text)
            yield replace(original, fingerprint=seen, missed_at=None), None
        elif comment:
            gone = replace(original, standing=Standing.GONE, missed_at=look.now)
            yield gone, None
        elif original.thing in whole:
            yield _missed(original, look)


def _found_again(
    original: Original, comment: Comment, look: _Look
) -> tuple[Original, datetime | None]:
    """It was not deleted, or somebody undid that; a list may be old for a while."""
    until = look.doubt(original.missed_at)
    if until:
        return original, until
    seen = fingerprint(comment.text)
    return replace(
        original, standing=Standing.PERSONAL, fingerprint=seen, missed_at=None
    ), None


def _missed(original: Original, look: _Look) -> tuple[Original, datetime | None]:
    """A page may slip while somebody reads it: what is missed once is not deleted."""
    missed_at = original.missed_at or look.now
    until = look.doubt(missed_at)
    standing = original.standing if until else Standing.GONE
    return replace(original, missed_at=missed_at, standing=standing), until


def _followed_copies(
    base: CommentBase, places: Sequence[Place], look: _Look
) -> Iterator[tuple[Copy, datetime | None, str]]:
    """Our copies as they are now; until when one that misses is doubted; a note."""
    listed = {place.thing: place.comments for place in places}
    whole = {place.thing for place in places if place.is_whole}
    for copy in base.copies.values():
        comment = listed.get(copy.target, {}).get(copy.id)
        if comment and not comment.is_deleted:
            yield _shown(base, copy, comment, look)
        elif copy.status is CopyStatus.DONE:
            gone = copy.gone()
            if not _is_alive(base, copy):
                gone = copy.withdrawn(look.now)
            if comment:
                yield gone, None, ""
            elif copy.target in whole:
                until = look.doubt(copy.tried_at)
                yield (copy if until else gone), until, ""


def _is_alive(base: CommentBase, copy: Copy) -> bool:
    original = base.originals.get((copy.origin, copy.origin_id))
    return original is not None and original.standing is Standing.PERSONAL


def _shown(
    base: CommentBase, copy: Copy, comment: Comment, look: _Look
) -> tuple[Copy, datetime | None, str]:
    """A copy that is there; one that was missed is found again."""
    is_doubtful = copy.status is CopyStatus.WITHDRAWN and look.doubt(copy.tried_at)
    if _is_alive(base, copy) and not is_doubtful:
        copy = replace(copy, status=CopyStatus.DONE)
    looks = fingerprint(comment.text)
    if copy.status is not CopyStatus.DONE or looks == copy.looks:
        return copy, None, ""
    if copy.looks:
        note = f"somebody edited the copy {copy.marker} on {copy.target}"
        note += ": it stays so until its original is edited"
        return replace(copy, looks=looks), None, note
    if look.doubt(copy.tried_at):
        return copy, None, ""
    return replace(copy, looks=looks), None, ""


def _looks(
    base: CommentBase, places: Sequence[Place], now: datetime
) -> Iterator[Looked]:
    """Looks that are the first whole ones after the newest link."""
    newest = max((place.since for place in places), default=BEGINNING)
    for place in places:
        look = base.looks.get(place.thing)
        if place.is_whole and (look is None or look.at < newest):
            yield Looked(place.thing, now)
