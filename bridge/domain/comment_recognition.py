"""What each listed comment is: a person's own, a copy of ours, or a stranger's copy.

A copy is known by its recorded id, then by its marker. A comment with the marker of a
copy whose id is known is a person's own, who quotes the copy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bridge.domain.comment_places import Place, age
from bridge.domain.comment_records import (
    BEGINNING,
    CommentBase,
    Copy,
    Original,
    Standing,
)
from bridge.domain.comment_text import (
    Marker,
    closing_marker,
    fingerprint,
    marker_of,
    markers_in,
)
from bridge.domain.model import Comment


def recognise(base: CommentBase, places: Sequence[Place]) -> CommentBase:
    """*base* with everything that the listings of *places* show for the first time."""
    known = base.taking(copies=_found_copies(base, places))
    known = known.taking(_personal_comments(known, places))
    return _with_older_copies(known, places)


def _strangers(base: CommentBase, place: Place) -> Iterator[Comment]:
    """The comments on *place* that are met for the first time, oldest first."""
    copies = base.copy_ids
    for comment in sorted(place.comments.values(), key=age):
        key = (place.thing, comment.id)
        if key not in base.originals and key not in copies:
            yield comment


def _found_copies(base: CommentBase, places: Sequence[Place]) -> Iterator[Copy]:
    """The copies whose making was never answered and that are there all the same."""
    lost = {copy.marker: copy for copy in base.copies.values() if not copy.id}
    for place in places if lost else ():
        for comment in _strangers(base, place):
            if comment.is_deleted:
                continue
            for marker in markers_in(comment.text):
                if marker in lost and lost[marker].target == place.thing:
                    yield lost.pop(marker).made(comment.id)
                    break


def _suspect(base: CommentBase, place: Place, comment: Comment) -> Marker | None:
    """The marker by which *comment* looks like a copy that is not known.

    It is the oldest with that marker: others are people's, who quote it.
    """
    marker = closing_marker(comment.text)
    if marker is None or marker in base.copies:
        return None
    carriers = [
        other for other in place.comments.values() if marker in markers_in(other.text)
    ]
    return marker if min(carriers, key=age) == comment else None


def _personal_comments(
    base: CommentBase, places: Sequence[Place]
) -> Iterator[Original]:
    for place in places:
        for comment in _strangers(base, place):
            if _suspect(base, place, comment) is None:
                yield _original(base, place, comment)


def _original(base: CommentBase, place: Place, comment: Comment) -> Original:
    """The record of a comment met for the first time. What the first whole look after
    a link did not show was written after it, whatever its tracker's clock says."""
    look = base.looks.get(place.thing)
    looked_at = look.at if look else BEGINNING
    return Original(
        thing=place.thing,
        id=comment.id,
        fingerprint=fingerprint(comment.text),
        written_at=max(comment.created_at or BEGINNING, looked_at),
    )


def _with_older_copies(base: CommentBase, places: Sequence[Place]) -> CommentBase:
    """The same with copies made in an earlier life: ours, if their originals are here,
    else a stranger's."""
    suspects = [
        (place, comment, marker)
        for place in places
        for comment in _strangers(base, place)
        if (marker := _suspect(base, place, comment)) is not None
    ]
    expected = _expected_copies(base, places) if suspects else {}
    originals, copies = [], []
    for place, comment, marker in suspects:
        copy = expected.get(marker)
        if copy and copy.target == place.thing:
            copies.append(copy.made(comment.id))
        else:
            stranger = _original(base, place, comment)
            originals.append(replace(stranger, standing=Standing.FOREIGN))
    return base.taking(originals, copies)


def _expected_copies(
    base: CommentBase, places: Sequence[Place]
) -> Mapping[Marker, Copy]:
    """Every copy that there could be of the people's comments."""
    copies = (
        Copy(
            marker_of(one.thing, one.id, place.thing),
            one.thing,
            one.id,
            place.thing,
            one.fingerprint,
        )
        for one in base.originals.values()
        for place in places
        if one.standing is Standing.PERSONAL and one.thing != place.thing
    )
    return {copy.marker: copy for copy in copies}
