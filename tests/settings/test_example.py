"""config.example.toml is complete and loads."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bridge import trackers
from bridge.demo.stage import COMMENTS_PATH
from bridge.settings import Settings, load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def sections() -> Iterator[tuple[str, type[BaseModel], set[str]]]:
    told = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for section, field in Settings.model_fields.items():
        if section != "trackers":
            (model,) = models_in(field.annotation)
            value = told.get(section, {})  # all of it may stand in a comment
            yield section, model, set(value[0] if isinstance(value, list) else value)
    for name, value in told["trackers"].items():
        yield f"trackers.{name}", trackers.kinds()[value["kind"]].settings, set(value)


def test_the_example_loads() -> None:
    assert set(load(EXAMPLE, {}).trackers) == {"errors", "cases"}


def test_the_example_shows_every_kind() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [name for name in trackers.kinds() if f'kind = "{name}"' not in text] == []


def test_the_example_shows_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    missing = [
        f"{section}.{key}"
        for section, model, keys in sections()
        for key in set(model.model_fields) - keys
        if f"\n# {key} = " not in text
    ]
    assert missing == []


@pytest.mark.parametrize(
    "section", ["server", "store", "sync", "limits", "logs", "traces"]
)
def test_the_example_shows_the_defaults(section: str) -> None:
    shown = getattr(load(EXAMPLE, {}), section)
    for key, field in type(shown).model_fields.items():
        if field.default is not None:
            assert getattr(shown, key) == field.default, key


def test_the_comment_service_it_shows_is_the_sandboxs() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert f'\n# comments_path = "{COMMENTS_PATH}"\n' in text
