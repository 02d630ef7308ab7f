"""What the documents say can be written in rules, can be written."""

import re
import tomllib
from pathlib import Path

import pytest

from bridge.domain.query import EVERYTHING, NAMES
from bridge.domain.query_parser import parse

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "reference" / "match-language.md").read_text(encoding="utf-8")
RULES = (DOCS / "how-to" / "rules.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.+?`) \| ", PAGE, flags=re.MULTILINE)
SHOWN = [
    query.replace("…", "team:a")
    for row in ROWS
    for query in re.findall(r"`([^`]+)`", row)
]


@pytest.mark.parametrize("query", SHOWN)
def test_a_query_on_the_page_can_be_read(query: str) -> None:
    assert parse(query) != EVERYTHING


def test_the_page_shows_queries_and_names_every_attribute() -> None:
    assert len(SHOWN) > 10
    assert [name for name in NAMES if f"`{name}`" not in PAGE] == []


def test_the_example_of_the_page_is_a_rule() -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", RULES, flags=re.DOTALL)

    (rule,) = tomllib.loads(example)["rules"]
    assert parse(rule["match"]) != EVERYTHING
