"""The rules of a configuration as values, and what is strange about them."""

from collections.abc import Iterable, Iterator

from bridge.domain.coverage import warnings
from bridge.domain.model import TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.ports.trackers import Side
from bridge.settings.complaints import dotted
from bridge.settings.contradictions import names_of
from bridge.settings.model import RuleSettings, Settings


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
