"""Engines that share a PostgreSQL: one owner for each key, one for the timers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bridge.domain.actions import SetIssueState
from bridge.domain.model import IssueId, State, StatusGroup
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable
from bridge.ports.records import Due, Key, Link
from tests.engine.creating import BY_HAND
from tests.engine.crew import Crew, crew_over, hear, linked, rights_of, until
from tests.postgres import Postgres

OPEN, IN_PROGRESS, CLOSED = StatusGroup
KEY = Key("cases:1")


@pytest.fixture
async def crew(postgres: Postgres) -> AsyncIterator[Crew]:
    async with crew_over(postgres.empty_store()) as made:
        yield made


async def test_a_case_is_never_worked_on_by_two_at_a_time(crew: Crew) -> None:
    engines = [await crew.join() for _ in range(3)]
    await linked(crew, "a", "b")

    ids = await asyncio.gather(
        *(
            hear(engines[n % 3], "cases", case="1", id=f"{n}", kind="changed")
            for n in range(60)
        )
    )
    await crew.quiet()

    assert crew.cases.most == {"1": 1}
    rows = await engines[0].means.store.events(limit=500)
    ends = {row.id: row.outcome for row in rows}
    assert len({*ids}) == 60
    assert None not in [ends[one] for one in ids]


async def test_nobody_works_on_a_key_that_an_operator_has_alone(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    await linked(crew, "a")

    async with one.schedule.alone(KEY):
        await hear(other, "cases", case="1")
        await until(lambda: not other.schedule.running)
        assert not crew.cases.calls
        assert await rights_of(other).sharing.claim(rights_of(other).id, KEY) is None
    await crew.quiet()

    assert crew.cases.calls["get_case"]


async def test_an_operator_waits_for_the_pass_of_another(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    await linked(crew, "a", "b")
    crew.errors.holds = "errors:a"
    crew.cases.put("1", CLOSED)
    await hear(other, "cases", case="1")
    await crew.errors.is_held.wait()
    inside = asyncio.Event()

    async def act() -> None:
        async with one.schedule.alone(KEY):
            inside.set()

    acting = asyncio.create_task(act())
    await asyncio.wait([acting], timeout=0.3)
    assert not inside.is_set()
    crew.errors.may_go_on.set()
    await acting
    await crew.quiet()

    assert {crew.errors.state(issue) for issue in "ab"} == {State.RESOLVED}


async def test_a_pass_that_was_taken_over_writes_nothing_more(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    await linked(crew, *"abcdef")
    crew.errors.holds = "errors:a"
    crew.cases.put("1", CLOSED)
    other.schedule.close()
    await hear(one, "cases", case="1")
    await crew.errors.is_held.wait()
    await until(lambda: crew.errors.calls["set_state"] == 6)
    store = other.means.store
    rights = rights_of(one)
    await rights.sharing.leave(rights.id)
    await rights.sharing.beat(rights_of(other).id, timedelta(seconds=30))
    before = await store.load(KEY)

    crew.errors.may_go_on.set()
    await until(lambda: not one.schedule.running)

    after = await store.load(KEY)
    assert after == before
    assert after.open_pass is not None


async def test_a_write_is_not_sent_once_the_fence_is_lost(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await crew.join()
    await linked(crew, "a", "b")
    rights, store = rights_of(one), one.means.store
    asking = store.still_linked
    lost = asyncio.Event()

    async def still_linked(links: Sequence[Link]) -> set[IssueId]:
        """The last thing before a write: the decision is stored by then."""
        await rights.sharing.leave(rights.id)
        one.schedule.close()
        lost.set()
        return await asking(links)

    monkeypatch.setattr(store, "still_linked", still_linked)
    crew.cases.put("1", CLOSED)
    await hear(one, "cases", case="1")
    await lost.wait()
    await until(lambda: not one.schedule.running)

    assert crew.errors.calls["set_state"] == 0


async def test_who_was_counted_as_dead_begins_anew(crew: Crew) -> None:
    one = await crew.join()
    await linked(crew, "a")
    rights = rights_of(one)
    old = rights.id
    await rights.sharing.leave(old)

    await hear(one, "cases", case="1")
    await crew.quiet()

    assert rights.id not in (old, "")
    assert crew.cases.calls["get_case"]
    assert rights.leads


async def test_what_is_left_behind_is_taken_up_by_others(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    await linked(crew, "a")
    one.schedule.close()
    await one.means.store.commit(Commit(due=[Due(KEY, crew.clock.now())]))

    await crew.quiet()

    assert crew.cases.calls["get_case"]
    await until(lambda: not other.schedule.running)


async def test_a_case_that_another_creates_is_told_to_who_asked(crew: Crew) -> None:
    crew.rules = BY_HAND
    asked, other = await crew.join(), await crew.join()
    crew.errors.put("a", State.FOR_REVIEW)
    asked.schedule.close()

    link = await asked.desk.create("errors:a", None)
    await until(lambda: not other.schedule.running)

    assert link["case"] == "cases:made-1"
    assert len(crew.cases.cases) == 1


async def test_writes_to_one_value_are_counted_over_all(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    action = SetIssueState(IssueId("errors:a"), State.RESOLVED, "because")
    now = crew.clock.now()

    counts = [
        await each.desk.operator._flips.note(action, now)
        for each in (one, other, one, other)
    ]
    await one.desk.operator._flips.forget(["errors:a"])

    assert counts == [1, 2, 3, 4]
    assert await other.desk.operator._flips.note(action, now) == 1


async def test_a_takeover_during_an_operators_act_asks_to_try_again(
    crew: Crew,
) -> None:
    one = await crew.join()
    await linked(crew, "a")
    rights = rights_of(one)

    async def act() -> None:
        async with one.schedule.alone(KEY):
            await rights.sharing.leave(rights.id)
            await one.means.store.commit(Commit(marks={"x": crew.clock.now()}))

    with pytest.raises(StoreUnavailable, match="try again"):
        await act()

    assert await one.means.store.mark("x") is None
