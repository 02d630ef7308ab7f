"""Rules that decide nothing are told, and no other rule ever is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.coverage import contains, warnings
from bridge.domain.query import Attributes, Pattern, Query, matches
from bridge.domain.query_parser import parse
from bridge.domain.routing import Rule
from tests.domain.queries import issues, patterns, simple_queries


def told(*queries: str) -> dict[int, str]:
    rules = [Rule(f"r{n}", parse(query)) for n, query in enumerate(queries)]
    return dict(warnings(rules))


REPEATS = "it repeats the query of 'r0', which comes first"
TAKEN = "it is never reached: 'r0' takes all that it matches"
TAKEN_TOGETHER = "it is never reached: the rules before it take all that it matches"
NEVER = "it can never match: its query contradicts itself"

USELESS: dict[tuple[str, ...], dict[int, str]] = {
    ("service:web", "service:web"): {1: REPEATS},
    ("service:web team:a", 'TEAM:"A" AND service:WEB'): {1: REPEATS},
    ("", ""): {1: REPEATS},
    ("", "service:web"): {1: TAKEN},
    ("service:web", "service:web team:a"): {1: TAKEN},
    ("service:web-*", "service:web-store"): {1: TAKEN},
    ("service:web-*", "service:web-*-eu"): {1: TAKEN},
    ("service:*", "service:a*"): {1: TAKEN},
    ("service:a OR service:b", "env:x", "service:b"): {2: TAKEN},
    ("service:a", "-service:a", "team:b"): {2: TAKEN_TOGETHER},
    ("service:*", "-service:*", ""): {2: TAKEN_TOGETHER},
    ("service:web -service:web",): {0: NEVER},
    ("service:web-store -service:web-*",): {0: NEVER},
    ("service:a (team:b OR env:c) -team:* -env:*",): {0: NEVER},
}


@pytest.mark.parametrize("queries", USELESS, ids=str)
def test_a_rule_that_decides_nothing_is_told(queries: tuple[str, ...]) -> None:
    assert told(*queries) == USELESS[queries]


@pytest.mark.parametrize(
    "queries",
    [
        ("service:web-store -team:shopist", "service:web-store OR team:shopist", ""),
        ("service:web-store", "service:web-*"),
        ("service:a*", "service:*a"),
        ("team:a team:b", "team:a", "team:b"),
        ("team:a -team:b", "team:b -team:a", "team:a team:b"),
        ('service:"web*"', "service:web*"),
        ("service:a*b*", "service:*b*"),
    ],
    ids=str,
)
def test_rules_that_may_meet_an_issue_are_not_told(queries: tuple[str, ...]) -> None:
    assert told(*queries) == {}


@given(st.lists(simple_queries, min_size=1, max_size=4), issues)
def test_no_issue_ever_meets_a_rule_that_was_told(
    queries: list[Query], attributes: Attributes
) -> None:
    rules = [Rule(f"r{n}", query) for n, query in enumerate(queries)]
    useless = dict(warnings(rules))

    met = next((n for n, q in enumerate(queries) if matches(q, attributes)), None)

    assert met not in useless


@given(patterns, patterns, st.text("aAbß*-", max_size=4))
def test_what_fits_the_narrow_pattern_fits_the_one_that_contains_it(
    wide: Pattern, narrow: Pattern, filling: str
) -> None:
    value = narrow.pieces[0] + "".join(filling + p for p in narrow.pieces[1:])

    assert not contains(wide, narrow) or wide.fits(value)


def test_a_repetition_is_found_among_very_many_rules() -> None:
    queries = [f"service:s{n} team:t{n}" for n in range(300)]

    found = told(*queries, "team:t0 service:s0 env:e")

    assert found == {300: TAKEN}


def test_rules_too_intertwined_to_search_are_left_alone() -> None:
    chain = [f"(team:a{n} OR team:a{m}) (-team:a{n} OR -team:a{m})" for n, m in CHAIN]

    assert told(" ".join(chain), "team:a0 env:x") in ({}, {0: NEVER})


CHAIN = list(pairwise([*range(40), 0]))
