"""Commands that ask, beside a running server and without one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import Result

from bridge.ports.errors import NotFound, StoreUnavailable, TransientError
from tests.cli.conftest import TOKEN, Run
from tests.web.fakes import PaperDesk

Beside = Callable[..., Awaitable[Result]]


def test_without_a_server_the_store_is_asked(run: Run, near: PaperDesk) -> None:
    result = run("link", "errors:1", "cases:SHOP-1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "errors:1 belongs to cases:SHOP-1 now.\n"
    assert near.linked == {"errors:1": "cases:SHOP-1"}
    assert near.may_create_store is True


READING = [["status"], ["events"], ["dead"], ["plan", "errors:1"]]


@pytest.mark.parametrize(
    "command", [*READING, ["rules", "test", "--recorded"]], ids=str
)
def test_a_question_makes_no_store(
    run: Run, near: PaperDesk, command: list[str]
) -> None:
    run(*command)
    assert near.may_create_store is False


async def test_beside_a_server_it_is_asked(
    beside: Beside, near: PaperDesk, far: PaperDesk
) -> None:
    result = await beside("link", "errors:1", "cases:SHOP-1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (near.linked, far.linked) == ({}, {"errors:1": "cases:SHOP-1"})


async def test_unlinking_names_the_issue_in_full(
    beside: Beside, far: PaperDesk
) -> None:
    far.linked = {"errors:a/b?c": "cases:1"}
    result = await beside("unlink", "errors:a/b?c")
    assert result.stdout == "errors:a/b?c belongs to no case now.\n"
    assert far.linked == {}


@pytest.mark.parametrize("host", ["0.0.0.0", "localhost"])
async def test_a_server_that_listens_everywhere_is_found(
    beside: Beside, far: PaperDesk, host: str
) -> None:
    environ = {"BRIDGE__SERVER__HOST": host}
    await beside("link", "errors:1", "cases:1", env=environ)
    assert far.linked == {"errors:1": "cases:1"}


@pytest.mark.parametrize(
    "command",
    [("status",), ("events",), ("dead",), ("plan", "cases:1")],
    ids=lambda command: command[0],
)
async def test_the_json_is_the_same_near_and_far(
    run: Run, beside: Beside, command: tuple[str, ...]
) -> None:
    away = await beside(*command, "--json")
    here = await asyncio.to_thread(
        run, *command, "--json", env={"BRIDGE__SERVER__PORT": "0"}
    )
    assert away.exit_code == here.exit_code == 0
    assert json.loads(away.stdout) == json.loads(here.stdout)


async def test_lists_are_read_on(beside: Beside, far: PaperDesk) -> None:
    await beside("events", "--case", "cases:1", "--limit", "7", "--cursor", "x")
    assert far.asked == {
        "case": "cases:1", "limit": 7, "cursor": "x", "tracker": None, "outcome": None
    }  # fmt: skip


async def test_a_second_link_is_a_bad_answer(beside: Beside, far: PaperDesk) -> None:
    far.linked = {"errors:1": "cases:9"}
    result = await beside("link", "errors:1", "cases:1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: errors:1 has the case cases:9 already\n"


@pytest.mark.parametrize(
    "error", [NotFound("no such case"), TransientError("cases: no answer")]
)
async def test_a_refusal_reads_the_same_near_and_far(
    run: Run, beside: Beside, near: PaperDesk, far: PaperDesk, error: Exception
) -> None:
    near.fails_with = far.fails_with = error
    command = ("link", "errors:1", "cases:1")
    away = await beside(*command)
    here = await asyncio.to_thread(run, *command, env={"BRIDGE__SERVER__PORT": "0"})
    assert away.exit_code == here.exit_code == 1
    assert away.stderr == here.stderr == f"Error: {error}\n"


def test_a_store_that_is_down_is_told(run: Run, near: PaperDesk) -> None:
    near.fails_with = StoreUnavailable("disk full")
    result = run("status")
    assert result.exit_code == 1
    assert result.stderr == "Error: the store is not available: disk full\n"


async def test_another_token_than_the_server_has_is_misuse(beside: Beside) -> None:
    environ = {"BRIDGE__SERVER__API_TOKEN": "other-canary"}
    result = await beside("status", env=environ)
    assert result.exit_code == 2
    assert "server.api_token: the running bridge says" in result.stderr
    assert "canary" not in result.output
    assert TOKEN not in result.output


async def test_something_else_on_the_port_is_not_taken_for_a_bridge(run: Run) -> None:
    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        environ = {"BRIDGE__SERVER__PORT": port}
        result = await asyncio.to_thread(run, "status", env=environ)
    assert result.exit_code == 2
    assert "something answers there that is not a bridge" in result.stderr


class Busy(PaperDesk):
    """A desk with something in every list."""

    async def status(self) -> dict[str, Any]:
        budget = {"limit": 86400, "remaining": 86399}
        cases = {
            "last_answer": "ok",
            "problem": None,
            "abilities": ["create"],
            "rate_limit": {**budget, "resets_at": "2026-03-01T12:00:03.250000Z"},
        }
        errors = {"last_answer": "ok", "rate_limit": None}
        trackers = {"cases": cases, "errors": errors}
        return {"pending": 2, "dead": 1, "settled": False, "trackers": trackers}

    async def events(self, **_: Any) -> dict[str, Any]:
        action = {"kind": "SetIssueState", "target": "errors:1", "value": "RESOLVED"}
        event = {
            "delivery": "d1", "tracker": "cases", "key": "cases:1",
            "outcome": "applied", "reason": "closed", "actions": [action],
        }  # fmt: skip
        waiting = {**event, "delivery": "d22", "outcome": None, "actions": []}
        return {"items": [event, waiting], "next": "d22"}

    async def dead(self, **_: Any) -> dict[str, Any]:
        letter = {
            "id": "x1", "key": "cases:1", "reason": "no", "since": "2025-01-01",
            "kind": "set_issue_state", "target": "errors:1", "value": "RESOLVED",
        }  # fmt: skip
        return {"items": [letter, {**letter, "id": "x2"}], "next": None}


@pytest.fixture
def near(request: pytest.FixtureRequest) -> PaperDesk:
    return Busy() if "busy" in request.node.name else PaperDesk()


def test_people_see_status_of_a_busy_bridge(run: Run) -> None:
    result = run("status")
    assert result.exit_code == 1
    assert "Not settled yet." in result.stdout
    assert "pending  2\n" in result.stdout
    assert result.stdout.endswith(
        "cases    last answer ok, "
        "rate limit 86,399 of 86,400 left until 12:00:03 UTC\n"
        "errors   last answer ok\n"
    )


def test_people_see_events_of_a_busy_bridge(run: Run) -> None:
    result = run("events")
    first, second = result.stdout.splitlines()[1:3]
    assert first.split("  ")[0] == "d1"
    assert first.endswith("applied  closed; SetIssueState errors:1 RESOLVED")
    assert "pending" in second
    assert "--cursor d22" in result.stdout


def test_people_see_dead_letters_of_a_busy_bridge(run: Run) -> None:
    result = run("dead")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:4] == [
        "x1  cases:1  2025-01-01  no",
        "    set_issue_state errors:1 RESOLVED",
        "    bridge retry x1    or    bridge skip x1",
    ]


def test_people_see_empty_lists_in_words(run: Run) -> None:
    assert run("events").stdout == "No events.\n"
    assert run("dead").stdout == "Nothing is dead.\n"
    assert run("status").stdout.startswith("Settled.\n")


def test_people_see_the_plan_with_its_reasons(run: Run) -> None:
    row = run("plan", "cases:1").stdout.splitlines()[1]
    assert row == "SetIssueState  errors:1  RESOLVED  its case was closed"


def test_people_see_who_has_no_account_and_what_is_dry(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def status() -> dict[str, Any]:
        person = {
            "tracker": "cases",
            "person": "ann@example.com",
            "reason": "no account",
            "since": "2026-01-01T00:00:00Z",
        }
        return {
            "settled": True,
            "dry_run": True,
            "creating": 2,
            "unmatched_people": [person],
        }

    monkeypatch.setattr(near, "status", status)
    out = run("status").stdout

    assert "A dry run: nothing is written anywhere." in out
    assert "creating  2\n" in out
    assert out.endswith("ann@example.com  cases  2026-01-01T00:00:00Z  no account\n")
