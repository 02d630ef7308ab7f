"""Reads the configuration: variables win over secret files, and these over the file."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
)

from bridge.settings.complaints import Complaint, ConfigError, KeyPath, dotted, explain
from bridge.settings.contradictions import contradictions
from bridge.settings.model import Settings
from bridge.settings.sections import ServerSettings

PREFIX = "bridge__"
DEFAULT_FILE = "config.toml"


class NamedTexts(PydanticBaseSettingsSource):
    """Values named ``BRIDGE__SECTION__KEY``: the environment, or a folder of files.

    Letter case does not count and empty values are as good as absent. *file* is what
    the configuration file says, whose lists are changed item by item
    (``BRIDGE__RULES__0__PROJECT``). pydantic's own source cannot be used: it decodes
    values as JSON where the kind of a tracker decides their type, so that a key made
    of digits would become a number.
    """

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        texts: Mapping[str, str],
        file: Mapping[str, Any],
    ) -> None:
        super().__init__(settings_cls)
        self.names: dict[KeyPath, str] = {}
        self._values: dict[str, Any] = {}
        for name, text in sorted(texts.items()):
            folded = name.lower().replace(os.sep, "__")
            if folded.startswith(PREFIX) and text:
                self._put(tuple(folded.removeprefix(PREFIX).split("__")), text, name)
        self._values = {
            section: _by_number(file.get(section), value)
            for section, value in self._values.items()
        }

    def _put(self, steps: tuple[str, ...], text: str, name: str) -> None:
        table = self._values
        for step in steps[:-1]:
            inner = table.setdefault(step, {})
            if not isinstance(inner, dict):
                problem = "set twice: as a whole and in part; keep one of the two"
                raise ConfigError(Complaint(name, dotted(steps), problem))
            table = inner
        table[steps[-1]] = text
        path = tuple(int(step) if step.isdecimal() else step for step in steps)
        self.names[path] = name

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the signature is pydantic's
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """The value of one section."""
        return self._values.get(field_name), field_name, True

    def __call__(self) -> dict[str, Any]:
        """Everything that was named."""
        return self._values


def _by_number(listed: Any, value: Any) -> Any:
    """*value* over *listed* where it holds items by number."""
    if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
        return value
    items = [dict(item) for item in listed] if isinstance(listed, list) else []
    for number, item in sorted((int(key), item) for key, item in value.items()):
        if number < len(items) and isinstance(item, dict):
            items[number].update(item)
        else:
            items.append(item)
    return items


def load(
    path: Path | str | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """The configuration, checked as a whole; ConfigError lists all that is wrong.

    Without *path* it is ``$BRIDGE_CONFIG`` or ``config.toml``; that one may be absent
    when there are ``BRIDGE__…`` variables. *environ* is for tests.
    """
    variables = os.environ if environ is None else environ
    place = place_of(path, variables)
    is_named = bool(path or variables.get("BRIDGE_CONFIG"))
    has_variables = any(name.lower().startswith(PREFIX) for name in variables)
    file = _file(place, may_be_absent=has_variables and not is_named)
    secrets = NamedTexts(Settings, _secret_files(variables), file())
    environment = NamedTexts(Settings, variables, file())
    return _checked(place, environment, secrets, file)


def load_server(
    path: Path | str | None = None, environ: Mapping[str, str] | None = None
) -> ServerSettings:
    """Where the bridge of a configuration that does not load would answer.

    ``[server]`` is read as far as it is good; the rest of it is at its defaults.
    """
    variables = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    with suppress(ConfigError):
        found |= _section(_file(place_of(path, variables), may_be_absent=True)())
    with suppress(ConfigError):
        secrets = _secret_files(variables)
        found |= _section(NamedTexts(Settings, secrets, {})())
    with suppress(ConfigError):
        found |= _section(NamedTexts(Settings, variables, {})())
    good: dict[str, Any] = {}
    for key, value in found.items():
        with suppress(ValidationError):
            ServerSettings.model_validate({key: value})
            good[key] = value
    return ServerSettings.model_validate(good)


def _section(told: Mapping[str, Any]) -> dict[str, Any]:
    section = told.get("server")
    return dict(section) if isinstance(section, dict) else {}


def place_of(
    path: Path | str | None = None, environ: Mapping[str, str] | None = None
) -> Path:
    """Where the configuration file is, or is to be."""
    variables = os.environ if environ is None else environ
    return Path(path or variables.get("BRIDGE_CONFIG") or DEFAULT_FILE)


def _file(path: Path, *, may_be_absent: bool) -> InitSettingsSource:
    if not path.is_file() and not may_be_absent:
        remedy = "copy config.example.toml to it, or name another with --config"
        raise ConfigError(Complaint(str(path), "", f"no such file; {remedy}"))
    try:
        # Some editors begin a file with a mark that is no TOML.
        told = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        return InitSettingsSource(Settings, tomllib.loads(told))
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(Complaint(str(path), "", f"not TOML: {exc}")) from None
    except UnicodeDecodeError:
        raise ConfigError(Complaint(str(path), "", "not UTF-8 text")) from None
    except OSError as exc:
        raise ConfigError(Complaint(str(path), "", exc.strerror or "")) from None


def _secret_files(variables: Mapping[str, str]) -> Mapping[str, str]:
    named = variables.get("BRIDGE_SECRETS_DIR")
    if not named:
        return {}
    folder = Path(named).expanduser().resolve()
    if not folder.is_dir():
        problem = f"no such folder: {named}"
        raise ConfigError(Complaint("BRIDGE_SECRETS_DIR", "", problem))
    try:
        return NestedSecretsSettingsSource.load_secrets(folder)
    except (OSError, UnicodeDecodeError):
        problem = f"a file in {named} cannot be read as UTF-8 text"
        raise ConfigError(Complaint("BRIDGE_SECRETS_DIR", "", problem)) from None


def _checked(
    place: Path,
    environment: NamedTexts,
    secrets: NamedTexts,
    file: InitSettingsSource,
) -> Settings:
    class Loaded(Settings):
        __doc__ = Settings.__doc__

        @classmethod
        def settings_customise_sources(
            cls, *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return environment, secrets, file

    def place_of(path: KeyPath) -> str:
        return _named(path, environment, secrets, file()) or str(place)

    try:
        settings = Loaded()
    except ValidationError as exc:
        merged = _tables(environment(), secrets(), file())
        raise ConfigError(*explain(exc, merged, place_of)) from None
    found = [
        Complaint(place_of(path), dotted(path), text)
        for path, text in contradictions(settings)
    ]
    if found:
        raise ConfigError(*found)
    return settings


def _tables(*sources: Mapping[str, Any]) -> dict[str, Any]:
    """Which kind each tracker has, from the first source that says so."""
    kinds: dict[str, Any] = {}
    for source in reversed(sources):
        sections = source.get("trackers")
        for name, section in sections.items() if isinstance(sections, dict) else ():
            if isinstance(section, dict) and "kind" in section:
                kinds[name] = {"kind": section["kind"]}
    return {"trackers": kinds}


def _named(
    path: KeyPath, environment: NamedTexts, secrets: NamedTexts, file: Mapping[str, Any]
) -> str | None:
    """The variable or secret file that *path* came from, if it was one."""
    for source in (environment, secrets):
        for length in range(len(path), 0, -1):
            if path[:length] in source.names:
                return source.names[path[:length]]
    if _is_in(file, path):
        return None
    return next(_below(path, environment, secrets), None)


def _below(path: KeyPath, *sources: NamedTexts) -> Iterator[str]:
    for source in sources:
        for known, name in source.names.items():
            if known[: len(path)] == path:
                yield name


def _is_in(table: Any, path: KeyPath) -> bool:
    for step in path:
        try:
            table = table[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
