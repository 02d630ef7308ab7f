"""Every store: issues as they were last seen, and which still await a rule."""

from dataclasses import replace
from datetime import datetime

import pytest

from bridge.domain.model import Issue, IssueId, State
from bridge.ports.commits import Commit
from bridge.ports.errors import CommitRefused
from bridge.ports.sightings import Sighting, sighting_of
from bridge.ports.store import Store
from bridge.store.opening import open_store
from tests.builders import NOON, minutes

ISSUE = IssueId("errors:a")
SEEN = Sighting(
    ISSUE,
    NOON,
    attributes={"service": ("web-store",), "team": ("Größe", 'q"uote'), "tag": ()},
    title="TypeError: x",
    url="https://example.com/a",
    state="FOR_REVIEW",
    first_seen=minutes(-5),
)


async def keep(store: Store, *seen: Sighting) -> None:
    await store.commit(Commit(sightings=seen))


async def test_an_issue_comes_back_as_it_was_seen(store: Store) -> None:
    await keep(store, SEEN)

    assert await store.sighting(ISSUE) == SEEN
    assert await store.sighting(IssueId("errors:b")) is None


async def test_an_issue_seen_again_replaces_what_was_kept(store: Store) -> None:
    later = replace(
        SEEN, seen_at=minutes(1), title="other", attributes={"service": ("api",)}
    )

    await keep(store, SEEN)
    await keep(store, later)

    assert await store.sightings() == [later]


async def test_the_last_of_one_transaction_counts(store: Store) -> None:
    await keep(store, SEEN, replace(SEEN, title="last"))

    assert [one.title for one in await store.sightings()] == ["last"]


async def test_what_rules_led_to_is_not_forgotten(store: Store) -> None:
    await keep(store, SEEN)
    await keep(store, replace(SEEN, handled="created"))
    await keep(store, replace(SEEN, title="seen again"))

    found = await store.sighting(ISSUE)

    assert found
    assert (found.handled, found.title) == ("created", "seen again")


@pytest.mark.parametrize("first_seen", [None, minutes(-5)])
async def test_when_it_was_first_seen_is_not_forgotten(
    store: Store, first_seen: datetime | None
) -> None:
    await keep(store, SEEN)
    await keep(store, replace(SEEN, first_seen=first_seen))

    found = await store.sighting(ISSUE)

    assert found
    assert found.first_seen == minutes(-5)


async def test_they_are_listed_page_by_page(store: Store) -> None:
    await keep(
        store, *(replace(SEEN, issue=IssueId(f"errors:{n}")) for n in (2, 0, 4, 1, 3))
    )

    first = await store.sightings(limit=2)
    rest = await store.sightings(after=first[-1].issue)

    assert [one.issue[-1] for one in first] == ["0", "1"]
    assert [one.issue[-1] for one in rest] == ["2", "3", "4"]


async def test_those_that_await_a_rule_are_listed_and_counted(store: Store) -> None:
    await keep(
        store,
        *(replace(SEEN, issue=IssueId(f"errors:{n}")) for n in range(4)),
        replace(SEEN, issue=IssueId("errors:1"), handled="no rule"),
    )

    waiting = await store.unhandled(limit=2)
    rest = await store.unhandled(after=waiting[-1].issue)

    assert [one.issue[-1] for one in [*waiting, *rest]] == ["0", "2", "3"]
    assert await store.count_unhandled() == 3


async def test_they_outlive_the_process(store_url: str) -> None:
    async with open_store(store_url) as store:
        await keep(store, SEEN)
    async with open_store(store_url) as store:
        assert await store.sightings() == [SEEN]


async def test_what_no_row_can_hold_is_refused_and_nothing_is_kept(
    store: Store,
) -> None:
    with pytest.raises(CommitRefused):
        await keep(store, replace(SEEN, issue=IssueId("errors:z")), BROKEN)

    assert await store.sightings() == []


BROKEN = replace(SEEN, attributes={"service": ("\ud800",)})


def test_a_sighting_holds_what_was_read_of_an_issue() -> None:
    issue = Issue(
        ISSUE,
        State.FOR_REVIEW,
        title=SEEN.title,
        url=SEEN.url,
        first_seen=SEEN.first_seen,
        attributes=SEEN.attributes,
    )

    assert sighting_of(issue, NOON) == SEEN
    assert sighting_of(issue, NOON, "created").handled == "created"
