"""What a tracker is answered."""

import httpx
import pytest
from structlog.testing import capture_logs

from bridge.ports.errors import (
    BadCredentials,
    MalformedDelivery,
    StoreUnavailable,
    UnknownTracker,
)
from bridge.web import hooks
from tests.web.fakes import SECRET, PaperIntake

SIGNED = {"Authorization": f"Bearer {SECRET}"}


async def test_a_delivery_is_answered_with_its_id(
    client: httpx.AsyncClient, intake: PaperIntake
) -> None:
    first = await client.post("/hooks/cases", content=b"{}", headers=SIGNED)
    again = await client.post("/hooks/cases", content=b"{}", headers=SIGNED)

    assert (first.status_code, first.json()) == (202, {"delivery": "d0"})
    assert (again.status_code, again.json()) == (202, {"delivery": "d0"})
    assert intake.bodies == [b"{}"]


async def test_the_body_reaches_the_intake_byte_by_byte(
    client: httpx.AsyncClient, intake: PaperIntake
) -> None:
    body = b' {"a":\r\n "\xff"} '
    headers = {**SIGNED, "Content-Encoding": "gzip"}
    await client.post("/hooks/cases", content=body, headers=headers)
    assert intake.bodies == [body]


async def test_wrong_credentials_learn_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/hooks/cases", content=b"{}", headers={"Authorization": "Bearer x"}
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert SECRET not in answer.text
    assert answer.json()["detail"] == "the credentials are missing or wrong"


@pytest.mark.parametrize(
    ("error", "status"),
    [(MalformedDelivery("not a JSON object"), 400), (StoreUnavailable("disk"), 503)],
)
async def test_a_delivery_not_taken_in_is_refused(
    client: httpx.AsyncClient, intake: PaperIntake, error: Exception, status: int
) -> None:
    intake.fails_with = error
    answer = await client.post("/hooks/cases", content=b"{}", headers=SIGNED)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_store_that_is_down_says_when_to_come_back(
    client: httpx.AsyncClient, intake: PaperIntake
) -> None:
    intake.fails_with = StoreUnavailable("the path of the disk")
    answer = await client.post("/hooks/cases", content=b"{}", headers=SIGNED)
    assert answer.headers["Retry-After"] == "5"
    assert "disk" not in answer.text


async def test_an_unknown_tracker_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.post("/hooks/nobody", content=b"{}", headers=SIGNED)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


async def test_a_large_body_is_refused(
    client: httpx.AsyncClient, intake: PaperIntake
) -> None:
    answer = await client.post("/hooks/cases", content=b"x" * 2049, headers=SIGNED)
    assert answer.status_code == 413
    assert intake.bodies == []


async def test_the_largest_body_is_taken(client: httpx.AsyncClient) -> None:
    answer = await client.post("/hooks/cases", content=b"x" * 2048, headers=SIGNED)
    assert answer.status_code == 202


async def test_hooks_are_only_posted_to(client: httpx.AsyncClient) -> None:
    answer = await client.get("/hooks/cases")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_refusals_without_end_do_not_fill_the_log() -> None:
    now = 100.0
    refusals = hooks._Refusals(lambda: now)
    wrong = BadCredentials("wrong")
    with capture_logs() as logged:
        for _ in range(1000):
            refusals.tell("cases", wrong)
        refusals.tell("errors", wrong)
        for n in range(1000):
            refusals.tell(f"{n}" * 5000, UnknownTracker("none"))
        now += hooks.QUIET
        refusals.tell("cases", wrong)

    told = [(line["tracker"][:6], line["reason"], line["others"]) for line in logged]
    assert told == [
        ("cases", "BadCredentials", 0),
        ("errors", "BadCredentials", 0),
        ("000000", "UnknownTracker", 0),
        ("cases", "BadCredentials", 999),
    ]
    assert all(len(line["tracker"]) <= 100 for line in logged)
    assert len(refusals._quiet_until) == 3
