"""Creations: reserved once, kept over, counted by rule; links set aside; marks."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.model import CaseId, IssueId, TrackerName
from bridge.ports.commits import Commit, NewEvent
from bridge.ports.creations import (
    AlreadyReserved,
    Creation,
    CreationStatus,
    HeldBack,
    Limit,
)
from bridge.ports.records import CaseRecord, Cause, Key, Link
from bridge.ports.store import LinkExists, Store
from tests.builders import NOON, minutes

ISSUE, CASE = IssueId("errors:a"), CaseId("cases:1")
CREATION = Creation(ISSUE, TrackerName("cases"), "SHOP", "web store", NOON)


def event(name: str) -> NewEvent:
    key = Key(ISSUE)
    return NewEvent(name, TrackerName("errors"), key, Cause.OPERATOR, "create", NOON)


async def linked(store: Store) -> None:
    await store.link(Link(ISSUE, CASE, NOON), CaseRecord(CASE), event("link"))


async def test_a_case_is_reserved_once(store: Store) -> None:
    await store.reserve(CREATION, None)

    with pytest.raises(AlreadyReserved) as refusal:
        await store.reserve(replace(CREATION, project="OTHER"), None)

    assert refusal.value.creation == CREATION
    assert await store.creation(ISSUE) == CREATION


async def test_a_linked_issue_is_not_reserved(store: Store) -> None:
    await linked(store)

    with pytest.raises(LinkExists):
        await store.reserve(CREATION, None)

    assert await store.creation(ISSUE) is None


async def test_what_a_person_asks_for_makes_the_issue_due(store: Store) -> None:
    await store.reserve(CREATION, event("asked"))

    job = await store.load(Key(ISSUE))

    assert job.version > 0
    assert job.events == ("asked",)


async def test_a_refused_reservation_leaves_no_event(store: Store) -> None:
    await store.reserve(CREATION, None)

    with pytest.raises(AlreadyReserved):
        await store.reserve(CREATION, event("asked"))

    assert (await store.load(Key(ISSUE))).events == ()


async def test_a_creation_goes_on_and_may_begin_anew_when_it_is_over(
    store: Store,
) -> None:
    await store.reserve(CREATION, None)
    done = replace(
        CREATION, status=CreationStatus.CREATED, tried_at=minutes(1), case=CASE
    )
    await store.commit(Commit(creations=[done]))
    assert await store.creation(ISSUE) == done

    await store.reserve(CREATION, None)

    assert await store.creation(ISSUE) == CREATION


async def test_a_dropped_creation_is_forgotten(store: Store) -> None:
    await store.reserve(CREATION, None)

    await store.commit(Commit(dropped=[ISSUE]))

    assert await store.creation(ISSUE) is None


def numbered(number: int, rule: str = "web store") -> Creation:
    issue = IssueId(f"errors:{number}")
    return replace(CREATION, issue=issue, rule=rule, reserved_at=minutes(number))


async def test_a_rule_reserves_no_more_than_its_limit_even_at_once(
    store: Store,
) -> None:
    limit = Limit(2, minutes(-1))
    wanted = [store.reserve(numbered(n), limit=limit) for n in range(5)]

    ends = await asyncio.gather(*wanted, return_exceptions=True)

    held = [end for end in ends if isinstance(end, HeldBack)]
    assert len(held) == 3
    assert {each.oldest for each in held} == {minutes(0)}


async def test_the_limit_counts_by_rule_and_time(store: Store) -> None:
    await store.reserve(numbered(0))
    await store.reserve(numbered(1, "other"))

    await store.reserve(numbered(2), limit=Limit(1, minutes(0)))
    with pytest.raises(HeldBack) as refusal:
        await store.reserve(numbered(3), limit=Limit(1, minutes(0)))

    assert refusal.value.oldest == minutes(2)
    with pytest.raises(HeldBack) as none_at_all:
        await store.reserve(numbered(4), limit=Limit(0, minutes(0)))
    assert none_at_all.value.oldest is None


async def test_creations_count_until_their_case_is_there(store: Store) -> None:
    for number, status in enumerate(CreationStatus):
        await store.reserve(replace(numbered(number), status=status))

    assert (await store.counts()).creating == len(CreationStatus) - 1


async def test_an_unlinked_issue_is_set_aside_until_it_is_linked_again(
    store: Store,
) -> None:
    await linked(store)
    assert await store.set_aside_from(ISSUE) == set()

    await store.unlink(ISSUE, event("unlink"))
    assert await store.set_aside_from(ISSUE) == {CASE}

    await store.link(Link(ISSUE, CASE, minutes(1)), CaseRecord(CASE), event("again"))
    assert await store.set_aside_from(ISSUE) == set()


async def test_an_issue_stays_set_aside_while_it_is_linked_elsewhere(
    store: Store,
) -> None:
    other = CaseId("cases:other")
    await linked(store)
    await store.unlink(ISSUE, event("unlink"))

    await store.link(Link(ISSUE, other, minutes(1)), CaseRecord(other), event("moved"))
    assert await store.set_aside_from(ISSUE) == {CASE}

    await store.unlink(ISSUE, event("back"))
    assert await store.set_aside_from(ISSUE) == {CASE, other}


async def test_a_mark_is_the_last_moment_of_its_name(store: Store) -> None:
    assert await store.mark("watching") is None

    await store.commit(Commit(marks={"watching": NOON}))
    await store.commit(Commit(marks={"watching": NOON + timedelta(seconds=1)}))

    assert await store.mark("watching") == NOON + timedelta(seconds=1)
