"""The page of the HTTP API: every call and object, and examples that are taken."""

import json
import re
import shlex

import pytest

from bridge.web.operation import Operation
from bridge.web.operations import OPERATIONS
from manual.__main__ import FOLDER
from manual.http_api import EXAMPLES
from manual.schemas import words

PAGE = (FOLDER / "http-api.md").read_text(encoding="utf-8")
WITH_A_BODY = {
    f"{one.method.upper()} {one.path}": one for one in OPERATIONS if one.body
}


def test_every_call_is_on_the_page() -> None:
    told = re.findall(r"^### `([A-Z]+ /\S*)`$", PAGE, re.MULTILINE)

    assert told == [f"{one.method.upper()} {one.path}" for one in OPERATIONS]


def test_every_object_that_is_named_is_told() -> None:
    named = set(re.findall(r"\]\(#(\w+)\)", PAGE))
    objects = PAGE.partition("## Objects")[2]
    told = {one.lower() for one in re.findall(r"(?m)^### `(\w+)`$", objects)}

    assert named == told


def test_every_body_has_an_example() -> None:
    assert EXAMPLES.keys() == WITH_A_BODY.keys()


@pytest.mark.parametrize(("name", "operation"), WITH_A_BODY.items())
def test_an_example_is_a_body_that_is_taken(name: str, operation: Operation) -> None:
    entry = PAGE.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
    command = shlex.split(entry.split("```")[1].removeprefix("sh\n"))
    sent = command[command.index("-d") + 1]

    assert operation.body
    assert operation.body.model_validate_json(sent, strict=True) is not None
    assert json.loads(sent) == EXAMPLES[name]


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "integer", "minimum": 0}, "whole number, 0 at least"),
        ({"type": "string", "minLength": 1, "maxLength": 9}, "text, 1 to 9 characters"),
        ({"type": "string", "maxLength": 9}, "text, 9 characters at most"),
        ({"type": ["string", "null"]}, "text or null"),
        ({"enum": ["a", "b"]}, '`"a"`, `"b"`'),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}},
         "object, by name: true or false"),
    ],
)  # fmt: skip
def test_a_schema_in_words(schema: dict[str, object], told: str) -> None:
    assert words(schema) == told
