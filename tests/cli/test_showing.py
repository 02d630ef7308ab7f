"""Answers as text: plain where they are piped, drawn where a person sees them."""

import io
import re
from collections import Counter
from typing import Any

import pytest

from bridge.cli import showing, tables
from bridge.cli.showing import Grid
from tests.cli.conftest import Run
from tests.cli.terminal import Terminal, seen
from tests.web.fakes import PaperDesk

EVENT: dict[str, Any] = {
    "delivery": "d1",
    "tracker": "cases",
    "key": "cases:1",
    "outcome": "applied",
    "reason": "its case was closed",
    "actions": [],
}
LETTER: dict[str, Any] = {
    "id": "064bf535af10000000f0868727",
    "key": "cases:1",
    "kind": "set_issue_state",
    "target": "errors:1",
    "value": "RESOLVED",
    "reason": "errors: PUT answered 422",
    "since": "2026-03-01T12:00:00Z",
}


def drawn(told: showing.Told, width: int = 100) -> str:
    file = io.StringIO()
    showing.draw(told, file, width)
    return file.getvalue()


def test_what_is_piped_is_plain_and_aligned() -> None:
    told: showing.Told = [
        "Two.",
        Grid(("A", "LONGER"), [("1", None), ("22", ["x", "y"])]),
    ]
    assert showing.plain(told) == "Two.\n\nA   LONGER\n1\n22  x, y"


def test_lines_below_a_row_stay_with_it() -> None:
    grid = Grid(("A",), [("1",), ("2",)], ["    one", "    two"])

    assert showing.plain([grid]) == "A\n1\n    one\n2\n    two"
    assert [line.strip() for line in drawn([grid]).splitlines() if line.strip()][
        2:
    ] == [*("1", "one", "2", "two")]


def test_what_a_tracker_tells_gives_the_terminal_no_orders() -> None:
    evil = "\x1b]0;title\x07\x1b[2J\u202egnp.exe\r\n[bold]not markup[/]"
    told: showing.Told = [evil, Grid(("TITLE",), [(evil,)], [evil])]

    for text in (showing.plain(told), drawn(told)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "[bold]not markup[/]" in text


def test_a_plan_tells_what_people_did_and_what_was_noted() -> None:
    closed = {"kind": "CaseGroupChanged", "case": "cases:1", "after": "CLOSED"}
    told = {
        "actions": [],
        "changes": [{"kind": "IssueStateChanged", "issue": "errors:a", "before": "x"}],
        "overruled": [{"change": closed, "reason": "the issues win"}],
        "doubtful_until": "2026-03-01T12:00:00Z",
        "notes": ["errors:b: gone"],
    }
    assert showing.plain(tables.plan(told)).split("\n\n") == [
        "Nothing to do: both sides agree.",
        "CHANGE             OF        BEFORE  AFTER\nIssueStateChanged  errors:a  x",
        (
            "OVERRULED         OF       BEFORE  AFTER   WHY\n"
            "CaseGroupChanged  cases:1          CLOSED  the issues win"
        ),
        "A value may be an old copy: it is looked at again at 2026-03-01T12:00:00Z.",
        "note: errors:b: gone",
    ]


@pytest.mark.parametrize("width", [40, 200])
def test_nothing_is_left_out_on_a_narrow_terminal(width: int) -> None:
    told = tables.dead({"items": [LETTER], "next": None})
    shown = Counter(drawn(told, width))
    wanted = Counter("".join(value for value in LETTER.values()).replace(" ", ""))

    assert wanted <= shown
    assert "…" not in shown


@pytest.mark.parametrize("command", ["events", "dead", "status"])
def test_a_pipe_is_told_the_same_as_ever(run: Run, command: str) -> None:
    assert "\x1b" not in run(command).stdout


def test_a_terminal_is_shown_a_table_with_colours() -> None:
    told = [Grid(("DELIVERY", "OUTCOME"), [("d1", "applied"), ("d2", "dead")])]
    text = seen(lambda: showing.show(told))

    assert "\x1b[32mapplied" in text
    assert "\x1b[1;31mdead" in text
    assert "───" in text


def test_the_same_through_a_pipe_has_none() -> None:
    file = io.StringIO()
    with Terminal.replaced_by(file):
        showing.show([Grid(("DELIVERY",), [("d1",)])])
    assert file.getvalue() == "DELIVERY\nd1\n"


def test_events_are_told_with_how_to_read_on() -> None:
    told = showing.plain(tables.events({"items": [EVENT], "next": "d1"}))
    assert told.splitlines()[-1] == "There is more: --cursor d1, or --all"


def test_progress_is_shown_to_a_person_only(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.cli import resyncing

    monkeypatch.setattr(resyncing, "GLANCE", 0)
    assert run("resync").stderr == ""
