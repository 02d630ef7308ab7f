"""What the API is sent, made from what a command has in hand."""

from typing import Any

from bridge.domain.query import text_of
from bridge.domain.routing import Ruleset


def as_sent(rules: Ruleset) -> dict[str, Any]:
    """Rules in full, with where cases go by default."""
    default = rules.default
    listed = [
        {
            "name": rule.name,
            "match": text_of(rule.query),
            "project": rule.project or None,
            "cases": rule.cases,
            "auto_create": rule.auto_create,
            "max_cases_per_hour": rule.max_cases_per_hour,
        }
        for rule in rules.rules
    ]
    if default.tracker is None:
        return {"rules": listed}
    told = {"tracker": default.tracker, "projects": dict(default.projects)}
    return {"rules": listed, "default": told}


def given(which: dict[str, Any]) -> dict[str, Any]:
    """What is not left out."""
    return {key: value for key, value in which.items() if value is not None}
