"""Why a query matches or does not, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.query import AllOf, AnyOf, Attributes, Has, Not, Query, matches
from bridge.domain.query_parser import parse
from bridge.domain.query_words import Fact, explain, judge
from tests.domain.queries import issues, simple_queries

ISSUE: Attributes = {
    "service": ("Web-Store",),
    "team": ("Shopist", "Payments"),
    "message": ("cannot\nconnect to " + "x" * 100,),
}

WORDS = {
    "service:web-store team:checkout": "service is Web-Store, but no team is checkout",
    "service:web-store team:shopist": "service is Web-Store and team is Shopist",
    "service:web-* -team:shopist": "service is Web-Store, but team is Shopist",
    "service:api": "no service is api",
    "service:api*": "no service is like api*",
    'service:"the api"': 'no service is "the api"',
    "service:api team:checkout": "no service is api and no team is checkout",
    "env:prod": "it has no env",
    "-env:prod": "it has no env",
    "-service:api": "no service is api",
    "service:api OR team:pay*": "team is Payments",
    "service:api OR env:prod": "no service is api and it has no env",
    "-(service:web* team:shopist)": "service is Web-Store and team is Shopist",
    "message:*connect*": "message is cannot connect to " + "x" * 41 + "…",
    "": "it asks nothing: every issue matches",
}


@pytest.mark.parametrize(("text", "words"), WORDS.items(), ids=WORDS)
def test_an_answer_is_explained(text: str, words: str) -> None:
    told = explain(parse(text), ISSUE)

    assert told == words


def test_a_long_explanation_is_cut() -> None:
    text = " OR ".join(f"service:s{n}" for n in range(200))

    assert explain(parse(text), ISSUE).endswith("no service is s7 and 192 more")


@given(simple_queries, issues)
def test_the_explanation_agrees_with_the_answer(
    query: Query, attributes: Attributes
) -> None:
    found = judge(query, attributes)

    assert found.matched is matches(query, attributes)
    for fact in (*found.because, *found.despite):
        assert fact.holds is matches(fact.asked, attributes)


def known(query: Query, facts: tuple[Fact, ...]) -> bool | None:
    """The answer that follows from the facts alone; None when none does."""
    match query:
        case Has():
            return next((f.holds for f in facts if f.asked == query), None)
        case Not(inner):
            answer = known(inner, facts)
            return None if answer is None else not answer
        case AllOf(parts):
            answers = [known(part, facts) for part in parts]
            return False if False in answers else None if None in answers else True
        case AnyOf(parts):
            answers = [known(part, facts) for part in parts]
            return True if True in answers else None if None in answers else False


@given(simple_queries, issues)
def test_the_facts_that_are_told_suffice_for_the_answer(
    query: Query, attributes: Attributes
) -> None:
    found = judge(query, attributes)

    assert known(query, found.because) is found.matched


@given(simple_queries, issues, st.text("\n\x00\x1b[31m a", max_size=200))
def test_an_explanation_is_one_printable_line(
    query: Query, attributes: Attributes, value: str
) -> None:
    told = explain(query, {**attributes, "service": (value,)})

    assert told.isprintable()
