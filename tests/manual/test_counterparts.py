"""What does the same: every page, command and call is in the table, and is there."""

import click
import pytest

from bridge.dashboard.pages import PAGES
from bridge.web.operations import OPERATIONS
from manual.doings import PARTS, Row
from tests.cli.parsing import commands, parsed

ROWS = [row for part in PARTS for row in part.rows]
EVERYWHERE = [row for part in PARTS if part.is_everywhere for row in part.rows]
LINES = [line for row in ROWS for line in row.commands]
OF_THE_DOOR = {"GET /login", "POST /login", "POST /logout"}


def test_every_call_of_the_api_is_told() -> None:
    told = {call for row in ROWS for call in row.calls}

    assert told == {f"{each.method.upper()} {each.path}" for each in OPERATIONS}


def test_every_route_of_the_dashboard_is_told() -> None:
    told = {route for row in ROWS for route in row.routes}

    assert told - OF_THE_DOOR == {f"{each.method} {each.path}" for each in PAGES}


def test_every_command_is_told() -> None:
    told = {parsed(line).command_path for line in LINES}
    there = {n for n, c in commands() if not isinstance(c, click.Group)}

    assert told == there


@pytest.mark.parametrize("line", LINES)
def test_a_command_is_one_of_ours(line: str) -> None:
    with parsed(line) as context:
        assert context.command.name


@pytest.mark.parametrize("row", EVERYWHERE, ids=lambda row: row.what)
def test_what_people_do_has_a_command_and_a_call(row: Row) -> None:
    assert row.commands
    assert row.calls


def test_whatever_acts_is_told_where_all_have_both() -> None:
    apart = [row for row in ROWS if row not in EVERYWHERE]
    acting = {f"{one.method.upper()} {one.path}" for one in OPERATIONS if one.acts}

    assert not acting & {call for row in apart for call in row.calls}
    posted = {each for row in apart for each in row.routes if "POST" in each}
    assert posted <= OF_THE_DOOR
