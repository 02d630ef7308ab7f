"""``create`` and ``backfill``, beside a running server and without one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from bridge.cli import backfilling
from bridge.ports.errors import TransientError
from tests.cli.conftest import Run
from tests.settings.kinds import GOOD
from tests.web.backfills import PREVIEW, progress
from tests.web.fakes import PaperDesk

Beside = Callable[..., Awaitable[Result]]

HALF = progress(under_way=True, reached="2026-01-30T12:00:00Z")
RULE = '[[rules]]\nname = "a"\nproject = "ET"\nauto_create = true\n'


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfilling, "GLANCE", 0)
    monkeypatch.setattr(backfilling, "PATIENCE", 0)


@pytest.fixture
def ruled(run: Run) -> Run:
    """With a rule that creates cases."""
    text = f"{GOOD}[server]\nport = 0\n{RULE}"
    Path("config.toml").write_text(text, encoding="utf-8")
    return run


def test_a_case_is_created_and_named(run: Run, near: PaperDesk) -> None:
    result = run("create", "errors:1", "--project", "SHOP")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "errors:1 belongs to cases:new (SHOP-1) now.\nhttp://x/1\n"
    )
    assert near.linked == {"errors:1": "cases:new"}


def test_a_project_that_a_rule_overrules_is_told(run: Run, near: PaperDesk) -> None:
    near.ruled = "ET"
    other = run("create", "errors:1", "--project", "SHOP")
    same = run("create", "errors:2", "--project", "et")

    assert other.stdout.splitlines()[-1] == (
        "The rule 'store' names the project ET: SHOP was not used."
    )
    assert "not used" not in same.stdout


async def test_beside_a_server_it_creates_the_case(
    beside: Beside, near: PaperDesk, far: PaperDesk
) -> None:
    result = await beside("create", "errors:1", "--json")

    assert json.loads(result.stdout)["case"] == "cases:new"
    assert far.asked == {"issue": "errors:1", "project": None}
    assert near.linked == {}


async def test_an_issue_that_has_a_case_is_a_bad_answer(
    run: Run, beside: Beside, near: PaperDesk, far: PaperDesk
) -> None:
    near.linked = far.linked = {"errors:1": "cases:9"}
    away = await beside("create", "errors:1")
    here = await asyncio.to_thread(
        run, "create", "errors:1", env={"BRIDGE__SERVER__PORT": "0"}
    )

    assert away.exit_code == here.exit_code == 1
    told = "Error: errors:1 has the case cases:9 already\n"
    assert away.stderr == here.stderr == told


def test_a_backfill_is_watched_to_its_end(ruled: Run, near: PaperDesk) -> None:
    near.steps = [progress(), HALF, HALF, progress(found=9)]
    result = ruled("backfill", "--since", "2026-01-01")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Done: 9 issues found, 3 get a case, 1 have one, 1 passed over.\n"
    )
    assert near.begun == [datetime(2026, 1, 1, tzinfo=UTC)]
    assert near.steps == [progress(found=9)]


async def test_a_server_is_asked_for_its_progress(
    beside: Beside, far: PaperDesk, near: PaperDesk
) -> None:
    far.steps = [progress(), HALF, progress(found=9)]
    result = await beside("backfill", "--json")

    assert json.loads(result.stdout) == progress(found=9)
    assert (far.begun, near.begun) == ([None], [])


def test_a_span_is_counted_from_now(ruled: Run, near: PaperDesk) -> None:
    assert ruled("backfill", "--since", "30d").exit_code == 0

    (since,) = near.begun
    assert since
    age = datetime.now(UTC) - since
    assert timedelta(days=30) <= age < timedelta(days=30, minutes=1)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("yesterday", "write 2026-01-31, 2026-01-31T12:00:00Z or 30d"),
        ("30", "write 2026-01-31"),
        ("99999999999d", "write 2026-01-31"),
        ("2999-01-01", "is not in the past"),
        ("0s", "is not in the past"),
    ],
)
def test_a_time_that_is_none_is_wrong_usage(ruled: Run, when: str, why: str) -> None:
    result = ruled("backfill", "--since", when)

    assert (result.exit_code, result.stdout) == (2, "")
    assert why in " ".join(result.stderr.split())


def test_what_it_would_create_is_told_and_not_begun(
    ruled: Run, near: PaperDesk
) -> None:
    result = ruled("backfill", "--dry-run")

    assert result.stdout == (
        "RULE  PROJECT  CASES\n"
        "web   SHOP     3\n\n"
        "Of 5 issues 3 would get a case; 1 have one, no rule wants one for 1.\n"
    )
    assert near.begun == []
    assert json.loads(ruled("backfill", "--dry-run", "--json").stdout) == PREVIEW


async def test_what_is_left_out_is_told_and_asked_for(
    beside: Beside, far: PaperDesk
) -> None:
    far.steps = [progress(ignored=2)]
    done = await beside("backfill", "--ignored")

    assert "\n2 ignored or excluded left out; --ignored takes" in done.stdout
    assert far.asked == {"since": None, "is_dry": False, "with_ignored": True}


def test_without_waiting_it_is_begun_and_left(ruled: Run, near: PaperDesk) -> None:
    near.steps = [progress(), HALF]
    result = ruled("backfill", "--no-wait")

    assert result.exit_code == 0
    assert result.stdout.startswith("Under way: 50% done, up to 2026-01-30: ")
    assert near.begun == [None]


def test_one_under_way_is_carried_on(ruled: Run, near: PaperDesk) -> None:
    near.steps = [HALF, HALF, progress()]
    result = ruled("backfill")

    assert result.exit_code == 0
    assert result.stderr == "carrying on with the backfill since 2026-01-01\n"
    assert (near.begun, near.carried_on) == ([], 1)


async def test_how_far_it_is_is_told_and_nothing_begun(
    ruled: Run, near: PaperDesk, beside: Beside, far: PaperDesk
) -> None:
    near.steps = [HALF]
    far.steps = [progress(until=None)]
    alone = {"BRIDGE__SERVER__PORT": "0"}
    here = await asyncio.to_thread(ruled, "backfill", "--progress", env=alone)
    away = await beside("backfill", "--progress")

    assert here.stdout.startswith("Under way: 50% done, up to 2026-01-30: ")
    assert away.stdout == "There was no backfill yet.\n"
    assert (near.begun, near.carried_on, near.may_create_store) == ([], 0, False)
    assert far.begun == []


def test_a_problem_that_lasts_stops_it(ruled: Run, near: PaperDesk) -> None:
    near.steps = [progress(), {**HALF, "problem": "cases: busy"}]
    result = ruled("backfill")

    assert result.exit_code == 1
    assert result.stderr == "waits: cases: busy\n"
    assert result.stdout.startswith("Put off: cases: busy.\n50% done")
    assert "`bridge serve` or `bridge backfill` carries on" in result.stdout


def test_a_problem_that_passes_does_not(
    ruled: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "PATIENCE", 60)
    near.steps = [progress(), {**HALF, "problem": "cases: busy"}, HALF, progress()]
    result = ruled("backfill")

    assert result.exit_code == 0
    assert result.stderr == "waits: cases: busy\ngoes on\n"


def test_a_search_that_fails_at_once_is_a_bad_answer(
    ruled: Run, near: PaperDesk
) -> None:
    near.fails_with = TransientError("errors: no answer")
    result = ruled("backfill", "--dry-run")

    assert (result.exit_code, result.stderr) == (1, "Error: errors: no answer\n")


def test_ctrl_c_loses_nothing_and_says_so(
    ruled: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted() -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(near, "backfill_progress", interrupted)
    result = ruled("backfill")

    assert result.exit_code == 1
    assert "Nothing is lost: a bridge that runs goes on" in result.stderr


def test_without_a_rule_that_creates_cases_a_note_says_so(run: Run) -> None:
    result = run("backfill")

    assert result.exit_code == 0
    assert "note: no rule has auto_create = true" in result.stderr


@pytest.mark.parametrize(
    ("reached", "part"), [("2026-01-01T00:00:00Z", 0.0), ("2026-01-30T12:00:00Z", 0.5)]
)
def test_how_far_it_is_is_told_by_the_time_gone_through(
    reached: str, part: float
) -> None:
    assert backfilling.part_done(progress(reached=reached)) == part


def test_a_backfill_that_never_was_is_no_half_one() -> None:
    never = progress(since=None, until=None, reached=None)
    assert backfilling.part_done(never) == backfilling.part_done(progress()) == 1
