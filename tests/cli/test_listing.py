"""Commands that list, and read on from page to page."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import Result

from bridge.cli import paging
from bridge.cli.listing import OUTCOMES, STANDINGS
from bridge.ports.records import Outcome
from bridge.ports.survey import PENDING, Standing
from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk
from tests.web.looks import CASE

Beside = Callable[..., Awaitable[Result]]

LINK: dict[str, Any] = {
    "issue": "errors:1",
    "state": "REVIEWED",
    "issue_title": "Boom",
    "case": "cases:1",
    "case_key": "ET-1",
    "status": "Open",
    "drift": "errors: 422",
    "gone": None,
    "paused": None,
}
ROW = {
    **CASE,
    "title": "Checkout",
    "status": "Open",
    "paused": "flips",
    "issues": [LINK],
}


class Pages:
    """A list of seven on pages of their own sizes, some of them empty."""

    def __init__(self, *sizes: int) -> None:
        self.sizes = sizes
        self.asked: list[tuple[str | None, int]] = []

    async def __call__(self, *, cursor: str | None, limit: int, **_: Any) -> Any:
        self.asked.append((cursor, limit))
        page = int(cursor or 0)
        start, size = sum(self.sizes[:page]), min(self.sizes[page], limit)
        items = [{"id": str(n), "key": "k"} for n in range(start, start + size)]
        following = str(page + 1) if page + 1 < len(self.sizes) else None
        return {"items": items, "next": following}


@pytest.fixture
def pages(near: PaperDesk, monkeypatch: pytest.MonkeyPatch) -> Pages:
    made = Pages(2, 0, 0, 3, 2)
    monkeypatch.setattr(near, "events", made)
    return made


def ids(result: Result) -> list[str]:
    return [item["id"] for item in json.loads(result.stdout)["items"]]


def test_short_and_empty_pages_are_read_over(run: Run, pages: Pages) -> None:
    result = run("events", "--limit", "4", "--json")

    assert ids(result) == ["0", "1", "2", "3"]
    assert pages.asked == [(None, 4), ("1", 2), ("2", 2), ("3", 2)]
    assert json.loads(result.stdout)["next"] == "4"


def test_all_is_to_the_end(run: Run, pages: Pages) -> None:
    result = run("events", "--all", "--json")

    assert ids(result) == list("0123456")
    assert json.loads(result.stdout)["next"] is None
    assert {limit for _, limit in pages.asked} == {paging.PAGE}


def test_a_list_is_read_on_from_where_one_says(run: Run, pages: Pages) -> None:
    assert ids(run("events", "--cursor", "3", "--json")) == ["2", "3", "4", "5", "6"]


def test_how_to_read_on_is_told(run: Run, pages: Pages) -> None:
    assert run("events", "--limit", "1").stdout.endswith(
        "There is more: --cursor 1, or --all\n"
    )


def test_choices_are_those_of_the_bridge() -> None:
    assert set(OUTCOMES) == {*(one.value for one in Outcome), PENDING}
    assert set(STANDINGS) == {one.value for one in Standing}


async def test_cases_are_searched_and_narrowed_beside_a_server(
    beside: Beside, far: PaperDesk
) -> None:
    far.overview.listed = [ROW]
    told = await beside("cases", "--search", "Check", "--standing", "paused", "--json")
    shown = await beside("cases", "--search", "Check", "--standing", "paused")

    assert json.loads(told.stdout) == {"items": [ROW], "next": None}
    assert far.overview.asked == {
        "text": "Check",
        "standing": "paused",
        "cursor": None,
        "limit": 100,
    }
    assert shown.stdout == (
        "CASE     KEY   STATUS  MATTER  TITLE\n"
        "cases:1  ET-1  Open    paused  Checkout\n"
        "    errors:1 REVIEWED (drifted)  Boom\n"
    )


@pytest.mark.parametrize("command", ["cases", "links"])
def test_nothing_to_list_is_said(run: Run, command: str) -> None:
    assert run(command).stdout in {
        "No case fits.\n",
        "No issue is linked to a case.\n",
    }


async def test_one_case_is_told_in_full(beside: Beside, far: PaperDesk) -> None:
    told = await beside("case", "cases:1", "--json")
    missing = await beside("case", "cases:2")

    assert json.loads(told.stdout) == CASE
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "cases:2 has no linked issue" in missing.stderr


def test_a_case_reads_well(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"status_group": "OPEN", "assignee": {"person": "jane@example.com"}}
    letter = {"id": "0a", "key": "cases:1", "since": "s", "reason": "422"}
    told = {
        **ROW,
        "due": True,
        "base": {"case": held, "issues": {"errors:1": {"state": "REVIEWED"}}},
        "dead": [letter],
    }

    async def case(_: str) -> dict[str, Any]:
        return told

    monkeypatch.setattr(near, "case", case)
    lines = run("case", "cases:1").stdout.splitlines()

    assert lines[0] == "cases:1 Checkout"
    assert "It is due to be looked at." in lines
    assert "ET-1      Open       OPEN      jane@example.com" in lines
    assert "errors:1  REVIEWED   REVIEWED" in lines
    assert "cases:1   paused  flips" in lines
    assert "errors:1  drift   errors: 422" in lines
    assert "    bridge retry 0a    or    bridge skip 0a" in lines


async def test_links_are_listed(run: Run, beside: Beside, far: PaperDesk) -> None:
    far.linked = {"errors:1": "cases:1"}
    shown = await beside("links", "--case", "cases:1")

    assert far.asked["case"] == "cases:1"
    assert shown.stdout.splitlines()[1].split() == [
        *("errors:1", "REVIEWED", "cases:1", "SHOP-1")
    ]


def test_the_rules_in_force_are_listed(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {
        "name": "web",
        "match": "service:web",
        "cases": None,
        "project": "SHOP",
        "auto_create": True,
        "max_cases_per_hour": None,
        "meets": 3,
        "created": 2,
        "warning": "repeats another",
    }

    async def rules() -> dict[str, Any]:
        default = {"cases": "cases", "project": "ET", "meets": 4, "created": 1}
        counts = {"recorded": 7, "is_all": True, "version": "v"}
        return {"rules": [rule], "default": default, **counts}

    monkeypatch.setattr(near.overview, "rules", rules)
    lines = [line.split() for line in run("rules", "list").stdout.splitlines()]

    where = ("default:SHOP", "yes", "3", "2", "repeats", "another")
    assert lines[1] == ["1", "web", "service:web", *where]
    assert lines[2] == ["no", "rule", "matches", "cases:ET", "4", "1"]
    assert " ".join(lines[-1]) == "Tried on 7 recorded issues."


@pytest.mark.parametrize(
    "command",
    [("cases",), ("links",), ("rules", "list"), ("abilities",), ("pulse",)],
)
async def test_the_json_is_the_same_near_and_far(
    run: Run, beside: Beside, command: tuple[str, ...]
) -> None:
    away = await beside(*command, "--json")
    alone = {"BRIDGE__SERVER__PORT": "0"}
    here = await asyncio.to_thread(run, *command, "--json", env=alone)

    assert away.exit_code == here.exit_code == 0
    assert away.stdout == here.stdout
