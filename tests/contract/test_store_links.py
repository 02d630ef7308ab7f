"""What every store does with links and cases."""

import asyncio
from dataclasses import replace

import pytest

from bridge.domain.base import CaseBase, Held, IssueBase, Owed, Replaced
from bridge.domain.model import State, StatusGroup
from bridge.ports.commits import Commit, Ending, WorkLater
from bridge.ports.records import Key, LinkRow, Outcome
from bridge.ports.store import LinkExists, Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    OTHER_ISSUE,
    case_record,
    delivery,
    due,
    event,
    link,
    linked,
    outcomes,
    work_off,
)

ISSUE_BASE = IssueBase(
    ISSUE,
    Held(
        State.RESOLVED,
        Owed(State.IGNORED, "the case closed", refusal="not allowed"),
        (Replaced(State.REVIEWED, minutes(1), minutes(2)),),
    ),
)
CASE_BASE = CaseBase(Held(StatusGroup.CLOSED, Owed(StatusGroup.OPEN, "reopened")))


class TestLink:
    async def test_a_link_brings_its_case_and_makes_it_due(self, store: Store) -> None:
        await store.link(linked(), case_record(), event("1", at=minutes(1)))

        job = await store.load(Key(CASE))
        assert (job.case, job.links) == (case_record(), (linked(),))
        assert job.events == ("1",)
        assert await due(store) == {CASE: minutes(1)}
        assert await store.find_link(ISSUE) == LinkRow(linked(), case_record())

    async def test_an_issue_has_at_most_one_case(self, store: Store) -> None:
        await link(store, ISSUE, CASE)

        with pytest.raises(LinkExists) as refusal:
            await store.link(
                linked(ISSUE, OTHER_CASE), case_record(OTHER_CASE), event("1")
            )

        assert refusal.value.link == linked()
        assert refusal.value.case == case_record()
        assert await store.find_case(OTHER_CASE) is None
        assert "1" not in await outcomes(store)

    async def test_of_many_at_once_one_link_is_made(self, store: Store) -> None:
        answers = await asyncio.gather(
            *(
                store.link(
                    linked(ISSUE, f"cases:{n}"),
                    case_record(f"cases:{n}"),
                    event(f"{n}", f"cases:{n}"),
                )
                for n in range(30)
            ),
            return_exceptions=True,
        )

        assert answers.count(None) == 1
        assert sum(isinstance(one, LinkExists) for one in answers) == 29
        assert (await store.counts()).cases == 1

    async def test_a_second_link_leaves_the_case_as_it_is_kept(
        self, store: Store
    ) -> None:
        await link(store)
        kept = replace(case_record(), title="kept", base=CASE_BASE)
        await store.commit(Commit(cases=[kept]))

        await store.link(linked(OTHER_ISSUE), case_record(), event("1"))

        job = await store.load(Key(CASE))
        assert job.case == kept
        assert [one.issue for one in job.links] == [ISSUE, OTHER_ISSUE]

    async def test_what_waited_for_the_issue_waits_for_its_case(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", at=minutes(-3)))
        await store.accept(delivery("2", at=minutes(-2)))
        await store.accept(delivery("3", OTHER_ISSUE))

        await store.link(linked(), case_record(), event("4"))

        assert (await store.load(Key(CASE))).events == ("1", "2", "4")
        assert (await store.load(Key(ISSUE))).events == ()
        assert await due(store) == {CASE: minutes(-3), OTHER_ISSUE: NOON}

    async def test_what_ended_before_the_link_stays_with_the_issue(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1"))
        await work_off(store, ISSUE, Outcome.IGNORED)

        await store.link(linked(), case_record(), event("2"))

        assert [row.id for row in await store.events(key=Key(ISSUE))] == ["1"]
        assert [row.id for row in await store.events(key=Key(CASE))] == ["2"]

    async def test_linking_respects_a_hold_of_the_case(self, store: Store) -> None:
        await link(store)
        await store.accept(delivery("1"))
        version = (await store.load(Key(CASE))).version
        held = WorkLater(Key(CASE), version, minutes(10), holds=True)
        await store.commit(Commit(work=[held]))

        await store.link(linked(OTHER_ISSUE), case_record(), event("2"))

        assert await due(store) == {CASE: minutes(10)}


class TestUnlink:
    async def test_the_link_goes_and_the_event_says_so(self, store: Store) -> None:
        await link(store)
        await link(store, OTHER_ISSUE)

        removed = await store.unlink(ISSUE, event("1", ISSUE))

        assert removed == linked()
        assert await store.find_link(ISSUE) is None
        (row,) = await store.events(key=Key(ISSUE))
        assert (row.id, row.outcome) == ("1", Outcome.APPLIED)
        assert "SHOP-1" in row.reason
        job = await store.load(Key(CASE))
        assert [one.issue for one in job.links] == [OTHER_ISSUE]

    async def test_without_a_link_nothing_is_recorded(self, store: Store) -> None:
        assert await store.unlink(ISSUE, event("1", ISSUE)) is None
        assert await outcomes(store) == {}

    async def test_a_case_without_links_is_forgotten_with_its_work(
        self, store: Store
    ) -> None:
        await link(store)
        await store.accept(delivery("1"))

        await store.unlink(ISSUE, event("2", ISSUE))

        assert await store.find_case(CASE) is None
        assert await due(store) == {}
        assert (await outcomes(store))["1"] is Outcome.IGNORED
        assert (await store.counts()).pending == 0

    async def test_a_pass_under_way_does_not_bring_anything_back(
        self, store: Store
    ) -> None:
        await link(store)
        await store.accept(delivery("1"))
        job = await store.load(Key(CASE))
        assert job.case is not None
        await store.unlink(ISSUE, event("2", ISSUE))

        await store.commit(
            Commit(
                links=[replace(job.links[0], state="RESOLVED")],
                cases=[replace(job.case, title="seen")],
                work=[WorkLater(job.key, job.version, minutes(10))],
                endings=[Ending(Outcome.APPLIED, "", NOON, None, job.events)],
            )
        )

        assert await store.find_link(ISSUE) is None
        assert await store.find_case(CASE) is None
        assert await due(store) == {}
        assert (await outcomes(store))["1"] is Outcome.IGNORED

    async def test_a_pass_under_way_does_not_touch_a_link_made_anew(
        self, store: Store
    ) -> None:
        await link(store)
        (old,) = (await store.load(Key(CASE))).links
        await store.unlink(ISSUE, event("1", ISSUE))
        made_anew = linked(since=minutes(1))
        await store.link(made_anew, case_record(), event("2"))

        await store.commit(Commit(links=[replace(old, base=ISSUE_BASE)]))

        row = await store.find_link(ISSUE)
        assert row is not None
        assert row.link == made_anew

    async def test_a_pass_under_way_does_not_touch_a_case_made_anew(
        self, store: Store
    ) -> None:
        await link(store)
        old = (await store.load(Key(CASE))).case
        assert old is not None
        await store.unlink(ISSUE, event("1", ISSUE))
        anew = linked(OTHER_ISSUE, since=minutes(1))
        await store.link(anew, replace(case_record(), since=None), event("2"))

        await store.commit(Commit(cases=[replace(old, base=CASE_BASE, drift="owed")]))

        found = await store.find_case(CASE)
        assert found == replace(case_record(), since=minutes(1))

    async def test_a_pass_keeps_its_case_while_one_link_is_left(
        self, store: Store
    ) -> None:
        await link(store)
        old = (await store.load(Key(CASE))).case
        assert old is not None
        later = linked(OTHER_ISSUE, since=minutes(1))
        await store.link(later, replace(case_record(), since=None), event("1"))
        await store.unlink(ISSUE, event("2", ISSUE))

        await store.commit(Commit(cases=[replace(old, base=CASE_BASE)]))

        assert await store.find_case(CASE) == replace(case_record(), base=CASE_BASE)

    async def test_a_pass_under_way_does_not_move_an_issue_back(
        self, store: Store
    ) -> None:
        await link(store)
        (old,) = (await store.load(Key(CASE))).links
        await store.unlink(ISSUE, event("1", ISSUE))
        await link(store, ISSUE, OTHER_CASE)

        await store.commit(Commit(links=[replace(old, state="RESOLVED")]))

        row = await store.find_link(ISSUE)
        assert row is not None
        assert row.link == linked(ISSUE, OTHER_CASE)
