"""The first rule that matches decides, and every rule is accounted for."""

from dataclasses import replace

import pytest

from bridge.domain.model import TrackerName
from bridge.domain.query import Attributes
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset, Verdict

CASES, DESK = TrackerName("cases"), TrackerName("desk")
DEFAULT = Default(CASES, {CASES: "ET", DESK: "HELP"})

RULES = Ruleset(
    (
        Rule("1", parse("service:web-store -team:Shopist"), "P1", auto_create=True),
        Rule("2", parse("service:web-store OR team:Shopist AND service:api"), "P2"),
        Rule("3", parse(""), "P3"),
    ),
    DEFAULT,
)

TABLE: dict[str, tuple[Attributes, str]] = {
    "plain": ({"service": ("web-store",), "team": ("Checkout",)}, "1"),
    "quoted name": ({"service": ('"web-store"',)}, "3"),
    "name with a space": ({"service": ("web store",)}, "3"),
    "missing team": ({"service": ("web-store",)}, "1"),
    "missing service": ({"team": ("Shopist",)}, "3"),
    "nothing at all": ({}, "3"),
    "two teams, one excluded": (
        {"service": ("web-store",), "team": ("Checkout", "Shopist")},
        "2",
    ),
    "two teams, the second asked for": (
        {"service": ("api",), "team": ("Checkout", "Shopist")},
        "2",
    ),
    "the right side of OR alone": ({"service": ("api",), "team": ("Payments",)}, "3"),
    "a value like a wildcard": ({"service": ("web-*",)}, "3"),
    "a star as team": ({"service": ("web-store",), "team": ("*",)}, "1"),
    "other letter case": ({"service": ("WEB-Store",), "team": ("SHOPIST",)}, "2"),
    "letter case of the second": ({"service": ("Api",), "team": ("shopist",)}, "2"),
}


@pytest.mark.parametrize(("attributes", "rule"), TABLE.values(), ids=TABLE)
def test_an_issue_meets_the_first_rule_that_matches(
    attributes: Attributes, rule: str
) -> None:
    routing = RULES.route(attributes)

    assert routing.rule
    assert (routing.rule.name, routing.project) == (rule, f"P{rule}")
    assert routing.tracker == CASES
    assert routing.is_auto is (rule == "1")
    assert [verdict.matched for verdict in routing.trace].index(True) == int(rule) - 1


def test_every_rule_is_accounted_for() -> None:
    trace = RULES.route({"service": ("web-store",), "team": ("Shopist",)}).trace

    assert trace == (
        Verdict("1", matched=False, why="service is web-store, but team is Shopist"),
        Verdict("2", matched=True, why="service is web-store"),
        Verdict("3", matched=False, why="not asked: 2 matched before it"),
    )


def test_a_rule_without_a_project_takes_the_default_of_its_tracker() -> None:
    rules = Ruleset((Rule("help", parse("team:a"), cases=DESK),), DEFAULT)

    assert rules.route({"team": ("a",)}).project == "HELP"
    assert rules.route({"team": ("a",)}).tracker == DESK


def test_without_a_match_the_default_decides_and_nothing_is_created() -> None:
    routing = Ruleset((Rule("a", parse("team:a"), "A"),), DEFAULT).route({})

    assert (routing.rule, routing.tracker, routing.project) == (None, CASES, "ET")
    assert not routing.is_auto


def test_where_nothing_names_a_project_there_is_none() -> None:
    assert Ruleset().route({}).project == ""
    assert Ruleset((), Default(CASES)).route({}).project == ""


@pytest.mark.parametrize(
    "other",
    [
        replace(RULES, rules=RULES.rules[::-1]),
        replace(RULES, rules=RULES.rules[:2]),
        replace(RULES, rules=(*RULES.rules[:2], replace(RULES.rules[2], project="P"))),
        replace(RULES, rules=(*RULES.rules[:2], Rule("3", parse("team:*"), "P3"))),
        replace(RULES, default=Default(CASES, {CASES: "OTHER"})),
        replace(RULES, default=Default(DESK, DEFAULT.projects)),
    ],
)
def test_other_rules_are_another_version(other: Ruleset) -> None:
    assert other.version != RULES.version


def test_the_same_rules_are_the_same_version() -> None:
    assert RULES.version == replace(RULES, rules=tuple(RULES.rules)).version
