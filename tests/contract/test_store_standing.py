"""What every store answers when it is asked whether links still stand."""

import asyncio
from dataclasses import replace

import pytest

from bridge.domain.base import Held, IssueBase
from bridge.domain.model import IssueId, State
from bridge.ports.commits import Commit
from bridge.ports.records import Key, Link
from bridge.ports.store import Store
from tests.builders import minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    OTHER_ISSUE,
    case_record,
    event,
    link,
    linked,
)

BASE = IssueBase(ISSUE, Held(State.RESOLVED))


async def test_of_links_that_stand_all_issues_are_told(store: Store) -> None:
    await link(store)
    await link(store, OTHER_ISSUE)
    changed = replace(linked(), base=BASE, state="RESOLVED")
    await store.commit(Commit(links=[changed]))

    both = [linked(), linked(OTHER_ISSUE)]

    assert await store.still_linked(both) == {ISSUE, OTHER_ISSUE}
    assert await store.still_linked(both[1:]) == {OTHER_ISSUE}
    assert await store.still_linked([]) == set()


async def test_a_link_that_was_taken_away_stands_no_more(store: Store) -> None:
    await link(store)
    await link(store, OTHER_ISSUE)
    both = (await store.load(Key(CASE))).links

    await store.unlink(ISSUE, event("1", ISSUE))

    assert await store.still_linked(both) == {OTHER_ISSUE}


@pytest.mark.parametrize(
    "anew", [linked(since=minutes(1)), linked(ISSUE, OTHER_CASE)], ids=str
)
async def test_a_link_made_anew_is_another(store: Store, anew: Link) -> None:
    await link(store)
    await store.unlink(ISSUE, event("1", ISSUE))
    await store.link(anew, case_record(anew.case), event("2"))

    assert await store.still_linked([linked()]) == set()
    assert await store.still_linked([anew]) == {ISSUE}


async def test_many_ask_at_once_among_other_readers(store: Store) -> None:
    for n in range(20):
        await link(store, f"errors:{n}", f"cases:{n}")
    await store.unlink(IssueId("errors:7"), event("1", "errors:7"))

    answers = await asyncio.gather(
        *(store.still_linked([linked(f"errors:{n}", f"cases:{n}")]) for n in range(20)),
        *(store.load(Key(f"cases:{n}")) for n in range(20)),
        store.still_linked([linked(f"errors:{n}", "cases:1") for n in range(2000)]),
    )

    assert [n for n in range(20) if not answers[n]] == [7]
    assert answers[-1] == {"errors:1"}
