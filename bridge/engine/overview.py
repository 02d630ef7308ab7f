"""What people look at beside lists: cases as they stand, rules at work, the pulse."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge import trackers
from bridge.domain.coverage import warnings
from bridge.domain.model import TrackerName
from bridge.domain.query import matches, text_of
from bridge.domain.routing import Rule, Ruleset
from bridge.engine.abilities import able, synced, wanted_of
from bridge.engine.cursors import CASES
from bridge.engine.means import Means
from bridge.engine.record import base_view
from bridge.engine.views import dead_view, link_view, page, time_view
from bridge.ports.errors import NotFound, Unclear
from bridge.ports.records import CaseRecord, Key, Link, LinkRow
from bridge.ports.survey import CaseFilter, CasePlace, CaseRow, Standing
from bridge.ports.trackers import Ability

Json = dict[str, Any]

MOST_TRIED = 5000
"""Recorded issues that rules are tried on to count what each decides."""

AT_A_TIME = 250
HOUR = 60
"""Minutes that the pulse tells of."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Overview:
    """Answers those who look on."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def cases(
        self, *, text: str, standing: str, cursor: str | None, limit: int
    ) -> Json:
        """Cases with their issues, the one linked last first; Unclear."""
        which = CaseFilter(text.strip(), _standing(standing))
        survey, after = self._means.store.survey, _place(CASES.read(cursor))
        rows = await survey.cases(which, after=after, limit=limit + 1)
        more = _place_of(rows[limit - 1].case) if len(rows) > limit else None
        return page([_row_view(row) for row in rows[:limit]], CASES.after(more))

    async def case(self, record: CaseRecord) -> Json:
        """One case: what is known of both sides, what was agreed, what is dead."""
        key = Key(record.id)
        store = self._means.store
        job, letters = await asyncio.gather(store.load(key), store.survey.dead_of(key))
        if job.case is None:
            raise NotFound(f"{record.id} has no linked issue")
        return {
            **_row_view(CaseRow(job.case, job.links)),
            "due": bool(job.version),
            "base": base_view(job.base),
            "dead": [dead_view(letter) for letter in letters],
        }

    async def pulse(self) -> Json:
        """How the work flows: the longest wait, and what ended in the last hour.

        *ended* counts by the minute of the clock, the present one last.
        """
        now = self._means.clock.now()
        survey = self._means.store.survey
        begin = now.replace(second=0, microsecond=0) - timedelta(minutes=HOUR - 1)
        oldest, ended = await asyncio.gather(
            survey.oldest_pending(), survey.endings(begin)
        )
        return {
            "at": time_view(now),
            "oldest_pending": time_view(oldest),
            "lag": max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
            "ended": [ended.get(minute, 0) for minute in range(HOUR)],
        }

    async def newest(self) -> str:
        """The id of the event that came last, empty where there is none."""
        return await self._means.store.survey.newest()

    async def rules(self) -> Json:
        """The rules in force in their order, and how much each decides."""
        rules = self._means.current.choices.rules
        created = await self._means.store.survey.created()
        met, tried, is_all = await self._met(rules.rules)
        told = dict(warnings(rules.rules))
        default = rules.default
        return {
            "version": rules.version,
            "rules": [
                {
                    **_rule_view(rule),
                    "meets": met[number],
                    "created": created.get(rule.name, 0),
                    "warning": told.get(number),
                }
                for number, rule in enumerate(rules.rules)
            ],
            "default": {
                "cases": default.tracker,
                "project": _project(rules, default.tracker),
                "meets": met[None],
                "created": created.get("", 0),
            },
            "recorded": tried,
            "is_all": is_all,
        }

    async def _met(
        self, rules: tuple[Rule, ...]
    ) -> tuple[Counter[int | None], int, bool]:
        """How many recorded issues each rule decides, by its place; None: no rule."""
        met: Counter[int | None] = Counter()
        after, tried = "", 0
        while tried < MOST_TRIED:
            some = await self._means.store.sightings(after=after, limit=AT_A_TIME)
            for one in some:
                hits = (
                    n for n, r in enumerate(rules) if matches(r.query, one.attributes)
                )
                met[next(hits, None)] += 1
            tried += len(some)
            if len(some) < AT_A_TIME:
                return met, tried, True
            after = some[-1].issue
        return met, tried, False

    async def abilities(self) -> Json:
        """What each tracker can do or why it cannot, and what is synced which way."""
        roster, known = self._means.roster, trackers.kinds()
        listed = [
            able(one, known[roster.kinds[name]]) for name, one in roster.all.items()
        ]
        return {
            "sync": list(synced(wanted_of(self._means.options), listed)),
            "trackers": {
                one.name: {
                    "can": sorted(ability.value for ability in one.abilities),
                    "lacks": {a.value: why for a, why in one.lacks.items()},
                    "poll_interval": self._poll_interval(one.name),
                }
                for one in listed
            },
            "all": [ability.value for ability in Ability],
        }

    def _poll_interval(self, name: TrackerName) -> float:
        interval = self._means.roster.poll_intervals.get(name)
        return (interval or self._means.options.poll_interval).total_seconds()


def _project(rules: Ruleset, tracker: TrackerName | None) -> str | None:
    return rules.default.projects.get(tracker) if tracker else None


def _rule_view(rule: Rule) -> Json:
    return {
        "name": rule.name,
        "match": text_of(rule.query),
        "cases": rule.cases,
        "project": rule.project or None,
        "auto_create": rule.auto_create,
        "max_cases_per_hour": rule.max_cases_per_hour,
    }


def _row_view(row: CaseRow) -> Json:
    case = row.case
    return {
        "case": case.id,
        "case_key": case.key,
        "title": case.title,
        "url": case.url,
        "status": case.status,
        "status_group": case.group,
        "drift": case.drift or None,
        "gone": case.gone or None,
        "paused": case.paused or None,
        "next_look": time_view(case.next_look),
        "since": time_view(case.since),
        "issues": [_issue_view(case, link) for link in row.links],
    }


def _issue_view(case: CaseRecord, link: Link) -> Json:
    view = link_view(LinkRow(link, case))
    return {**view, "drift": link.drift or None, "gone": link.gone or None}


def _standing(text: str) -> Standing | None:
    if not text:
        return None
    try:
        return Standing(text)
    except ValueError:
        known = ", ".join(one.value for one in Standing)
        raise Unclear(
            f"cases are not narrowed to {text!r}; there is: {known}"
        ) from None


def _place_of(case: CaseRecord) -> str:
    assert case.since
    return f"{(case.since - _EPOCH) // timedelta(microseconds=1)}:{case.id}"


def _place(text: str) -> CasePlace | None:
    since, _, case = text.partition(":")
    return (_EPOCH + timedelta(microseconds=int(since)), case) if text else None
