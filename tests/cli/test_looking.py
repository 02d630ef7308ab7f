"""What the dashboard draws, as text: abilities, and the pulse of the work."""

from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk


def test_what_is_synced_and_what_each_tracker_can_do_reads_well(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "cases (paper) cannot find_people"
    way = {"what": "state", "issues": "errors", "cases": "cases", "why": why}
    lacks = {"find_people": "it has no such call"}

    async def abilities() -> dict[str, Any]:
        trackers = {
            "errors": {"can": ["read_state"], "lacks": {}, "poll_interval": 60.0},
            "cases": {"can": [], "lacks": lacks, "poll_interval": 300.0},
        }
        told = {"sync": [{**way, "direction": "two-way"}], "trackers": trackers}
        return {**told, "all": ["read_state", "find_people"]}

    monkeypatch.setattr(near.overview, "abilities", abilities)

    assert run("abilities").stdout == (
        "SYNCED  ISSUES  CASES  DIRECTION  WHY NO FURTHER\n"
        "state   errors  cases  two-way    cases (paper) cannot find_people\n\n"
        "ABILITY      errors  cases\n"
        "read_state   yes     no\n"
        "find_people  no      no\n\n"
        "TRACKER  CANNOT       WHY\n"
        "cases    find_people  it has no such call\n\n"
        "TRACKER  LOOKED AT EVERY\n"
        "errors   60 s\n"
        "cases    5 min\n"
    )


def test_the_pulse_of_an_hour_reads_well(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = [4, *[0] * 54, *[1] * 4, 7]

    async def pulse() -> dict[str, Any]:
        since = "2026-03-01T12:00:00Z"
        return {"lag": 3.25, "oldest_pending": since, "ended": ended, "at": since}

    monkeypatch.setattr(near.overview, "pulse", pulse)

    assert run("pulse").stdout == (
        "The longest wait is 3.25 s, since 2026-03-01T12:00:00Z.\n\n"
        "MINUTES AGO  EVENTS ENDED\n"
        f"50 to 59     4             {'#' * 15}\n"
        "40 to 49     0\n"
        "30 to 39     0\n"
        "20 to 29     0\n"
        "10 to 19     0\n"
        f"0 to 9       11            {'#' * 40}\n\n"
        "15 events ended in the last hour, 7 in this minute.\n"
    )
