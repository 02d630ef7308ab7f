"""What every store keeps of links and cases, as it was written."""

from dataclasses import replace

from bridge.domain.base import CaseBase, Held, IssueBase, Owed, Replaced
from bridge.domain.model import CaseId, State, StatusGroup
from bridge.ports.commits import Commit
from bridge.ports.records import ASKED, CaseRecord, Due, Key, Link
from bridge.ports.store import Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    case_record,
    due,
    link,
    linked,
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


class TestRecords:
    async def test_a_link_is_given_back_as_it_was_written(self, store: Store) -> None:
        await link(store)
        full = Link(
            issue=ISSUE,
            case=CASE,
            since=NOON,
            base=ISSUE_BASE,
            state="RESOLVED",
            title="TypeError: é 🎈",
            url="https://example.org/1",
            drift="the tracker refused",
            gone="merged",
            is_native=True,
        )

        await store.commit(Commit(links=[full]))

        row = await store.find_link(ISSUE)
        assert row is not None
        assert row.link == full

    async def test_a_case_is_given_back_as_it_was_written(self, store: Store) -> None:
        await link(store)
        full = CaseRecord(
            id=CASE,
            key="OTHER-7",
            title="It fails",
            url="https://example.org/7",
            project="OTHER",
            status="Waiting",
            group="OPEN",
            base=CASE_BASE,
            drift="a reason",
            gone="archived",
            paused="too many flips",
            next_look=minutes(0.123456),
            since=NOON,
        )

        await store.commit(Commit(cases=[full]))

        assert await store.find_case(CASE) == full
        assert await store.find_case("cases:OTHER-7") == full
        assert await store.find_case("cases:SHOP-1") is None

    async def test_a_base_may_be_taken_away(self, store: Store) -> None:
        await link(store)
        await store.commit(Commit(links=[replace(linked(), base=ISSUE_BASE)]))

        await store.commit(Commit(links=[linked()]))

        assert (await store.load(Key(CASE))).links == (linked(),)

    async def test_links_are_listed_page_by_page(self, store: Store) -> None:
        for n in range(5):
            await link(store, f"errors:{n}", CASE if n % 2 else OTHER_CASE)

        first = await store.links(limit=3)
        rest = await store.links(after=first[-1].link.issue, limit=3)
        of_one = await store.links(case=CASE)

        assert [row.link.issue for row in first + rest] == [
            f"errors:{n}" for n in range(5)
        ]
        assert [row.link.issue for row in of_one] == ["errors:1", "errors:3"]
        assert {row.case.id for row in of_one} == {CASE}

    async def test_looks_come_longest_waiting_first(self, store: Store) -> None:
        for n, wait in enumerate([30, 10, None, 20, 99]):
            case = f"cases:{n}"
            await link(store, f"errors:{n}", case)
            at = None if wait is None else minutes(wait)
            await store.commit(Commit(cases=[replace(case_record(case), next_look=at)]))
            await work_off(store, case)

        assert await store.looks_due(minutes(9), 10) == []
        assert await store.looks_due(minutes(30), 2) == [
            CaseId("cases:1"),
            CaseId("cases:3"),
        ]
        assert len(await store.looks_due(minutes(30), 10)) == 3

    async def test_all_cases_are_asked_for_before_all_others(
        self, store: Store
    ) -> None:
        for n, wait in enumerate([30, None, 20]):
            case = f"cases:{n}"
            await link(store, f"errors:{n}", case)
            at = None if wait is None else minutes(wait)
            await store.commit(Commit(cases=[replace(case_record(case), next_look=at)]))
            await work_off(store, case)

        await store.commit(Commit(look_at_all=True))
        seen = replace(case_record("cases:0"), next_look=minutes(1))
        await store.commit(Commit(cases=[seen]))

        assert await store.looks_due(ASKED, 10) == [CaseId("cases:2")]
        assert await store.looks_due(minutes(9), 10) == ["cases:2", "cases:0"]

    async def test_a_case_that_is_due_is_not_looked_at(self, store: Store) -> None:
        await link(store)
        seen = replace(case_record(CASE), next_look=minutes(1))
        due = [Due(Key(CASE), minutes(1))]
        await store.commit(Commit(cases=[seen], due=due))

        assert await store.looks_due(minutes(9), 10) == []
        await work_off(store, CASE)
        assert await store.looks_due(minutes(9), 10) == [CASE]

    async def test_a_look_at_a_case_that_is_due_anyway_changes_nothing_else(
        self, store: Store
    ) -> None:
        await link(store)

        await store.commit(Commit(due=[Due(Key(CASE), minutes(1))]))

        assert await due(store) == {CASE: minutes(1)}
        assert (await store.load(Key(CASE))).links == (linked(),)
