"""What replicas agree on in every store: who is there, who works on what."""

import asyncio
from datetime import timedelta

import pytest

from bridge.ports.commits import Commit
from bridge.ports.records import Due, Key
from bridge.ports.sharing import Fence, LeaseLost, NotYet, ReplicaId, working_under
from bridge.store.sql import SqlStore
from tests.builders import NOON, minutes
from tests.store.records import (
    ISSUE,
    OTHER_ISSUE,
    case_record,
    delivery,
    due,
    event,
    linked,
    work_off,
)

ONE, OTHER = ReplicaId("one"), ReplicaId("other")
NOBODY = ReplicaId("nobody")
LONG, GONE = timedelta(minutes=10), timedelta(microseconds=-1)
KEY = Key(ISSUE)


class HeldFence:
    """A fence as a pass holds it; the store alone decides."""

    def __init__(self, fence: Fence) -> None:
        self.fence = fence

    def check_time(self) -> None:
        return

    async def check(self) -> None:
        return


async def claimed(store: SqlStore, replica: ReplicaId, key: Key = KEY) -> Fence:
    answer = await store.sharing.claim(replica, key)
    assert isinstance(answer, Fence)
    return answer


@pytest.fixture
async def shared(opened: SqlStore) -> SqlStore:
    """A store with two replicas that are alive."""
    await opened.sharing.join(ONE, LONG)
    await opened.sharing.join(OTHER, LONG)
    return opened


async def dies(store: SqlStore, replica: ReplicaId) -> None:
    """Its time runs out, and another notices."""
    await store.sharing.beat(replica, GONE)
    await store.sharing.beat(OTHER if replica is ONE else ONE, LONG)


async def test_a_key_has_one_owner_until_it_is_given_back(shared: SqlStore) -> None:
    first = await claimed(shared, ONE)
    assert await shared.sharing.claim(OTHER, KEY) is None

    await shared.sharing.release(first)
    second = await claimed(shared, OTHER)

    assert second.token > first.token
    assert not await shared.sharing.holds(first)
    assert await shared.sharing.holds(second)


async def test_of_many_who_claim_at_once_one_gets_it(shared: SqlStore) -> None:
    answers = await asyncio.gather(
        *(shared.sharing.claim(NOBODY, Key(f"k{n}")) for n in range(40)),
        *(shared.sharing.claim(ONE, Key(f"k{n}")) for n in range(40)),
        *(shared.sharing.claim(OTHER, Key(f"k{n}")) for n in range(40)),
        return_exceptions=True,
    )

    granted = [one for one in answers if isinstance(one, Fence)]
    assert sorted(one.key for one in granted) == sorted(f"k{n}" for n in range(40))
    assert sum(isinstance(one, LeaseLost) for one in answers) == 40


async def test_what_a_replica_has_already_it_may_claim_again(shared: SqlStore) -> None:
    first = await claimed(shared, ONE)
    second = await claimed(shared, ONE)

    assert second.token > first.token
    assert not await shared.sharing.holds(first)


async def test_only_what_is_due_is_given_where_that_is_asked(shared: SqlStore) -> None:
    assert await shared.sharing.claim(ONE, KEY, NOON) is None
    await shared.accept(delivery("1", at=minutes(5)))

    assert await shared.sharing.claim(ONE, KEY, NOON) == NotYet(minutes(5))
    assert isinstance(await shared.sharing.claim(ONE, KEY, minutes(5)), Fence)


async def test_who_gives_back_is_told_what_came_up_meanwhile(shared: SqlStore) -> None:
    await shared.accept(delivery("1"))
    fence = await claimed(shared, ONE)
    await shared.accept(delivery("2", at=minutes(3)))
    assert await shared.sharing.claim(OTHER, KEY, minutes(3)) is None

    assert await shared.sharing.release(fence) == NOON


async def test_who_gives_back_is_not_told_of_what_was_due_before(
    shared: SqlStore,
) -> None:
    await shared.accept(delivery("1"))
    unfinished = await claimed(shared, ONE)
    assert await shared.sharing.release(unfinished) is None

    finished = await claimed(shared, ONE)
    await work_off(shared, KEY)
    assert await shared.sharing.release(finished) is None


