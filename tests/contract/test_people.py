"""What every tracker promises of its accounts, and the ones in memory as well."""

from collections.abc import AsyncIterator

import pytest

from bridge.ports.trackers import Ability
from tests.contract.talk import Talk, talking
from tests.contract.test_comments import KINDS


@pytest.fixture(params=KINDS)
async def talk(request: pytest.FixtureRequest) -> AsyncIterator[Talk]:
    async with talking(request.param) as made:
        yield made


async def test_an_account_is_found_by_its_address_in_any_letter_case(
    talk: Talk,
) -> None:
    eve = talk.join("Eve@Example.com", True, True)
    talk.join("steve@example.com", True, True)
    talk.join("", True, True)

    (found,) = await talk.tracker.find_people("eve@EXAMPLE.com")

    assert Ability.FIND_PEOPLE in talk.tracker.abilities
    assert (found.id, found.email) == (eve, "Eve@Example.com")
    assert found.name
    assert (found.is_active, found.is_verified) == (True, True)


async def test_everybody_with_the_address_is_told_whatever_their_standing(
    talk: Talk,
) -> None:
    standings = [(True, True), (False, True), (True, False)]
    ids = {talk.join("eve@example.com", *standing): standing for standing in standings}

    found = await talk.tracker.find_people("eve@example.com")

    assert {p.id: (p.is_active, p.is_verified) for p in found} == ids


async def test_nobody_is_found_under_an_address_that_nobody_has(talk: Talk) -> None:
    assert await talk.tracker.find_people("nobody@example.com") == ()


async def test_among_many_alike_the_one_is_found(talk: Talk) -> None:
    for number in range(120):
        talk.join(f"eve@example.com.{number}", True, True)
    eve = talk.join("eve@example.com", True, True)

    assert [p.id for p in await talk.tracker.find_people("eve@example.com")] == [eve]


async def test_whoever_was_found_can_be_assigned(talk: Talk) -> None:
    eve = talk.join("eve@example.com", True, True)
    (found,) = await talk.tracker.find_people("eve@example.com")

    confirmed = await talk.tracker.set_assignee(talk.thing, found.id)

    assert confirmed.assignee.id == eve
    assert confirmed.assignee.email == "eve@example.com"
