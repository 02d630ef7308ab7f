"""What every store keeps of passes: all that worked for an event, one per plan."""

import asyncio
from dataclasses import replace

from bridge.ports.commits import (
    ActionStatus,
    Commit,
    Ending,
    PassRecord,
    WorkLater,
    fingerprint,
)
from bridge.ports.records import Due, Key, OpenPass, Outcome
from bridge.ports.store import Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    action,
    delivery,
    due,
    event,
    link,
    outcomes,
    pass_record,
    work_off,
)


def begun(name: str, *events: str, at: float = 0, plan: str = "") -> PassRecord:
    """A pass for *events*, begun *at* minutes."""
    record = replace(pass_record(name), started_at=minutes(at))
    return replace(record, plan=plan, events=events)


def told(record: PassRecord) -> PassRecord:
    """*record* as it is given back."""
    return replace(record, events=())


def ended(name: str | None, *events: str) -> Ending:
    return Ending(Outcome.APPLIED, "", minutes(9), name, events)


class TestPassesOfAnEvent:
    async def test_every_pass_that_worked_for_it_is_told_oldest_first(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        first, second = begun("z", "1"), begun("a", "1", at=1)
        failed = replace(action(0, of="z"), status=ActionStatus.FAILED)
        planned = [action(0, of="a"), action(1, of="a")]
        await store.commit(Commit(passes=[first], actions=[failed]))
        await store.commit(Commit(passes=[second], actions=planned))

        await store.commit(Commit(endings=[ended("a", "1")]))

        (row,) = await store.events()
        assert row.records == (told(first), told(second))
        assert row.record == told(second)
        assert row.actions == (failed, *planned)
        assert row.actions_of(told(first)) == (failed,)
        assert row.actions_of(told(second)) == tuple(planned)

    async def test_a_pass_is_told_while_its_event_waits(self, store: Store) -> None:
        await store.accept(delivery("1", CASE))

        await store.commit(Commit(passes=[begun("a", "1")], actions=[action(of="a")]))

        (row,) = await store.events()
        assert (row.outcome, row.records) == (None, (told(begun("a")),))
        assert row.actions == (action(of="a"),)

    async def test_a_pass_is_told_although_another_look_ended_the_event(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(passes=[begun("a", "1")]))

        await store.commit(Commit(endings=[ended(None, "1")]))

        (row,) = await store.events()
        assert row.records == (told(begun("a")),)

    async def test_a_pass_that_answers_an_event_worked_for_it(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(passes=[begun("a")]))
        await store.accept(delivery("2", CASE))

        await store.commit(Commit(endings=[ended("a", "1", "2")]))

        for row in await store.events():
            assert row.records == (told(begun("a")),)

    async def test_an_event_that_ended_gets_no_further_pass(self, store: Store) -> None:
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(endings=[ended(None, "1")]))

        await store.commit(Commit(passes=[begun("a", "1")], endings=[ended("a", "1")]))

        (row,) = await store.events()
        assert row.records == ()

    async def test_many_events_share_their_passes(self, store: Store) -> None:
        names = [f"{n:04}" for n in range(700)]
        await asyncio.gather(*(store.accept(delivery(one, CASE)) for one in names))
        records = [begun(f"pass {n}", *names, at=n) for n in range(2)]
        rows = [action(0, of=one.id) for one in records]

        await store.commit(Commit(passes=records, actions=rows))

        listed = await store.events(limit=1000)
        assert [row.id for row in listed] == names[::-1]
        assert all(row.records == tuple(map(told, records)) for row in listed)
        assert all(row.actions == tuple(rows) for row in listed)


class TestOpenPass:
    async def test_a_pass_that_goes_on_takes_the_place_of_itself(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        failed = replace(
            action(of="a"), status=ActionStatus.FAILED, receipt="no answer"
        )
        first = begun("a", "1", plan="same")
        await store.commit(Commit(passes=[first], actions=[failed]))
        await store.accept(delivery("2", CASE))
        assert (await store.load(Key(CASE))).open_pass == OpenPass("a", "same")

        again = replace(begun("a", "1", "2", at=5, plan="same"), seen={"case": "OPEN"})
        await store.commit(Commit(passes=[again], actions=[action(of="a")]))

        kept = replace(told(again), started_at=first.started_at)
        for row in await store.events():
            assert row.records == (kept,)
            assert row.actions == (action(of="a"),)

    async def test_the_last_one_that_began_is_open(self, store: Store) -> None:
        await store.accept(delivery("1", CASE))
        await store.accept(delivery("2", OTHER_CASE))

        for name in ("1st", "2nd"):
            await store.commit(Commit(passes=[begun(name, "1", plan=name)]))

        assert (await store.load(Key(CASE))).open_pass == OpenPass("2nd", "2nd")
        assert (await store.load(Key(OTHER_CASE))).open_pass is None

    async def test_none_is_open_once_it_ended(self, store: Store) -> None:
        await store.accept(delivery("1", CASE))
        await store.accept(delivery("2", CASE))
        await store.commit(Commit(passes=[begun("a", "1", "2")]))

        await store.commit(Commit(endings=[ended("a", "1")]))

        assert (await store.load(Key(CASE))).open_pass is None

    async def test_none_is_open_once_its_events_ended_otherwise(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(passes=[begun("a", "1")]))
        await store.commit(Commit(endings=[ended(None, "1")]))

        await store.accept(delivery("2", CASE))

        assert (await store.load(Key(CASE))).open_pass is None

    async def test_a_pass_that_ended_is_not_written_anew(self, store: Store) -> None:
        await link(store)
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(passes=[begun("a", "1")]))
        await store.commit(Commit(endings=[ended("a", "1")]))

        await store.commit(Commit(passes=[replace(begun("a"), config="other")]))

        assert (await store.events(limit=1))[0].records == (told(begun("a")),)

    async def test_a_pass_under_way_tells_of_nothing_that_would_never_end(
        self, store: Store
    ) -> None:
        await link(store)
        await work_off(store, CASE)
        await store.commit(Commit(due=[Due(Key(CASE), NOON)]))
        job = await store.load(Key(CASE))
        await store.commit(Commit(events=[event("2", CASE)]))
        await store.unlink(ISSUE, event("3", ISSUE))

        await store.commit(Commit(events=[event("4", CASE)]))
        put_off = WorkLater(job.key, job.version, minutes(10))
        await store.commit(Commit(work=[put_off]))

        assert await due(store) == {}
        ends = await outcomes(store)
        assert (ends["2"], ends["4"]) == (Outcome.IGNORED, Outcome.IGNORED)
        assert None not in ends.values()
        assert (await store.counts()).pending == 0

    async def test_what_makes_its_key_due_in_one_commit_stays_open(
        self, store: Store
    ) -> None:
        await store.commit(Commit(events=[event("1")], due=[Due(Key(CASE), NOON)]))

        assert await outcomes(store) == {"1": None}


def test_plans_of_the_same_actions_have_one_fingerprint() -> None:
    plan = [action(0), action(1)]
    tried = [replace(one, status=ActionStatus.FAILED, at=minutes(1)) for one in plan]
    other = [action(0), replace(action(1), value="IGNORED")]

    assert fingerprint(plan) == fingerprint(tried)
    assert fingerprint([replace(one, pass_id="b") for one in plan]) == fingerprint(plan)
    assert len({fingerprint(one) for one in (plan, other, plan[:1], [])}) == 4
