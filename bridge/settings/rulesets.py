"""The rules of a configuration as values, and what is strange about them."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from bridge import trackers
from bridge.domain.coverage import warnings
from bridge.domain.model import TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.ports.config import Section
from bridge.ports.trackers import Side
from bridge.settings.complaints import Complaint, ConfigError, dotted, explain
from bridge.settings.contradictions import names_of
from bridge.settings.model import Settings
from bridge.settings.sections import RuleSettings


def ruleset_of(settings: Settings) -> Ruleset:
    """The rules, and the default: the first case tracker, each with its own project."""
    names = [TrackerName(name) for name in names_of(settings, Side.CASES)]
    projects = {
        name: str(project)
        for name in names
        if (project := getattr(settings.trackers[name], "default_project", None))
    }
    first = names[0] if names else None
    return Ruleset(rules_of(settings.rules), Default(first, projects))


def rules_of(listed: Iterable[RuleSettings]) -> tuple[Rule, ...]:
    """Each of *listed* with its query read."""
    return tuple(
        Rule(
            name=one.name,
            query=parse(one.match),
            project=one.project or "",
            cases=TrackerName(one.cases) if one.cases else None,
            auto_create=one.auto_create,
            max_cases_per_hour=one.max_cases_per_hour,
        )
        for one in listed
    )


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project that is named at *place*, and the case tracker that must have it."""

    place: str
    tracker: TrackerName
    project: str


def ruled_projects(settings: Settings) -> Iterator[NamedProject]:
    """The projects that rules name."""
    first = ruleset_of(settings).default.tracker
    for number, rule in enumerate(settings.rules):
        tracker = TrackerName(rule.cases) if rule.cases else first
        if rule.project and tracker:
            place = dotted(("rules", number, "project"))
            yield NamedProject(place, tracker, rule.project)


def default_projects(settings: Settings) -> Iterator[NamedProject]:
    """The default projects of the case trackers."""
    for tracker, project in ruleset_of(settings).default.projects.items():
        place = dotted(("trackers", tracker, "default_project"))
        yield NamedProject(place, tracker, project)


def rule_warnings(settings: Settings) -> Iterator[str]:
    """What works and is hardly meant: rules without effect or without a project."""
    ruleset = ruleset_of(settings)
    for number, why in warnings(ruleset.rules):
        yield f"{dotted(('rules', number, 'match'))}: {why}"
    for number, rule in enumerate(ruleset.rules):
        tracker = rule.cases or ruleset.default.tracker
        if not rule.project and tracker not in ruleset.default.projects:
            yield (
                f"{dotted(('rules', number, 'project'))}: missing, and {tracker} "
                "has no default_project: no case can be created by this rule"
            )


class _RulesFile(Section):
    """What is read of a file to compare with: only what decides where cases go."""

    model_config = ConfigDict(extra="ignore")

    rules: tuple[RuleSettings, ...] = ()
    trackers: dict[str, dict[str, Any]] = Field(default_factory=dict)


def read_rules(path: Path) -> Ruleset:
    """The rules in *path*, a whole configuration or only ``[[rules]]``; ConfigError.

    Without trackers in it the default is empty: that of the configuration in force.
    """
    try:
        return rules_in(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as exc:
        raise ConfigError(Complaint(str(path), "", exc.strerror or "")) from None


def rules_in(text: str, source: str) -> Ruleset:
    """The same for *text*, which came from *source*; ConfigError."""
    raw = _read(text, source)
    try:
        file = _RulesFile.model_validate(raw)
    except ValidationError as exc:
        raise ConfigError(*explain(exc, raw, lambda _: source)) from None
    return Ruleset(rules_of(file.rules), _default_in(file.trackers))


def _read(text: str, source: str) -> dict[str, Any]:
    try:
        raw = tomllib.loads(text)
    except ValueError as exc:
        raise ConfigError(Complaint(source, "", f"not TOML: {exc}")) from None
    if not raw.keys() & {"rules", "trackers"}:
        text = "missing; write [[rules]] with a name, a match and a project"
        raise ConfigError(Complaint(source, "rules", text))
    return raw


def _default_in(sections: Mapping[str, Mapping[str, Any]]) -> Default:
    kinds = trackers.kinds()
    names = [
        name
        for name, section in sections.items()
        if (kind := kinds.get(str(section.get("kind")))) and kind.side is Side.CASES
    ]
    projects = {
        TrackerName(name): str(sections[name].get("default_project") or "")
        for name in names
    }
    return Default(TrackerName(names[0]) if names else None, projects)