async def test_work_that_comes_up_during_a_look_is_told(shared: SqlStore) -> None:
    fence = await claimed(shared, ONE)
    await shared.commit(Commit(due=[Due(KEY, minutes(1))]))

    assert await shared.sharing.release(fence) == minutes(1)


async def test_what_a_dead_replica_had_is_free(shared: SqlStore) -> None:
    old = await claimed(shared, ONE)
    await dies(shared, ONE)

    assert not await shared.sharing.beat(ONE, LONG)
    with pytest.raises(LeaseLost):
        await shared.sharing.claim(ONE, KEY)
    new = await claimed(shared, OTHER)

    assert new.token > old.token
    assert await shared.sharing.release(old) is None
    assert await shared.sharing.holds(new)


async def test_who_is_alive_in_time_keeps_what_it_has(shared: SqlStore) -> None:
    fence = await claimed(shared, ONE)

    assert await shared.sharing.beat(ONE, LONG)
    assert await shared.sharing.beat(OTHER, LONG)

    assert await shared.sharing.holds(fence)


async def test_who_leaves_gives_everything_back(shared: SqlStore) -> None:
    await claimed(shared, ONE)
    await shared.sharing.leave(ONE)

    assert isinstance(await shared.sharing.claim(OTHER, KEY), Fence)


async def test_nothing_is_written_under_a_fence_that_was_replaced(
    shared: SqlStore,
) -> None:
    old = await claimed(shared, ONE)
    with working_under(HeldFence(old)):
        await shared.commit(Commit(marks={"a": NOON}))
    await dies(shared, ONE)
    await claimed(shared, OTHER)

    with working_under(HeldFence(old)):
        for write in (
            shared.commit(Commit(marks={"a": minutes(1)}, due=[Due(KEY, NOON)])),
            shared.link(linked(), case_record(), event("1")),
            shared.unlink(ISSUE, event("2")),
        ):
            with pytest.raises(LeaseLost, match=KEY):
                await write

    assert await shared.mark("a") == NOON
    assert await due(shared) == {}
    assert await shared.links() == []


async def test_others_in_the_group_go_on_beside_a_lost_fence(shared: SqlStore) -> None:
    old = await claimed(shared, ONE)
    await dies(shared, ONE)

    async def fenced() -> None:
        with working_under(HeldFence(old)):
            await shared.commit(Commit(marks={"a": NOON}))

    ends = await asyncio.gather(
        *(shared.accept(delivery(f"{n}")) for n in range(5)),
        fenced(),
        *(shared.accept(delivery(f"{n}")) for n in range(5, 10)),
        return_exceptions=True,
    )

    assert [type(end) for end in ends if isinstance(end, Exception)] == [LeaseLost]
    assert len(await shared.events()) == 10


async def test_unclaimed_are_the_keys_that_are_due_and_free(shared: SqlStore) -> None:
    await shared.accept(delivery("1", ISSUE, at=minutes(1)))
    await shared.accept(delivery("2", OTHER_ISSUE))
    await shared.accept(delivery("3", "errors:c", at=minutes(9)))
    await claimed(shared, ONE)

    free = await shared.sharing.unclaimed(minutes(5), 10)
    assert free == [Due(Key(OTHER_ISSUE), NOON)]
    await shared.sharing.leave(ONE)
    assert len(await shared.sharing.unclaimed(minutes(5), 10)) == 2
    assert len(await shared.sharing.unclaimed(minutes(5), 1)) == 1


async def test_fences_are_checked_at_once_each_for_itself(shared: SqlStore) -> None:
    await shared.accept(delivery("1", ISSUE))
    await shared.accept(delivery("2", OTHER_ISSUE))
    fences = [
        await claimed(shared, ONE, Key(ISSUE)),
        await claimed(shared, ONE, Key(OTHER_ISSUE)),
    ]
    await shared.sharing.release(fences[0])

    held = await asyncio.gather(*map(shared.sharing.holds, fences))

    assert held == [False, True]
