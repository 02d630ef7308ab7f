"""What is wrong with a configuration, said with the place, the key and the remedy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bridge import trackers
from bridge.settings.model import Settings
from bridge.settings.suggestion import suggestion

KeyPath = tuple[str | int, ...]
"""A key of the configuration, step by step: ``("trackers", "errors", "api_key")``."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong; *place* is a file or an environment variable."""

    place: str
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.key, self.text) if part)


class ConfigError(Exception):
    """The configuration cannot be used; the text is fit for an operator."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


def explain(
    error: ValidationError, raw: Mapping[str, Any], place_of: Callable[[KeyPath], str]
) -> Iterator[Complaint]:
    """The complaints behind *error*; never a value, which could be a secret."""
    for problem in error.errors(include_url=False, include_input=False):
        path = tuple(step for step in problem["loc"] if step != "[key]")
        match problem["type"]:
            case "extra_forbidden":
                text = _unknown(str(path[-1]), _keys_beside(path, raw))
            case "missing":
                text = f"missing; write {path[-1]} = …"
            case _:
                text = problem["msg"].removeprefix("Value error, ")
                text = text.replace("Input should be", "must be", 1)
        yield Complaint(place_of(path), dotted(path), text)


def dotted(path: KeyPath) -> str:
    """The key as people write it: ``rules[0].name``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _unknown(key: str, known: list[str]) -> str:
    return f"unknown key; {suggestion(key, known)}"


def _keys_beside(path: KeyPath, raw: Mapping[str, Any]) -> list[str]:
    """The keys that exist where the last step of *path* stands."""
    model: type[BaseModel] = Settings
    steps = path[:-1]
    if len(steps) == 2 and steps[0] == "trackers":  # noqa: PLR2004 - trackers.NAME
        section = raw.get("trackers", {}).get(steps[1], {})
        model = trackers.kinds()[str(section["kind"])].settings
    else:
        for step in steps:
            if isinstance(step, str):
                model = _model_within(model.model_fields[step].annotation)
    return list(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return _model_within(get_args(annotation)[0])
