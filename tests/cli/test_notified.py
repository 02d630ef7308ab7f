"""Who is notified, and who could not be."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.settings.kinds import CANARY, GOOD
from tests.web.fakes import PaperDesk


def test_check_lists_who_is_notified_without_the_address(run: Run) -> None:
    url = f"https://hooks.chat.test/services/{CANARY}"
    Path("config.toml").write_text(
        GOOD + f'[[notify]]\nname = "chat"\nkind = "slack"\nurl = "{url}"\n'
        'causes = ["dead-letters", "circuit-open"]\n'
    )

    result = run("check")
    (listed,) = json.loads(run("check", "--json").stdout)["notify"]

    told = "chat      slack  hooks.chat.test  dead-letters, circuit-open\n"
    assert told in result.stdout
    assert CANARY not in result.output
    assert listed["causes"] == ["dead-letters", "circuit-open"]


def test_people_see_who_could_not_be_notified(
    run: Run, near: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def status() -> dict[str, Any]:
        failing = {
            "name": "pager",
            "problem": "pager.test: answered 500",
            "problem_since": "2026-01-01T00:00:00Z",
        }
        return {"settled": True, "notify": [failing, {"name": "chat", "problem": None}]}

    monkeypatch.setattr(near, "status", status)
    out = run("status").stdout

    assert out.endswith(
        "pager         2026-01-01T00:00:00Z  pager.test: answered 500\n"
    )
    assert "chat" not in out
