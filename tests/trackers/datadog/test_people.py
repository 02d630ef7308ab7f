"""How accounts are found by e-mail, for both kinds alike."""

from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from bridge.domain.model import Person
from bridge.ports.errors import ForbiddenError, TransientError
from bridge.trackers.datadog_case_management.client import CaseManagement
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from tests.trackers.documents import USERS, account

Tracker = ErrorTracking | CaseManagement


@pytest.fixture(params=["errors", "cases"])
def tracker(request: pytest.FixtureRequest) -> Tracker:
    found: Tracker = request.getfixturevalue(request.param)
    return found


def serve(vendor: respx.MockRouter, *users: dict[str, Any]) -> respx.Route:
    return vendor.get(USERS).respond(json={"data": list(users)})


def numbered(count: int) -> list[dict[str, Any]]:
    return [account(f"user-{n}", email=f"ann@example.com.{n}") for n in range(count)]


async def test_only_the_very_address_counts_in_any_letter_case(
    tracker: Tracker, vendor: respx.MockRouter
) -> None:
    serve(
        vendor,
        account("a", email="Ann@Example.com"),
        account("b", email="joann@example.com"),
        account("c", email="ann@example.com.test", name="ann@example.com"),
        account("d", email="", handle="ann@example.com"),
    )

    found = await tracker.find_people(" ANN@example.COM ")

    assert found == (Person("a", "Ann@Example.com", "Ann"),)


@pytest.mark.parametrize(
    ("told", "is_active", "is_verified"),
    [
        ({}, True, True),
        ({"disabled": True}, False, True),
        ({"status": "Disabled"}, False, True),
        ({"verified": False}, True, False),
        ({"verified": None}, True, True),
        ({"verified": None, "status": "Pending"}, True, False),
        ({"name": None, "disabled": None, "status": None}, True, True),
    ],
)
async def test_every_account_is_told_with_what_is_known_of_it(
    tracker: Tracker,
    vendor: respx.MockRouter,
    told: dict[str, Any],
    is_active: bool,
    is_verified: bool,
) -> None:
    serve(vendor, account("a", **told), account("b"))

    one, other = await tracker.find_people("ann@example.com")

    assert (one.is_active, one.is_verified) == (is_active, is_verified)
    assert (other.is_active, other.is_verified) == (True, True)


async def test_nobody_is_asked_for_without_an_address(
    tracker: Tracker, vendor: respx.MockRouter
) -> None:
    route = serve(vendor, account("a", email=""))

    assert await tracker.find_people(" ") == ()
    assert not route.called


async def test_all_pages_are_read_up_to_the_number_that_was_told(
    tracker: Tracker, vendor: respx.MockRouter
) -> None:
    users = [*numbered(249), account("last")]

    def page(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["page[number]"]) * 100
        meta = {"page": {"total_count": 999, "total_filtered_count": 250}}
        return httpx.Response(
            200, json={"data": users[start : start + 100], "meta": meta}
        )

    route = vendor.get(USERS).mock(side_effect=page)

    assert [p.id for p in await tracker.find_people("ann@example.com")] == ["last"]
    assert route.call_count == 3


async def test_pages_that_say_no_number_are_read_until_nobody_new_comes(
    tracker: Tracker, vendor: respx.MockRouter
) -> None:
    route = serve(vendor, account("a"), account("b"))

    assert len(await tracker.find_people("ann@example.com")) == 2
    assert route.call_count == 2


@pytest.mark.parametrize("status", [403, 404])
async def test_a_closed_user_service_names_nobody_and_warns_once(
    tracker: Tracker, vendor: respx.MockRouter, status: int
) -> None:
    route = vendor.get(USERS).respond(status)

    with capture_logs() as logs:
        for _ in range(3):
            assert await tracker.find_people("ann@example.com") == ()

    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("people.unreadable", "warning")
    ]
    route.respond(json={"data": [account("a")]})
    assert len(await tracker.find_people("ann@example.com")) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, ForbiddenError), (503, TransientError)]
)
async def test_wrong_keys_and_outages_are_no_empty_answer(
    tracker: Tracker, vendor: respx.MockRouter, status: int, error: type[Exception]
) -> None:
    vendor.get(USERS).respond(status)

    with pytest.raises(error):
        await tracker.find_people("ann@example.com")
