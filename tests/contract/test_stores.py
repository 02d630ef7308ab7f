"""What every store does with deliveries and with the keys that are due."""

import asyncio

import pytest

from bridge.domain.model import TrackerName
from bridge.ports.commits import Commit, WorkDone, WorkLater
from bridge.ports.errors import CommitRefused, StoreUnavailable
from bridge.ports.records import Accepted, Due, Key, Outcome
from bridge.ports.store import Store
from bridge.store.sqlite import open_store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    OTHER_ISSUE,
    delivery,
    due,
    event,
    ids,
    link,
    outcomes,
    work_off,
)


class TestAccept:
    async def test_a_new_delivery_is_kept_and_makes_its_subject_due(
        self, store: Store
    ) -> None:
        accepted = await store.accept(delivery("1", ISSUE))

        assert accepted == Accepted("1", True, (Key(ISSUE),))
        assert await due(store) == {ISSUE: NOON}
        (row,) = await store.events()
        assert (row.id, row.key, row.at) == ("1", Key(ISSUE), NOON)
        assert row.outcome is None

    async def test_a_repetition_has_the_id_of_the_first_and_makes_nothing_due(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", identity="same"))
        await work_off(store, ISSUE)

        accepted = await store.accept(delivery("2", identity="same"))

        assert accepted == Accepted("1", False, ())
        assert await due(store) == {}
        assert ids(await store.events()) == ["1"]

    async def test_a_repetition_that_may_be_news_makes_its_keys_due_again(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", identity="same", is_exact=False))
        await work_off(store, ISSUE)

        accepted = await store.accept(
            delivery("2", identity="same", is_exact=False, at=minutes(1))
        )

        assert accepted == Accepted("1", False, (Key(ISSUE),))
        assert await due(store) == {ISSUE: minutes(1)}
        assert ids(await store.events()) == ["1"]

    async def test_two_trackers_may_use_the_same_identity(self, store: Store) -> None:
        await store.accept(delivery("1", identity="same", tracker="errors"))

        accepted = await store.accept(delivery("2", identity="same", tracker="cases"))

        assert accepted.is_new

    @pytest.mark.parametrize("subject", [ISSUE, CASE, "cases:SHOP-1"])
    async def test_a_subject_resolves_to_the_case_that_is_known(
        self, store: Store, subject: str
    ) -> None:
        await link(store)

        accepted = await store.accept(delivery("1", subject))

        assert accepted.due == (Key(CASE),)
        assert (await store.load(Key(CASE))).events == ("1",)

    async def test_the_first_subject_that_resolves_wins_and_the_others_are_due_too(
        self, store: Store
    ) -> None:
        await link(store, ISSUE, CASE)
        await link(store, OTHER_ISSUE, OTHER_CASE)

        accepted = await store.accept(
            delivery("1", "errors:unknown", OTHER_ISSUE, "cases:SHOP-2", ISSUE)
        )

        assert accepted.due == (Key(OTHER_CASE), Key(CASE))
        assert (await store.load(Key(OTHER_CASE))).events == ("1",)
        assert (await store.load(Key(CASE))).events == ()
        assert set(await due(store)) == {CASE, OTHER_CASE}

    async def test_without_a_known_case_the_first_subject_is_the_key(
        self, store: Store
    ) -> None:
        accepted = await store.accept(delivery("1", "cases:NEW-1", ISSUE))

        assert accepted.due == (Key("cases:NEW-1"),)

    async def test_more_subjects_than_a_statement_holds_are_resolved(
        self, store: Store
    ) -> None:
        await link(store)
        crowd = [f"errors:{n}" for n in range(40_000)]

        accepted = await store.accept(delivery("1", *crowd, ISSUE))

        assert accepted.due == (Key(CASE),)

    async def test_a_thousand_at_once_are_each_kept_once(self, store: Store) -> None:
        sent = [
            delivery(f"{n:04}", f"errors:{n % 7}", identity=f"{n % 400}")
            for n in range(1000)
        ]

        accepted = await asyncio.gather(*(store.accept(one) for one in sent))

        kept = ids(await store.events(limit=1000))
        assert len(kept) == 400
        assert {one.id for one in accepted} == set(kept)
        assert sum(one.is_new for one in accepted) == 400
        assert {e for key in await due(store) for e in await _events(store, key)} == (
            set(kept)
        )

    async def test_a_bad_one_fails_alone(self, store: Store) -> None:
        await store.accept(delivery("taken"))

        answers = await asyncio.gather(
            *(store.accept(delivery(f"{n}")) for n in range(20)),
            store.accept(delivery("taken", identity="but another")),
            *(store.accept(delivery(f"{n}")) for n in range(20, 40)),
            return_exceptions=True,
        )

        refused = [one for one in answers if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [CommitRefused]
        assert len(await store.events(limit=1000)) == 41

    async def test_a_cancelled_caller_spoils_nothing_for_the_others(
        self, store: Store
    ) -> None:
        tasks = [asyncio.create_task(store.accept(delivery(f"{n}"))) for n in range(50)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()

        answers = await asyncio.gather(*tasks, return_exceptions=True)

        assert sum(isinstance(one, Accepted) for one in answers) == 25
        assert (await store.accept(delivery("after"))).is_new
        assert len(await store.events(limit=1000)) == 51


async def _events(store: Store, key: str) -> tuple[str, ...]:
    return (await store.load(Key(key))).events


class TestWork:
    async def test_a_key_is_due_at_its_earliest_arrival(self, store: Store) -> None:
        await store.accept(delivery("1", at=minutes(5)))
        await store.accept(delivery("2", at=minutes(3)))
        await store.accept(delivery("3", at=minutes(9)))

        assert await due(store) == {ISSUE: minutes(3)}
        assert (await store.load(Key(ISSUE))).events == ("1", "2", "3")

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


class TestLife:
    async def test_everything_is_there_after_a_restart(self, store_url: str) -> None:
        async with open_store(store_url) as store:
            await link(store)
            await store.accept(delivery("1"))

        async with open_store(store_url) as store:
            job = await store.load(Key(CASE))
            assert job.events == ("1",)
            assert job.case is not None
            assert [one.issue for one in job.links] == [ISSUE]
            assert (await outcomes(store))["1"] is None

    async def test_closing_finishes_what_was_handed_in(self, store_url: str) -> None:
        async with open_store(store_url) as store:
            tasks = [
                asyncio.create_task(store.accept(delivery(f"{n}"))) for n in range(99)
            ]
            await asyncio.sleep(0)
        answers = await asyncio.gather(*tasks)

        assert all(one.is_new for one in answers)
        async with open_store(store_url) as store:
            assert len(await store.events(limit=1000)) == 99

    async def test_a_closed_store_says_so(self, store_url: str) -> None:
        async with open_store(store_url) as store:
            pass

        with pytest.raises(StoreUnavailable, match="closed"):
            await store.accept(delivery("1"))
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.load(Key(ISSUE))

    async def test_an_answered_write_is_seen_by_the_next_read(
        self, store: Store
    ) -> None:
        for n in range(50):
            accepted = await store.accept(delivery(f"{n}", f"errors:{n}"))
            assert (await store.load(accepted.due[0])).events == (f"{n}",)

    async def test_events_of_ours_are_listed_with_the_others(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", tracker="cases"))
        await store.commit(Commit(events=[event("2"), event("3")]))

        rows = await store.events()

        assert ids(rows) == ["3", "2", "1"]
        assert {row.tracker for row in rows} == {TrackerName("cases")}
        assert await outcomes(store) == dict.fromkeys(["3", "2", "1"])

    async def test_outcomes_are_values_of_the_port(self, store: Store) -> None:
        await store.accept(delivery("1"))
        await work_off(store, ISSUE, Outcome.NO_OP)

        assert await outcomes(store) == {"1": Outcome.NO_OP}
