"""How the match language is read, and what is said of mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.query import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Has,
    Not,
    Pattern,
    Query,
    text_of,
)
from bridge.domain.query_mistakes import QueryError
from bridge.domain.query_parser import DEEPEST, LONGEST, parse
from tests.domain.queries import queries

WEB, API, SHOP = (
    Has("service", Pattern(("web",))),
    Has("service", Pattern(("api",))),
    Has("team", Pattern(("shop",))),
)
READINGS: dict[str, Query] = {
    "": EVERYTHING,
    " \n\t": EVERYTHING,
    "service:web": WEB,
    "SERVICE:web": WEB,
    "service:web team:shop": AllOf((WEB, SHOP)),
    "service:web AND team:shop": AllOf((WEB, SHOP)),
    "service:web\nAND\tteam:shop": AllOf((WEB, SHOP)),
    "service:web OR team:shop": AnyOf((WEB, SHOP)),
    "service:web OR service:api team:shop": AnyOf((WEB, AllOf((API, SHOP)))),
    "service:web team:shop OR service:api": AnyOf((AllOf((WEB, SHOP)), API)),
    "(service:web OR service:api) team:shop": AllOf((AnyOf((WEB, API)), SHOP)),
    "-service:web": Not(WEB),
    "--service:web": Not(Not(WEB)),
    "- service:web": Not(WEB),
    "-service:web team:shop": AllOf((Not(WEB), SHOP)),
    "-(service:web team:shop)": Not(AllOf((WEB, SHOP))),
    "service:web AND -team:shop": AllOf((WEB, Not(SHOP))),
    "service:web(team:shop)": AllOf((WEB, SHOP)),
    "((service:web))": WEB,
    'service:"web"': WEB,
    'service:"web store"': Has("service", Pattern(("web store",))),
    r'service:"a \"b\" \\ \c"': Has("service", Pattern((r'a "b" \ \c',))),
    'service:"a*b"': Has("service", Pattern(("a*b",))),
    'service:"a*b"*': Has("service", Pattern(("a*b", ""))),
    "service:*": Has("service", Pattern(("", ""))),
    "service:a**b*": Has("service", Pattern(("a", "b", ""))),
    "service:web-store": Has("service", Pattern(("web-store",))),
    r"type:App\Ex": Has("type", Pattern((r"App\Ex",))),
    "message:http://x/y?z": Has("message", Pattern(("http://x/y?z",))),
    "tag:env:prod": Has("tag", Pattern(("env:prod",))),
    'tag:env:"a b"': Has("tag", Pattern(("env:a b",))),
    "service:ORder": Has("service", Pattern(("ORder",))),
    "team:Größe💥": Has("team", Pattern(("Größe💥",))),
}


@pytest.mark.parametrize(("text", "query"), READINGS.items(), ids=READINGS)
def test_a_query_is_read_as(text: str, query: Query) -> None:
    assert parse(text) == query


MISTAKES = {
    "servic:web": (1, "unknown attribute servic; did you mean service?"),
    "service:a owner:b": (11, "unknown attribute owner; there is: service, team, env"),
    "service:web and team:shop": (13, "write AND in upper case"),
    "service:web or team:shop": (13, "write OR in upper case"),
    "NOT service:web": (1, "write - before a term instead of NOT"),
    "web": (1, "write which attribute it is, such as service:web"),
    '"web"': (1, 'write which attribute it is, such as service:"…"'),
    "web*": (1, "write which attribute it is, such as service:web*"),
    "service:": (9, "write a value behind the colon; service:* is any"),
    "service: web": (9, "write a value behind the colon; service:* is any"),
    ":web": (1, "write the name of an attribute before the :"),
    'service:""': (1, "nothing has an empty value; write -service:* for issues"),
    'service:"web': (9, 'the quote is never closed; write a " at its end'),
    'service:a"web': (10, 'the quote is never closed; write a " at its end'),
    'service:"a"team:b': (12, "write a space behind the closing quote"),
    r"service:a\*": (10, "a backslash escapes only within quotes"),
    r"service:\*": (9, "a backslash escapes only within quotes"),
    "service:(a OR b)": (9, "write the attribute before each value: service:a OR"),
    "service:a AND": (14, "something is missing at the end"),
    "service:a -": (12, "something is missing at the end"),
    "OR service:a": (1, "OR joins two terms"),
    "service:a OR AND service:b": (14, "AND joins two terms"),
    "service:a AND ) ": (15, "no ( belongs to this )"),
    "(service:a AND)": (15, "write a term such as service:web before it"),
    "(service:a": (1, "write a ) for this ("),
    'service:"(" (team:a': (13, "write a ) for this ("),
    "service:a)": (10, "no ( belongs to this )"),
    "()": (2, "write something between the parentheses"),
    "service:a\n\nOR": (14, "something is missing at the end"),
    "service:a " * 500: (4097, "the query is longer than 4096 characters"),
    "-" * 100 + "service:a": (68, "nested more than 32 deep"),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.items(), ids=lambda v: str(v)[:40])
def test_a_mistake_is_told_with_its_column_and_remedy(
    text: str, said: tuple[int, str]
) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text)

    assert (refused.value.column, refused.value.remedy[: len(said[1])]) == said
    assert refused.value.text == text


def test_a_mistake_shows_the_place_with_a_caret() -> None:
    with pytest.raises(QueryError) as refused:
        parse("service:web temm:shop")

    assert str(refused.value).splitlines() == [
        "column 13: unknown attribute temm; did you mean team?",
        "  service:web temm:shop",
        "              ^",
    ]


def test_only_the_surroundings_of_a_mistake_are_shown() -> None:
    with pytest.raises(QueryError) as refused:
        parse("service:aaa " * 100 + "!:x " + "service:aaa " * 100)

    _, shown, caret = str(refused.value).splitlines()
    assert len(shown) < 70
    assert shown[caret.index("^") :].startswith("!:x")


@given(queries)
def test_a_query_written_out_is_read_as_the_same(query: Query) -> None:
    assert parse(text_of(query)) == query


@given(st.text('service:tam*"\\()- ORAND\n', max_size=60))
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as exc:
        assert 1 <= exc.column <= len(text) + 1  # noqa: PT017 - both are fine
    else:
        assert parse(text_of(query)) == query


def test_parentheses_may_stand_as_deep_as_one_likes_when_they_say_nothing() -> None:
    assert parse("(" * 1000 + "service:web" + ")" * 1000) == WEB


def test_the_longest_and_deepest_query_is_read() -> None:
    deepest = "-(team:a " * (DEEPEST // 2) + "team:b" + ")" * (DEEPEST // 2)

    assert text_of(parse(deepest))
    assert parse("service:web".ljust(LONGEST)) == WEB
