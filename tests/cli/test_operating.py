"""``retry``, ``skip``, ``resume``, ``resync``, and what ``status`` tells for them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import Result

from bridge.cli import resyncing
from bridge.ports.errors import NotFound
from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk

Beside = Callable[..., Awaitable[Result]]
NEAR = {"BRIDGE__SERVER__PORT": "0"}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resyncing, "GLANCE", 0)


@pytest.mark.parametrize(
    ("command", "told"), [("retry", "Tried again: 2.\n"), ("skip", "Skipped: 2.\n")]
)
def test_letters_are_ended_without_a_server(
    run: Run, near: PaperDesk, command: str, told: str
) -> None:
    near.letters = {"x1", "x2", "x3"}
    result = run(command, "x1", "x2")

    assert (result.exit_code, result.stdout) == (0, told)
    assert near.letters == {"x3"}
    assert near.may_create_store is False


@pytest.mark.parametrize(
    ("command", "done"), [("retry", "retried"), ("skip", "skipped")]
)
async def test_letters_are_ended_beside_a_server(
    beside: Beside, far: PaperDesk, command: str, done: str
) -> None:
    far.letters = {"x1", "x2"}
    result = await beside(command, "x1", "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (0, {done: 1})
    assert far.letters == {"x2"}


@pytest.mark.parametrize("command", ["retry", "skip"])
async def test_an_unknown_letter_is_a_bad_answer_and_nothing_is_done(
    run: Run, beside: Beside, near: PaperDesk, far: PaperDesk, command: str
) -> None:
    near.letters, far.letters = {"x1"}, {"x1"}
    away = await beside(command, "x1", "x9")
    here = await asyncio.to_thread(run, command, "x1", "x9", env=NEAR)

    assert away.exit_code == here.exit_code == 1
    assert away.stderr == here.stderr == "Error: there is no dead letter x9\n"
    assert near.letters == far.letters == {"x1"}


@pytest.mark.parametrize("command", ["retry", "skip", "resume"])
def test_what_is_meant_has_to_be_named(run: Run, command: str) -> None:
    assert run(command).exit_code == 2


async def test_a_paused_case_is_resumed_near_and_far(
    run: Run, beside: Beside, near: PaperDesk, far: PaperDesk
) -> None:
    near.paused, far.paused = {"cases:SHOP-1"}, {"cases:SHOP-1"}
    away = await beside("resume", "cases:SHOP-1")
    here = await asyncio.to_thread(run, "resume", "cases:SHOP-1", env=NEAR)
    again = await beside("resume", "cases:SHOP-1")

    assert away.stdout == here.stdout == "cases:SHOP-1 goes on.\n"
    assert (again.exit_code, again.stderr) == (2, "Error: cases:SHOP-1 is not paused\n")


def test_cases_are_looked_at_to_the_end(run: Run, near: PaperDesk) -> None:
    result = run("resync", "cases:1", "cases:2")

    assert result.exit_code == 0
    assert result.stdout.startswith("Looked at: 2 of 3.\nPut off for 1, which")
    assert (near.looks, near.left) == ([["cases:1", "cases:2"]], 0)
    assert near.may_create_store is False


async def test_a_server_is_asked_how_far_it_is(
    beside: Beside, far: PaperDesk, near: PaperDesk
) -> None:
    result = await beside("resync", "--json")

    assert json.loads(result.stdout) == {"looking_at": 3, "left": 0, "again_later": 1}
    assert (far.looks, near.looks) == ([[]], [])


async def test_without_waiting_it_is_begun_and_left(
    beside: Beside, far: PaperDesk
) -> None:
    result = await beside("resync", "--no-wait")

    assert result.stdout.startswith("Looked at: 0 of 3.")
    assert (far.looks, far.left) == ([[]], 2)


async def test_how_far_it_is_is_told_and_nothing_begun(
    run: Run, beside: Beside, far: PaperDesk, near: PaperDesk
) -> None:
    far.left = 2
    away = await beside("resync", "--progress", "--json")
    here = await asyncio.to_thread(run, "resync", "--progress", env=NEAR)

    assert json.loads(away.stdout)["looking_at"] == 3
    assert here.stdout.startswith("Looked at: ")
    assert (far.looks, near.looks) == ([], [])


@pytest.mark.parametrize("command", ["resync", "backfill"])
def test_progress_goes_with_nothing_else(run: Run, command: str) -> None:
    result = run(command, "--progress", "--dry-run")

    assert result.exit_code == 2
    assert "--progress goes with nothing else" in result.stderr


def test_looks_that_nobody_asked_for_are_none(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none() -> dict[str, int]:
        return dict.fromkeys(("looking_at", "left", "again_later"), 0)

    monkeypatch.setattr(near, "resync_progress", none)

    assert run("resync", "--progress").stdout == "No case is being looked at again.\n"


def test_whoever_waits_no_longer_loses_nothing(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted() -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(near, "resync_progress", interrupted)
    result = run("resync")

    assert result.exit_code == 1
    assert "Nothing is lost" in result.stderr


def test_a_bridge_that_was_started_again_is_not_taken_for_done(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looks(*_: Any, **__: Any) -> dict[str, int]:
        return {"looking_at": 3, "left": 3, "again_later": 0}

    async def none() -> dict[str, int]:
        return dict.fromkeys(("looking_at", "left", "again_later"), 0)

    monkeypatch.setattr(near, "resync", looks)
    monkeypatch.setattr(near, "resync_progress", none)
    result = run("resync")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "was started again meanwhile" in result.stderr


def test_a_case_that_is_not_linked_is_a_bad_answer(run: Run, near: PaperDesk) -> None:
    near.fails_with = NotFound("cases:9 has no linked issue")
    result = run("resync", "cases:9")

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: cases:9 has no linked issue\n",
    )


async def test_what_looking_would_lead_to_is_told_for_every_linked_case(
    beside: Beside, far: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resyncing, "PORTION", 2)
    far.linked = {f"errors:{n}": f"cases:{n % 3}" for n in range(6)}
    result = await beside("resync", "--dry-run", "--json")

    items = json.loads(result.stdout)["items"]
    assert [item["case"] for item in items] == ["cases:0", "cases:1", "cases:2"]
    assert result.exit_code == 0
    assert far.looks == []


def test_people_see_what_would_be_written_and_what_could_not_be_planned(
    run: Run,
) -> None:
    result = run("resync", "cases:1", "cases:settled", "cases:broken", "--dry-run")

    assert result.exit_code == 1
    assert result.stdout == (
        "CASE     KIND           TARGET    VALUE     REASON\n"
        "cases:1  SetIssueState  errors:1  RESOLVED  its case was closed\n"
        "\n"
        "NOT PLANNED   WHY\n"
        "cases:broken  cases: busy\n"
        "\n"
        "Of 3 cases 1 would be written to; nothing was written.\n"
    )


def test_people_see_what_is_paused_closed_off_and_silent(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = {
        "project": "SHOP",
        "writes": "states",
        "reason": "not allowed",
        "since": "2026-01-01T00:00:00Z",
        "next_probe": "2026-01-01T00:00:30Z",
        "parked": 4,
    }
    errors = {"silent_since": "2026-01-01T09:00:00Z", "circuits": []}
    case = {"case": "cases:1", "case_key": "SHOP-1", "reason": "written 7 times"}

    async def status() -> dict[str, Any]:
        trackers = {"cases": {"circuits": [circuit]}, "errors": errors}
        return {"settled": False, "trackers": trackers, "paused_cases": [case]}

    monkeypatch.setattr(near, "status", status)
    out = run("status").stdout

    assert "errors   silent since 2026-01-01T09:00:00Z\n" in out
    assert (
        "cases, SHOP   writes: states  2026-01-01T00:00:00Z  4       "
        "2026-01-01T00:00:30Z  not allowed\n"
    ) in out
    assert out.endswith(
        "PAUSED  GO ON WITH             WHY\n"
        "SHOP-1  bridge resume cases:1  written 7 times\n"
    )


async def test_unlinking_tells_the_whole_id_and_the_case_it_belonged_to(
    beside: Beside, far: PaperDesk
) -> None:
    far.linked = {"errors:1": "cases:7"}
    result = await beside("unlink", "errors:1", "--json")
    assert json.loads(result.stdout) == {"issue": "errors:1", "case": "cases:7"}
