"""*Rules*: the ordered table, one issue or query tried, other rules compared."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from bridge.dashboard import forms
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit
from bridge.domain.query import Attributes
from bridge.domain.query_mistakes import QueryError
from bridge.domain.query_parser import parse
from bridge.domain.routing import Rule, Ruleset
from bridge.ports.errors import DeskError, TrackerError
from bridge.settings import ConfigError, rules_in
from bridge.web.questions import unfit
from bridge.web.rules import InlineIssue

PICKED: Final = 50
"""Recorded issues that are offered to be picked."""

PAGE: Final = 500
MOST: Final = 5000
"""Recorded issues that other rules are compared on."""

SHOWN: Final = 200
"""Of those that would go elsewhere; all are counted."""

TRIED: Final = "this query"
"""What the rule is called that is made of a query being tried."""

Json = dict[str, Any]


async def rules(visit: Visit) -> web.StreamResponse:
    """The page."""
    return await _page(visit)


async def test(visit: Visit) -> web.StreamResponse:
    """The page with the trace of one issue, by the rules in force or by one query."""
    fields = await visit.form()
    told, query = forms.one(fields, "issue"), forms.one(fields, "match")
    trial: Json = {"issue": told, "match": query}
    try:
        trial |= await _tried(visit, told, query)
    except QueryError as exc:
        trial["problem"] = str(exc)
    except (DeskError, TrackerError, _Unread) as exc:
        trial["problem"] = str(exc)
    return await _page(visit, trial=trial)


async def compare(visit: Visit) -> web.StreamResponse:
    """The page with what other rules would do differently to the recorded issues."""
    fields = await visit.form()
    text = fields.get("rules", [""])[0].replace("\r\n", "\n")
    comparison: Json = {"text": text}
    try:
        comparison |= await _compared(visit, rules_in(text, "the rules"))
    except (ConfigError, DeskError) as exc:
        comparison["problem"] = str(exc)
    return await _page(visit, comparison=comparison)


class _Unread(Exception):
    """What was pasted is no issue."""


async def _tried(visit: Visit, told: str, query: str) -> Json:
    if not told:
        raise _Unread("paste an issue, or write the id of one")
    issue = _attributes(told) if told.startswith("{") else told
    others = Ruleset((Rule(TRIED, parse(query)),)) if query else None
    asked: Json = {"issue": json.loads(told) if told.startswith("{") else told}
    if query:
        asked["rules"] = [{"name": TRIED, "match": query}]
    answer = await visit.board.rules_test(issue, others)
    return {"answer": answer, "same": visit.commands.test(asked)}


def _attributes(told: str) -> Attributes:
    try:
        return InlineIssue.model_validate_json(told, strict=True).attributes()
    except ValidationError as exc:
        raise _Unread(unfit(exc).detail) from None


async def _compared(visit: Visit, against: Ruleset) -> Json:
    changed: list[Json] = []
    count = looked = 0
    cursor: str | None = None
    while looked < MOST:
        page = await visit.board.rules_recorded(
            against=against, cursor=cursor, limit=PAGE
        )
        moved = [one for one in page["items"] if one["changed"]]
        looked, count = looked + len(page["items"]), count + len(moved)
        changed += moved[: SHOWN - len(changed)]
        cursor = page["next"]
        if cursor is None:
            break
    return {
        "changed": changed,
        "count": count,
        "looked": looked,
        "is_all": cursor is None,
    }


async def _page(
    visit: Visit, trial: Json | None = None, comparison: Json | None = None
) -> web.StreamResponse:
    told = await visit.board.overview.rules()
    recorded = await visit.board.rules_recorded(against=None, cursor=None, limit=PICKED)
    return await visit.show(
        "rules.html",
        rules=told,
        recorded=recorded["items"],
        trial=trial or {"issue": "", "match": ""},
        comparison=comparison or {"text": as_toml(told["rules"])},
    )


def as_toml(rules: Sequence[Mapping[str, Any]]) -> str:
    """The rules as they would stand in a file."""
    return "\n\n".join(map(_one_as_toml, rules))


def _one_as_toml(rule: Mapping[str, Any]) -> str:
    keys = ("name", "match", "project", "cases", "auto_create", "max_cases_per_hour")
    lines = [
        f"{key} = {json.dumps(rule[key], ensure_ascii=False)}"
        for key in keys
        if rule[key] not in (None, False)
    ]
    return "\n".join(["[[rules]]", *lines])


ROUTES: Final = (
    Route("GET", "/rules", rules),
    Route("GET", "/rules/test", rules),
    Route("POST", "/rules/test", test),
    Route("GET", "/rules/compare", rules),
    Route("POST", "/rules/compare", compare),
)
