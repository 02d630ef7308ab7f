"""Rules tried on issues without doing anything: which one each meets, and why."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.domain.model import tracker_of
from bridge.domain.query import Attributes
from bridge.domain.routing import Routing, Ruleset
from bridge.engine.cursors import RECORDED
from bridge.engine.means import Means
from bridge.engine.views import page, time_view
from bridge.ports.errors import GoneError, NotFound, Unclear
from bridge.ports.records import LinkRow
from bridge.ports.sightings import Sighting

Json = dict[str, Any]


class RuleTrial:
    """Tries the rules in force, or others, on issues given, read or recorded."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def given(self, issue: Attributes, rules: Ruleset | None = None) -> Json:
        """What becomes of an issue with these attributes; Unclear."""
        chosen = self._chosen(rules)
        return _view(chosen, chosen.route(issue))

    async def read(self, issue: str, rules: Ruleset | None = None) -> Json:
        """The same for an issue of a tracker; NotFound, Unclear, TrackerError."""
        chosen = self._chosen(rules)
        issue_id = self._means.roster.read_issue(issue)
        tracker = self._means.roster.issue_tracker(issue_id)
        try:
            call = tracker.get_issue(issue_id)
            found = await self._means.gate.through(tracker_of(issue_id), call)
        except GoneError as exc:
            raise NotFound(f"there is no issue {issue_id}: {exc}") from exc
        row = await self._means.store.find_link(found.id)
        told = {"issue": found.id, "title": found.title, "case": _case(row)}
        return {**told, **_view(chosen, chosen.route(found.attributes))}

    async def recorded(
        self, *, against: Ruleset | None, cursor: str | None, limit: int
    ) -> Json:
        """A page of the issues that were seen, and what would become of each; with
        *against* also by those rules, and whether that differs; Unclear."""
        after = RECORDED.read(cursor)
        chosen = self._chosen(None)
        other = self._chosen(against) if against else None
        seen = await self._means.store.sightings(after=after, limit=limit + 1)
        rows = await asyncio.gather(
            *(self._means.store.find_link(one.issue) for one in seen[:limit])
        )
        items = [
            _compared(one, row, chosen, other)
            for one, row in zip(seen[:limit], rows, strict=True)
        ]
        more = seen[limit - 1].issue if len(seen) > limit else None
        versions: dict[str, str | None] = {
            "version": chosen.version,
            "against_version": other.version if other else None,
        }
        return {**page(items, RECORDED.after(more)), **versions}

    def _chosen(self, rules: Ruleset | None) -> Ruleset:
        """*rules* or those in force, which also say where all else goes by default."""
        current = self._means.current.choices.rules
        if rules is None:
            return current
        chosen = rules
        if rules.default.tracker is None:
            chosen = replace(rules, default=current.default)
        for rule in chosen.rules:
            if rule.cases is not None and rule.cases not in self._means.roster.cases:
                known = ", ".join(sorted(self._means.roster.cases))
                wrong = f"rule {rule.name!r}: no case tracker {rule.cases}"
                raise Unclear(f"{wrong}; there is: {known}")
        return chosen


def _compared(
    seen: Sighting, row: LinkRow | None, chosen: Ruleset, other: Ruleset | None
) -> Json:
    routing = chosen.route(seen.attributes)
    told = {
        "issue": seen.issue,
        "title": seen.title,
        "url": seen.url,
        "seen_at": time_view(seen.seen_at),
        "case": _case(row),
        **_place(routing),
        "why": _why(routing),
    }
    if other is None:
        return told
    then = other.route(seen.attributes)
    return {
        **told,
        "against": {**_place(then), "why": _why(then)},
        "changed": _effect(routing) != _effect(then),
    }


def _view(rules: Ruleset, routing: Routing) -> Json:
    return {
        **_place(routing),
        "trace": [
            {"rule": one.rule, "matched": one.matched, "why": one.why}
            for one in routing.trace
        ],
        "version": rules.version,
    }


def _place(routing: Routing) -> Mapping[str, Any]:
    return {
        "rule": routing.rule.name if routing.rule else None,
        "cases": routing.tracker,
        "project": routing.project or None,
        "auto_create": routing.is_auto,
    }


def _effect(routing: Routing) -> tuple[object, ...]:
    """What makes a difference to the case; by which rule is none."""
    return routing.tracker, routing.project, routing.is_auto


def _why(routing: Routing) -> str:
    matched = (one.why for one in routing.trace if one.matched)
    return next(matched, "no rule matches")


def _case(row: LinkRow | None) -> str | None:
    return (row.case.key or row.case.id) if row else None
