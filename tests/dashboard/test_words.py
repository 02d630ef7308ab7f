"""Values of the API as the pages word them."""

from typing import Any

import pytest

from bridge.dashboard import words
from bridge.dashboard.commands import Commands
from bridge.dashboard.drawing import HEIGHT, sparkline
from bridge.dashboard.pages.rules import as_toml
from bridge.ports.trackers import Ability
from bridge.settings import rules_in

NAMES = {"cases:1": "ET-1", "errors:a": "The cart <b>is</b> empty"}


def event(delivery: str, key: str, reason: str = "", *actions: Any) -> dict[str, Any]:
    return {"delivery": delivery, "key": key, "reason": reason, "actions": actions}


def test_an_echo_is_told_with_the_last_writes_to_its_case() -> None:
    first = event("1", "cases:1", "", "a write")
    other = event("2", "cases:2", "", "a write")
    second = event("3", "cases:1", "", "a write")
    echo = event("4", "cases:1", "echo: both sides still agree")

    assert words.echoes_of([echo, second, other, first]) == {"3": [echo]}
    assert words.echoes_of([first, echo]) == {}


def test_ids_in_reasons_become_names_and_all_else_stays() -> None:
    told = words.plain("errors:a was linked to cases:1; cases:9, http://x/y.", NAMES)

    assert told == ("The cart <b>is</b> empty was linked to ET-1; cases:9, http://x/y.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0.0, "none"), (0.4, "under 1 s"), (59, "59 s"), (61, "1 min")),
        *((3700, "1 h 1 min"), (90_000, "1 d")),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert words.lasting(seconds) == text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", ""])
def test_no_address_is_followed_but_those_of_the_web(url: str) -> None:
    assert words.web_address(url) == ""
    assert words.web_address("https://app.example/1") == "https://app.example/1"


def test_causes_are_counted_without_what_differs_each_time() -> None:
    one = words.cause("POST /cases/691406be-110d-4c25-8cf3-d0b35815a3d5 answered 400")
    assert one == "POST /cases/… answered 400"


def test_a_command_to_be_copied_holds_nothing_for_the_shell_to_carry_out() -> None:
    evil = "cases:1'; rm -rf ~ #$(x)"
    same = Commands("http://127.0.0.1:8080", has_token=True).resync(evil)

    assert same.command == "bridge resync 'cases:1'\"'\"'; rm -rf ~ #$(x)'"
    assert '-d \'{"cases": ["cases:1\'"\'"\'; rm -rf ~ #$(x)"]}\'' in same.curl
    assert '"Authorization: Bearer $BRIDGE_TOKEN"' in same.curl


def test_the_hour_is_drawn_to_its_busiest_minute() -> None:
    drawn = sparkline([0, 1, 1000])

    assert drawn.count("<rect") == 2
    assert f'height="{HEIGHT}"' in drawn
    assert "1,001 events ended in the last hour, at most 1,000 in one minute" in drawn
    assert "nothing ended" in sparkline([0] * 60)


def test_rules_are_shown_as_they_would_stand_in_a_file() -> None:
    rule = {
        "name": 'a "quoted" näme',
        "match": 'service:"a b" OR -env:prod',
        "project": "SHOP",
        "cases": None,
        "auto_create": True,
        "max_cases_per_hour": None,
    }

    (read,) = rules_in(as_toml([rule]), "a test").rules

    assert (read.name, read.project, read.auto_create) == (rule["name"], "SHOP", True)


def test_names_of_ours_in_reasons_become_words() -> None:
    told = words.plain("set_case_status on cases:1; FOR_REVIEW, not a_b_c", NAMES)

    assert told == "set case status on ET-1; FOR REVIEW, not a_b_c"


@pytest.mark.parametrize(
    ("cause", "kind", "text"),
    [
        ("delivery", "case.status", "a webhook from cases (case.status)"),
        ("poll", "look", "the bridge's own look at cases"),
        ("another", "", "another from cases"),
    ],
)
def test_what_was_heard_in_words(cause: str, kind: str, text: str) -> None:
    assert words.heard({"cause": cause, "kind": kind, "tracker": "cases"}) == text


@pytest.mark.parametrize("ability", Ability, ids=str)
def test_an_ability_is_told_as_what_a_tracker_does(ability: Ability) -> None:
    verb = words.able_to(ability.value).split()[0]

    assert verb in {"read", "write", "find", "list", "create", "edit", "delete",
                    "tell", "call"}  # fmt: skip
