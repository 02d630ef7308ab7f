"""What every store tells an onlooker: lists narrowed and searched, and counts."""

from dataclasses import replace

import pytest

from bridge.domain.model import IssueId, TrackerName
from bridge.ports.commits import Commit, Ending
from bridge.ports.creations import Creation, CreationStatus
from bridge.ports.records import Key, Outcome
from bridge.ports.store import Store
from bridge.ports.survey import (
    PENDING,
    CaseFilter,
    EventFilter,
    Standing,
)
from bridge.store import survey as its_survey
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    OTHER_CASE,
    case_record,
    dead_letter,
    delivery,
    event,
    ids,
    link,
    linked,
)


async def found(
    store: Store, text: str = "", standing: Standing | None = None
) -> list[str]:
    rows = await store.survey.cases(CaseFilter(text, standing), after=None, limit=10)
    return [row.case.id for row in rows]


async def sifted(store: Store, which: EventFilter, before: str = "") -> list[str]:
    some = await store.survey.events(which, before=before, limit=10)
    return ids(some.rows)


async def ended(store: Store, name: str, outcome: Outcome, at: int = 0) -> None:
    await store.commit(
        Commit(endings=[Ending(outcome, "", minutes(at), None, (name,))])
    )


class TestEvents:
    async def test_are_narrowed_by_tracker_outcome_and_key(self, store: Store) -> None:
        for name, tracker in (("a", "errors"), ("b", "cases"), ("c", "errors")):
            await store.accept(delivery(name, f"errors:{name}", tracker=tracker))
        await ended(store, "a", Outcome.APPLIED)
        await ended(store, "b", Outcome.APPLIED)

        errors = EventFilter(tracker=TrackerName("errors"))
        both = EventFilter(tracker=TrackerName("errors"), outcome="applied")

        assert await sifted(store, EventFilter()) == ["c", "b", "a"]
        assert await sifted(store, errors) == ["c", "a"]
        assert await sifted(store, EventFilter(outcome="applied")) == ["b", "a"]
        assert await sifted(store, both) == ["a"]
        assert await sifted(store, EventFilter(key=Key("errors:b"))) == ["b"]

    async def test_that_wait_are_found_however_old_they_are(self, store: Store) -> None:
        for name in "abcd":
            await store.accept(delivery(name, f"errors:{name}"))
        await ended(store, "b", Outcome.PARKED)
        await ended(store, "c", Outcome.APPLIED)
        cases = EventFilter(outcome=PENDING, tracker=TrackerName("cases"))

        assert await sifted(store, EventFilter(outcome=PENDING)) == ["d", "a"]
        assert await sifted(store, EventFilter(outcome="parked")) == ["b"]
        assert await sifted(store, cases) == []

    async def test_are_read_on_page_by_page(self, store: Store) -> None:
        for name in "abcde":
            await store.accept(delivery(name, f"errors:{name}"))
            await ended(store, name, Outcome.NO_OP)
        which = EventFilter(outcome="no-op")

        first = await store.survey.events(which, before="", limit=3)
        second = await store.survey.events(which, before=first.before, limit=3)

        assert (ids(first.rows), ids(second.rows)) == (["e", "d", "c"], ["b", "a"])
        assert (first.before, second.before) == ("c", "")

    async def test_of_a_rare_outcome_are_looked_for_in_portions(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(its_survey, "WINDOW", 2)
        for name in "abcde":
            await store.accept(delivery(name, f"errors:{name}"))
            outcome = Outcome.DEAD if name == "a" else Outcome.APPLIED
            await ended(store, name, outcome)
        pages, before = [], ""
        while True:
            page = await store.survey.events(
                EventFilter(outcome="dead"), before=before, limit=10
            )
            pages.append(ids(page.rows))
            if not (before := page.before):
                break

        assert pages == [[], [], ["a"]]


class TestCases:
    @pytest.fixture(autouse=True)
    async def scene(self, store: Store) -> None:
        first = replace(linked("errors:a", CASE), title="Cart is 100% empty")
        later = minutes(1)
        other = replace(linked("errors:b", OTHER_CASE), since=later, drift="refused")
        for one, key, group in ((first, "SHOP-1", "OPEN"), (other, "ET-2", "CLOSED")):
            case = replace(case_record(one.case, key), group=group, title=f"T {key}")
            told = event(f"link {one.issue}", one.case)
            await store.link(one, case, told)
            await store.commit(Commit(cases=[replace(case, since=one.since)]))

    async def test_are_listed_the_newest_first_with_their_issues(
        self, store: Store
    ) -> None:
        rows = await store.survey.cases(CaseFilter(), after=None, limit=10)
        place = rows[0].case.since
        assert place
        after = (place, rows[0].case.id)
        rest = await store.survey.cases(CaseFilter(), after=after, limit=10)

        assert [row.case.id for row in rows] == [OTHER_CASE, CASE]
        assert [link.issue for link in rows[1].links] == ["errors:a"]
        assert [row.case.id for row in rest] == [CASE]

    @pytest.mark.parametrize(
        ("text", "cases"),
        [
            ("shop-1", [CASE]),
            ("CART", [CASE]),
            ("errors:b", [OTHER_CASE]),
            ("t ", [OTHER_CASE, CASE]),
            ("100%", [CASE]),
            ("1_0", []),
            ("'", []),
        ],
    )
    async def test_are_found_by_what_they_or_their_issues_are_called(
        self, store: Store, text: str, cases: list[str]
    ) -> None:
        assert await found(store, text) == cases

    async def test_are_narrowed_to_what_is_the_matter_with_them(
        self, store: Store
    ) -> None:
        assert await found(store, standing=Standing.DRIFTED) == [OTHER_CASE]
        assert await found(store, standing=Standing.OPEN) == [CASE]
        assert await found(store, standing=Standing.CLOSED) == [OTHER_CASE]
        assert await found(store, standing=Standing.PAUSED) == []
        paused = replace(case_record(CASE), paused="too many", gone="archived")
        await store.commit(Commit(cases=[paused]))
        assert await found(store, standing=Standing.PAUSED) == [CASE]
        assert await found(store, standing=Standing.GONE) == [CASE]


async def test_dead_letters_are_told_by_key(store: Store) -> None:
    for case in (CASE, OTHER_CASE):
        await link(store, f"errors:{case[-1]}", case)
        await store.commit(Commit(dead=[dead_letter(f"letter {case}", case)]))

    assert ids(await store.survey.dead_of(Key(CASE))) == [f"letter {CASE}"]


async def test_the_longest_wait_and_the_newest_event_are_told(store: Store) -> None:
    assert await store.survey.oldest_pending() is None
    assert await store.survey.newest() == ""
    for n, name in enumerate("abc"):
        at = minutes(n)
        await store.accept(delivery(name, f"errors:{name}", at=at))
    await ended(store, "a", Outcome.APPLIED)

    assert await store.survey.oldest_pending() == minutes(1)
    assert await store.survey.newest() == "c"


async def test_endings_are_counted_by_the_minute(store: Store) -> None:
    for name, at in (("a", -1), ("b", 0), ("c", 2), ("d", 2)):
        await store.accept(delivery(name, f"errors:{name}"))
        await ended(store, name, Outcome.APPLIED, at)

    assert await store.survey.endings(NOON) == {0: 1, 2: 2}


async def test_cases_created_are_counted_by_rule(store: Store) -> None:
    for name, rule, status in (
        ("a", "web", CreationStatus.CREATED),
        ("b", "web", CreationStatus.CREATED),
        ("c", "", CreationStatus.CREATED),
        ("d", "web", CreationStatus.TRYING),
    ):
        issue, cases = IssueId(f"errors:{name}"), TrackerName("cases")
        made = Creation(issue, cases, "ET", rule, NOON, status)
        await store.commit(Commit(creations=[made]))

    assert await store.survey.created() == {"web": 2, "": 1}
