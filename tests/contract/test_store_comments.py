"""What every store keeps of comments, and for how long."""

from dataclasses import replace

from bridge.domain.comment_records import (
    BEGINNING,
    CommentBase,
    Copy,
    CopyStatus,
    Looked,
    Original,
    Standing,
)
from bridge.domain.comment_text import Thing, fingerprint, marker_of
from bridge.domain.model import CaseId
from bridge.ports.commits import CommentsKnown, Commit
from bridge.ports.store import Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    OTHER_ISSUE,
    case_record,
    event,
    link,
    linked,
)

NEW = Original(ISSUE, "1", fingerprint("é 🎈"), BEGINNING)
OLD = replace(
    NEW, id="2", written_at=NOON, standing=Standing.GONE, missed_at=minutes(0.123456)
)
PENDING = Copy(marker_of(ISSUE, "1", CASE), ISSUE, "1", CASE, NEW.fingerprint)
DONE = Copy(
    marker=marker_of(ISSUE, "2", OTHER_ISSUE),
    origin=ISSUE,
    origin_id="2",
    target=OTHER_ISSUE,
    shows=OLD.fingerprint,
    id="17",
    status=CopyStatus.DONE,
    tried_at=minutes(2),
    looks=fingerprint("looks"),
)
LOOKED = Looked(CASE, minutes(3))


async def keep(store: Store, comments: CommentBase, case: CaseId = CASE) -> None:
    await store.commit(Commit(comments=[CommentsKnown(case, comments)]))


async def test_of_a_new_case_nothing_is_known(store: Store) -> None:
    await link(store)

    assert await store.load_comments(CASE) == CommentBase()


async def test_what_is_known_is_given_back_as_it_was_written(store: Store) -> None:
    await link(store)
    known = CommentBase.of([NEW, OLD], [PENDING, DONE], [LOOKED])

    await keep(store, known)

    assert await store.load_comments(CASE) == known


async def test_a_record_takes_the_place_of_its_older_self_alone(store: Store) -> None:
    await link(store)
    known = CommentBase.of([NEW, OLD], [PENDING, DONE], [LOOKED])
    await keep(store, known)
    later = CommentBase.of(
        [replace(NEW, standing=Standing.FOREIGN, fingerprint="f", missed_at=NOON)],
        [PENDING.tried(NOON).made("18"), replace(DONE, tried_at=None).gone()],
        [Looked(CASE, minutes(4)), Looked(ISSUE, minutes(5))],
    )

    await keep(store, later)

    assert await store.load_comments(CASE) == known.taking(
        later.originals.values(), later.copies.values(), later.looks.values()
    )


async def test_each_case_has_its_own(store: Store) -> None:
    await link(store)
    await link(store, OTHER_ISSUE, OTHER_CASE)
    foreign = replace(NEW, standing=Standing.FOREIGN)
    await keep(store, CommentBase.of([NEW], [PENDING], [LOOKED]))
    await keep(store, CommentBase.of([foreign]), OTHER_CASE)

    assert await store.load_comments(CASE) == CommentBase.of([NEW], [PENDING], [LOOKED])
    assert await store.load_comments(OTHER_CASE) == CommentBase.of([foreign])


async def test_it_outlives_links_but_not_the_last(store: Store) -> None:
    await link(store)
    await link(store, OTHER_ISSUE)
    known = CommentBase.of([NEW], [PENDING, DONE], [LOOKED])
    await keep(store, known)

    await store.unlink(ISSUE, event("1", ISSUE))
    assert await store.load_comments(CASE) == known
    await store.unlink(OTHER_ISSUE, event("2", OTHER_ISSUE))
    assert await store.load_comments(CASE) == CommentBase()
    await store.link(linked(), case_record(), event("3"))
    assert await store.load_comments(CASE) == CommentBase()


async def test_a_pass_under_way_does_not_bring_it_back(store: Store) -> None:
    await link(store)
    await store.unlink(ISSUE, event("1", ISSUE))

    await keep(store, CommentBase.of([NEW], [PENDING], [LOOKED]))

    assert await store.load_comments(CASE) == CommentBase()


async def test_many_comments_are_kept_at_once(store: Store) -> None:
    await link(store)
    things: list[Thing] = [CASE, ISSUE]
    originals = [replace(NEW, thing=t, id=str(n)) for t in things for n in range(700)]

    await keep(store, CommentBase.of(originals))

    assert await store.load_comments(CASE) == CommentBase.of(originals)


async def test_a_pass_under_way_tells_nothing_of_a_case_made_anew(
    store: Store,
) -> None:
    await link(store)
    await store.unlink(ISSUE, event("1", ISSUE))
    await store.link(linked(since=minutes(1)), case_record(), event("2"))
    known = CommentBase.of(originals=[NEW])

    await store.commit(Commit(comments=[CommentsKnown(CASE, known, since=NOON)]))
    assert await store.load_comments(CASE) == CommentBase()

    await store.commit(Commit(comments=[CommentsKnown(CASE, known, since=minutes(1))]))
    assert await store.load_comments(CASE) == known
