"""What every store does with the keys that are due."""

import asyncio

import pytest

from bridge.domain.model import TrackerName
from bridge.ports.commits import Commit, WorkDone, WorkLater
from bridge.ports.records import Arrival, Cause, Due, Key, Outcome
from bridge.ports.store import Store
from bridge.store.opening import open_store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    case_record,
    delivery,
    due,
    event,
    link,
    linked,
    work_off,
)


class TestWork:
    async def test_a_key_is_due_at_its_earliest_arrival(self, store: Store) -> None:
        await store.accept(delivery("1", at=minutes(5)))
        await store.accept(delivery("2", at=minutes(3)))
        await store.accept(delivery("3", at=minutes(9)))

        assert await due(store) == {ISSUE: minutes(3)}
        assert (await store.load(Key(ISSUE))).events == ("1", "2", "3")

    async def test_a_job_tells_where_its_events_come_from(self, store: Store) -> None:
        await store.accept(delivery("1", at=minutes(5)))
        await store.link(linked(), case_record(), event("2", at=minutes(6)))
        await work_off(store, CASE, Outcome.PARKED)
        await store.accept(delivery("3", at=minutes(7)))

        errors, cases = TrackerName("errors"), TrackerName("cases")

        assert (await store.load(Key(CASE))).arrivals == (
            Arrival("1", errors, Cause.DELIVERY, minutes(5), is_parked=True),
            Arrival("2", cases, Cause.LINK, minutes(6), is_parked=True),
            Arrival("3", errors, Cause.DELIVERY, minutes(7)),
        )

    async def test_of_many_arrivals_at_once_the_earliest_counts(
        self, store: Store
    ) -> None:
        waits = [5, 9, 9, 3, *[9] * 40]

        await asyncio.gather(
            *(
                store.accept(delivery(f"{n}", at=minutes(wait)))
                for n, wait in enumerate(waits)
            )
        )

        assert await due(store) == {ISSUE: minutes(3)}

    async def test_due_keys_come_earliest_first(self, store: Store) -> None:
        await store.accept(delivery("1", "errors:late", at=minutes(9)))
        await store.accept(delivery("2", "errors:early", at=minutes(1)))

        assert await store.due() == [
            Due(Key("errors:early"), minutes(1)),
            Due(Key("errors:late"), minutes(9)),
        ]

    async def test_a_key_that_is_not_due_loads_with_version_zero(
        self, store: Store
    ) -> None:
        job = await store.load(Key(ISSUE))

        assert (job.version, job.events, job.case, job.links) == (0, (), None, ())

    async def test_work_done_ends_the_key(self, store: Store) -> None:
        await store.accept(delivery("1"))

        await work_off(store, ISSUE)

        assert await due(store) == {}
        assert (await store.load(Key(ISSUE))).events == ()

    async def test_work_done_leaves_a_key_that_was_made_due_meanwhile(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))
        await _later(store, job.version, attempts=3, failing=True)
        await store.accept(delivery("2", at=minutes(1)))

        await store.commit(Commit(work=[WorkDone(job.key, job.version)]))

        again = await store.load(Key(ISSUE))
        assert await due(store) == {ISSUE: minutes(1)}
        assert again.version > job.version
        assert (again.attempts, again.failing_since) == (0, None)

    async def test_versions_rise_even_where_the_key_was_gone_in_between(
        self, store: Store
    ) -> None:
        versions = []
        for n in range(3):
            await store.accept(delivery(f"{n}"))
            versions.append((await work_off(store, ISSUE)).version)

        assert versions == sorted(set(versions))
        assert versions[0] > 0

    async def test_versions_rise_across_a_restart(self, store_url: str) -> None:
        versions = []
        for n in range(3):
            async with open_store(store_url) as store:
                await store.accept(delivery(f"{n}"))
                versions.append((await work_off(store, ISSUE)).version)

        assert versions == sorted(set(versions))

    async def test_a_failed_key_waits_with_its_history(self, store: Store) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))

        await _later(store, job.version, attempts=2, failing=True)

        again = await store.load(Key(ISSUE))
        assert await due(store) == {ISSUE: minutes(10)}
        assert (again.attempts, again.failing_since) == (2, NOON)
        assert again.version == job.version
        counts = await store.counts()
        assert (counts.waiting, counts.retrying) == (1, 1)

    async def test_an_arrival_wakes_a_key_that_waits(self, store: Store) -> None:
        await store.accept(delivery("1"))
        await _later(store, (await store.load(Key(ISSUE))).version)

        await store.accept(delivery("2", at=minutes(1)))

        assert await due(store) == {ISSUE: minutes(1)}

    async def test_an_arrival_during_the_pass_makes_the_key_due_at_once(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))
        await store.accept(delivery("2", at=minutes(1)))

        await _later(store, job.version, attempts=1)

        assert await due(store) == {ISSUE: NOON}
        assert (await store.load(Key(ISSUE))).attempts == 1

    @pytest.mark.parametrize("arrives", ["before", "after"])
    async def test_a_hold_outlasts_an_arrival(self, store: Store, arrives: str) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))
        if arrives == "before":
            await store.accept(delivery("2", at=minutes(1)))

        await _later(store, job.version, holds=True)
        if arrives == "after":
            await store.accept(delivery("2", at=minutes(1)))

        assert await due(store) == {ISSUE: minutes(10)}
        assert (await store.load(Key(ISSUE))).version > job.version

    async def test_a_hold_ends_with_the_pass_after_it(self, store: Store) -> None:
        await store.accept(delivery("1"))
        version = (await store.load(Key(ISSUE))).version
        await _later(store, version, holds=True)
        await _later(store, version)

        await store.accept(delivery("2", at=minutes(1)))

        assert await due(store) == {ISSUE: minutes(1)}

    async def test_a_key_asked_for_by_name_is_woken_from_its_hold(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))
        await _later(store, job.version, holds=True)

        await store.commit(Commit(due=[Due(Key(ISSUE), minutes(5))]))

        assert await due(store) == {ISSUE: minutes(5)}
        assert (await store.load(Key(ISSUE))).version > job.version
        await store.accept(delivery("2", at=minutes(2)))
        assert await due(store) == {ISSUE: minutes(2)}

    async def test_done_and_due_in_one_commit_is_due(self, store: Store) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))

        await store.commit(
            Commit(
                work=[WorkDone(job.key, job.version)],
                due=[Due(job.key, minutes(7))],
            )
        )

        assert await due(store) == {ISSUE: minutes(7)}

    async def test_a_pass_over_a_key_that_was_not_due_may_ask_for_another(
        self, store: Store
    ) -> None:
        await _later(store, version=0)

        assert await due(store) == {ISSUE: minutes(10)}
        assert (await store.load(Key(ISSUE))).version > 0

    async def test_a_key_that_went_away_during_its_pass_stays_away(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1"))
        job = await store.load(Key(ISSUE))
        await link(store)

        await _later(store, job.version, holds=True)

        assert await due(store) == {}


async def _later(
    store: Store,
    version: int,
    *,
    attempts: int = 0,
    failing: bool = False,
    holds: bool = False,
) -> None:
    later = WorkLater(
        key=Key(ISSUE),
        version=version,
        at=minutes(10),
        attempts=attempts,
        failing_since=NOON if failing else None,
        reason="the tracker was busy",
        holds=holds,
    )
    await store.commit(Commit(work=[later]))
