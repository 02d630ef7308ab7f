"""What every store does with deliveries, and with its own life."""

import asyncio

import pytest

from bridge.domain.model import TrackerName
from bridge.ports.commits import Commit, Ending
from bridge.ports.errors import CommitRefused, StoreUnavailable
from bridge.ports.records import Accepted, Key, Outcome
from bridge.ports.store import Store
from bridge.store.opening import open_store
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
        ending = Ending(Outcome.NO_OP, "", NOON, None, ("2", "3"))
        await store.commit(Commit(events=[event("2"), event("3")], endings=[ending]))

        rows = await store.events()

        assert ids(rows) == ["3", "2", "1"]
        assert {row.tracker for row in rows} == {TrackerName("cases")}
        ends = {"1": None, "2": Outcome.NO_OP, "3": Outcome.NO_OP}
        assert await outcomes(store) == ends

    async def test_outcomes_are_values_of_the_port(self, store: Store) -> None:
        await store.accept(delivery("1"))
        await work_off(store, ISSUE, Outcome.NO_OP)

        assert await outcomes(store) == {"1": Outcome.NO_OP}
