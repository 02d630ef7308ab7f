"""Rules as they are configured, and what is strange about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.domain.model import TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule
from bridge.settings import (
    ConfigError,
    default_projects,
    load,
    rule_warnings,
    ruled_projects,
    ruleset_of,
)
from tests.settings.kinds import GOOD

Write = Callable[[str], Path]

SHOP = '[[rules]]\nname = "shop"\nmatch = "team:Shopist"\nproject = "SHOP"\n'
WITH_DEFAULT = GOOD + 'default_project = "ET"\n'


def test_rules_keep_their_order_and_their_choices(write: Write) -> None:
    rest = '[[rules]]\nname = "rest"\nauto_create = true\nmax_cases_per_hour = 5\n'

    ruleset = ruleset_of(load(write(WITH_DEFAULT + SHOP + rest), {}))

    assert ruleset.rules == (
        Rule("shop", parse("team:Shopist"), "SHOP"),
        Rule("rest", auto_create=True, max_cases_per_hour=5),
    )
    assert ruleset.default == Default(
        TrackerName("cases"), {TrackerName("cases"): "ET"}
    )


def test_the_first_case_tracker_is_the_default(write: Write) -> None:
    more = '[trackers.b]\nkind = "paper_cases"\napi_key = "9"\ndefault_project = "B"\n'

    ruleset = ruleset_of(load(write(GOOD + more), {}))

    assert ruleset.default.tracker == "cases"
    assert ruleset.default.projects == {"b": "B"}


def test_projects_are_named_with_their_place_and_their_tracker(write: Write) -> None:
    more = '[trackers.b]\nkind = "paper_cases"\napi_key = "9"\ndefault_project = "B"\n'
    there = '[[rules]]\nname = "there"\nproject = "X"\ncases = "b"\nmatch = "env:x"\n'

    shop = SHOP + 'cases = "cases"\n'

    settings = load(write(GOOD + more + there + shop), {})

    ruled, default = ruled_projects(settings), default_projects(settings)
    assert [(one.place, one.tracker, one.project) for one in (*ruled, *default)] == [
        ("rules[0].project", "b", "X"),
        ("rules[1].project", "cases", "SHOP"),
        ("trackers.b.default_project", "b", "B"),
    ]


def test_a_mistake_in_a_query_is_shown_in_its_place(write: Write) -> None:
    path = write(GOOD + SHOP.replace("team:Shopist", "teem:Shopist"))

    with pytest.raises(ConfigError) as refused:
        load(path, {})

    assert str(refused.value).splitlines() == [
        f"{path}: rules[0].match: column 1: unknown attribute teem; did you mean team?",
        "  teem:Shopist",
        "  ^",
    ]


def test_rules_without_effect_are_warned_of(write: Write) -> None:
    again = SHOP.replace('"shop"', '"again"')
    narrow = '[[rules]]\nname = "n"\nmatch = "team:shopist env:x"\nproject = "N"\n'

    settings = load(write(WITH_DEFAULT + SHOP + again + narrow), {})

    assert list(rule_warnings(settings)) == [
        "rules[1].match: it repeats the query of 'shop', which comes first",
        "rules[2].match: it is never reached: 'shop' takes all that it matches",
    ]


def test_a_rule_that_names_no_project_needs_a_default(write: Write) -> None:
    rule = '[[rules]]\nname = "all"\n'

    assert list(rule_warnings(load(write(WITH_DEFAULT + rule), {}))) == []
    (told,) = rule_warnings(load(write(GOOD + rule), {}))
    assert told.startswith(
        "rules[0].project: missing, and cases has no default_project"
    )


def test_variables_do_not_change_which_tracker_comes_first(write: Write) -> None:
    more = '[trackers.b]\nkind = "paper_cases"\napi_key = "9"\n'
    environ = {
        "BRIDGE__TRACKERS__A__KIND": "paper_cases",
        "BRIDGE__TRACKERS__A__API_KEY": "8",
        "BRIDGE__TRACKERS__B__API_KEY": "10",
    }

    ruleset = ruleset_of(load(write(GOOD + more), environ))

    assert ruleset.default.tracker == "cases"
