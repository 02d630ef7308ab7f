"""The page of the configuration: every section, every key."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from bridge import trackers
from bridge.ports.config import TrackerSettings
from bridge.settings import Settings
from manual import example, keys

_HEAD = """\
# Configuration

<!-- Written by `make reference` from the code and config.example.toml. -->

Every key of `config.toml`. `config.example.toml`, at the top of the repository, shows
the same as a file to start from, and `bridge check` says what is wrong in yours, with
the place and the remedy.

- Every key is also an environment variable, nested by two underscores:
  `BRIDGE__SERVER__PORT=9000`, `BRIDGE__RULES__0__PROJECT=SHOP` for the first rule.
  Lists are written as JSON or with commas. An empty variable counts as not set.
- A secret can be a file: with `BRIDGE_SECRETS_DIR=/run/secrets` the file
  `bridge__trackers__errors__api_key` there holds that key.
- A variable wins over a secret file, a secret file over `config.toml`.
- `BRIDGE_CONFIG` or `--config` names another file than `config.toml`.
- An unknown key is an error. SIGHUP takes over `[sync]`, `[[rules]]`, `[[people]]` and
  `webhook_secrets`; the rest needs a restart.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    said = example.shown()
    for name, field in Settings.model_fields.items():
        if name == "trackers":
            yield from _trackers(said)
        else:
            model = _model_in(field.annotation)
            is_list = model is not field.annotation
            head = f"[[{name}]]" if is_list else f"[{name}]"
            place = f"{name}[]" if is_list else name
            yield f"## `{head}`\n\n{_about(model)}\n"
            yield from _keys(model, set(model.model_fields), place, name, said)


def _trackers(said: dict[tuple[str, str], str]) -> Iterator[str]:
    shared = set(TrackerSettings.model_fields)
    yield (
        "## `[trackers.NAME]`\n\nOne section for each tracker, under a name of your "
        "choice (`a-z`, `0-9`, `-` and `_`). At least one must hold issues and one "
        "must hold cases.\n"
    )
    yield from _keys(TrackerSettings, shared, "trackers.NAME", "trackers.errors", said)
    for kind in sorted(trackers.kinds().values(), key=lambda kind: kind.name):
        own = set(kind.settings.model_fields) - (shared - {"kind"})
        yield f"## `[trackers.NAME]` of kind `{kind.name}`\n\nHolds {kind.side}.\n"
        section = next(
            section
            for (section, key), line in said.items()
            if key == "kind" and f'"{kind.name}"' in line
        )
        yield from _keys(kind.settings, own, kind.name, section, said)


def _keys(
    model: type[BaseModel],
    wanted: set[str],
    place: str,
    section: str,
    said: dict[tuple[str, str], str],
) -> Iterator[str]:
    told = keys.descriptions(model)
    for name, field in model.model_fields.items():
        if name in wanted:
            lines = [
                f"### `{place}.{name}`\n",
                f"{told[name]}\n",
                f"- Type: {keys.type_of(field)}",
                f"- Default: {keys.default_of(field)}",
                f"- Example: `{said[section, name]}`\n",
            ]
            yield "\n".join(lines)


def _about(model: type[BaseModel]) -> str:
    """The first sentence of the class, without the section's name before it."""
    text = " ".join((model.__doc__ or "").split()).partition(": ")[2]
    return text[:1].upper() + text[1:]


def _model_in(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return _model_in(get_args(annotation)[0])
