"""Which issues a query means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.query import Attributes, Not, Pattern, Query, matches
from bridge.domain.query_parser import parse
from tests.domain.queries import issues, patterns, queries


@given(
    st.recursive(
        st.sampled_from(["team:a", "env:b", "type:c"]),
        lambda inner: (
            inner.map("-{}".format)
            | inner.map("({})".format)
            | st.tuples(inner, inner).map(" OR ".join)
            | st.tuples(inner, inner).map(" AND ".join)
        ),
        max_leaves=8,
    ),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_operators_bind_as_everywhere(text: str, truths: list[bool]) -> None:
    names = ["team:a", "env:b", "type:c"]
    attributes = {
        name[:-2]: (name[-1],) for name, so in zip(names, truths, strict=True) if so
    }
    words = text
    for name, so in zip(names, truths, strict=True):
        words = words.replace(name, str(so))
    words = words.replace("-", " not ").replace("AND", "and").replace("OR", "or")

    assert matches(parse(text), attributes) is bool(eval(words))
    assert matches(parse(text.replace(" AND ", " ")), attributes) is bool(eval(words))


MEANINGS: dict[str, tuple[Attributes, bool]] = {
    "service:WEB": ({"service": ("Web",)}, True),
    "team:straße": ({"team": ("STRASSE",)}, True),
    "team:caf\u00e9": ({"team": ("CAFE\u0301",)}, True),
    "team:b": ({"team": ("a", "b")}, True),
    "team:a team:b": ({"team": ("a", "b")}, True),
    "-team:a": ({"team": ("a", "b")}, False),
    "-team:c": ({}, True),
    "team:*": ({}, False),
    "-team:*": ({}, True),
    "service:web": ({"service": ("web-store",)}, False),
    "service:web*": ({"service": ("web",)}, True),
    "service:*web": ({"service": ("the web",)}, True),
    "service:a*a": ({"service": ("a",)}, False),
    "service:a*b*a": ({"service": ("aba",)}, True),
    "service:ab*bc": ({"service": ("abc",)}, False),
    "message:*time*out*": ({"message": ("a\ntimed out\nb",)}, True),
    'service:"*"': ({"service": ("*",)}, True),
    'service:"web*"': ({"service": ("web-store",)}, False),
    "service:web.": ({"service": ("webs",)}, False),
    "service:[ab]": ({"service": ("a",)}, False),
    "tag:env:prod": ({"tag": ("env:prod",)}, True),
    "tag:prod": ({"tag": ("env:prod",)}, True),
    "tag:env": ({"tag": ("env:prod",)}, False),
    "tag:env:*": ({"tag": ("env:prod",)}, True),
    "tag:bug": ({"tag": ("bug",)}, True),
    "team:prod": ({"team": ("env:prod",)}, False),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_query_means(text: str) -> None:
    attributes, answer = MEANINGS[text]

    assert matches(parse(text), attributes) is answer


@given(patterns, st.lists(st.text("abAß", max_size=3), min_size=4, max_size=4))
def test_a_pattern_fits_whatever_fills_its_wildcards(
    pattern: Pattern, fillings: list[str]
) -> None:
    value = pattern.pieces[0]
    for filling, piece in zip(fillings, pattern.pieces[1:], strict=False):
        value += filling + piece

    assert pattern.fits(value)
    assert pattern.fits(value.swapcase().casefold())


@given(patterns, st.text("abA*", max_size=5))
def test_a_pattern_fits_what_an_expression_of_its_pieces_fits(
    pattern: Pattern, value: str
) -> None:
    expression = "[\\s\\S]*".join(re.escape(p.casefold()) for p in pattern.pieces)

    assert pattern.fits(value) is bool(re.fullmatch(expression, value.casefold()))


@given(queries, issues)
def test_a_minus_turns_the_answer_around(query: Query, attributes: Attributes) -> None:
    assert matches(Not(query), attributes) is not matches(query, attributes)
