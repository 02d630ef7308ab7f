"""What people and programs may ask for: links made and undone, plans, lists, status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bridge.domain.model import TrackerName
from bridge.domain.query import Attributes
from bridge.domain.routing import Ruleset
from bridge.engine.attaching import Attaching
from bridge.engine.backfill import Backfill
from bridge.engine.cursors import DEAD, EVENTS, LINKS
from bridge.engine.decide import Decider
from bridge.engine.idempotency import Idempotency
from bridge.engine.means import Means
from bridge.engine.operator import Operator
from bridge.engine.overview import Overview
from bridge.engine.planning import MOST_PLANS, Planner
from bridge.engine.rule_trial import RuleTrial
from bridge.engine.schedule import Schedule
from bridge.engine.standing import Standing
from bridge.engine.views import dead_view, event_view, link_view, page
from bridge.ports.errors import NotFound, Unclear
from bridge.ports.records import CaseRecord, Key, Outcome
from bridge.ports.survey import PENDING, EventFilter

Json = dict[str, Any]


class Desk:
    """Answers people and programs; the API and the commands say it on."""

    def __init__(
        self,
        means: Means,
        schedule: Schedule,
        decider: Decider,
        *,
        attaching: Attaching,
        backfilling: Backfill,
        operator: Operator,
    ) -> None:
        self._means = means
        self.attaching = attaching
        self.backfilling = backfilling
        self.operator = operator
        self._trial = RuleTrial(means)
        self._standing = Standing(means, schedule, decider)
        self._planner = Planner(means, decider)
        self.overview = Overview(means)
        self.keys = Idempotency(means)

    async def status(self) -> Json:
        """How much waits, and how the trackers are."""
        return await self._standing.told()

    def status_without_store(self) -> Json:
        """The part of the status that is known while the store does not answer."""
        return self._standing.told_without_store()

    async def links(
        self, *, case: str | None, issue: str | None, cursor: str | None, limit: int
    ) -> Json:
        """Links by issue id, all or those of one case or issue; Unclear."""
        after = LINKS.read(cursor)
        if issue is not None:
            row = await self.attaching.find(self._means.roster.read_issue(issue))
            return page([link_view(row)] if row else [], None)
        case_id = None
        if case is not None:
            record = await self._find_case(case)
            if record is None:
                return page([], None)
            case_id = record.id
        rows = await self._means.store.links(case=case_id, after=after, limit=limit + 1)
        more = rows[limit - 1].link.issue if len(rows) > limit else None
        return page([link_view(row) for row in rows[:limit]], LINKS.after(more))

    async def link(self, issue: str, case: str) -> Json:
        """Attach an issue to a case; NotFound, AlreadyLinked, Unclear, TrackerError."""
        return link_view(await self.attaching.link(issue, case))

    async def unlink(self, issue: str) -> None:
        """Detach an issue; nothing else changes. NotFound, Unclear."""
        await self.attaching.unlink(issue)

    async def create(self, issue: str, project: str | None) -> Json:
        """Create a case from an issue; as :meth:`link`, with the project and the rule
        that named it."""
        made = await self.attaching.create(issue, project)
        told = {"project": made.project, "rule": made.rule or None}
        return link_view(made.link) | told

    async def backfill(
        self,
        since: datetime | None,
        *,
        is_dry: bool = False,
        with_ignored: bool = False,
    ) -> Json:
        """Start the rules over issues that exist already, or tell what that would
        create; Unclear, TrackerError."""
        if is_dry or self._means.options.is_dry:
            return await self.backfilling.preview(since, with_ignored=with_ignored)
        await self.backfilling.begin(since, with_ignored=with_ignored)
        return await self.backfilling.progress()

    async def backfill_progress(self) -> Json:
        """How far the backfill is."""
        return await self.backfilling.progress()

    async def carry_on_backfill(self) -> Json:
        """Make sure that a backfill under way goes on; its progress."""
        if not self._means.options.is_dry:
            self.backfilling.carry_on()
        return await self.backfilling.progress()

    async def retry(self, letters: Sequence[str]) -> Json:
        """Try what was given up again; NotFound."""
        return {"retried": await self.operator.retry(letters)}

    async def skip(self, letters: Sequence[str]) -> Json:
        """Let what was given up be; NotFound."""
        return {"skipped": await self.operator.skip(letters)}

    async def resume(self, case: str) -> Json:
        """Go on with a paused case; NotFound, Unclear."""
        record = await self._known_case(case)
        await self.operator.resume(record)
        return {"resumed": record.id}

    async def resync(
        self,
        cases: Sequence[str],
        *,
        is_dry: bool = False,
        cursor: str | None = None,
        limit: int = MOST_PLANS,
    ) -> Json:
        """Look at cases again now, or tell what that would lead to, page by page; at
        all of them where none is named. NotFound, Unclear."""
        ids = [(await self._known_case(case)).id for case in cases]
        if is_dry:
            ids = ids or await self.operator.all_cases()
            return await self._planner.plans(ids, cursor, limit)
        await self.operator.look_again(ids)
        return await self.operator.progress()

    async def resync_progress(self) -> Json:
        """How many of the cases that were to be looked at again still wait."""
        return await self.operator.progress()

    async def _known_case(self, case: str) -> CaseRecord:
        record = await self._find_case(case)
        if record is None:
            raise NotFound(f"{case} has no linked issue")
        return record

    async def plan(self, thing: str) -> Json:
        """What the bridge would do now for a case or the case of an issue."""
        return await self._planner.plan(await self._key_of(thing), thing)

    async def events(
        self,
        *,
        case: str | None,
        cursor: str | None,
        limit: int,
        tracker: str | None = None,
        outcome: str | None = None,
    ) -> Json:
        """Events, newest first: all, or those of one key, tracker, outcome; Unclear."""
        before = EVENTS.read(cursor)
        key = None
        if case is not None:
            key = await self._key_of(case, is_strict=False)
        which = EventFilter(key, self._tracker(tracker), _outcome(outcome))
        survey = self._means.store.survey
        found = await survey.events(which, before=before, limit=limit)
        more = EVENTS.after(found.before)
        return page([event_view(row) for row in found.rows], more)

    def _tracker(self, name: str | None) -> TrackerName | None:
        known = self._means.roster.all
        if name is None or TrackerName(name) in known:
            return TrackerName(name) if name else None
        raise Unclear(f"no tracker {name!r}; there is: {', '.join(sorted(known))}")

    async def case(self, case: str) -> Json:
        """One case: both sides, what was agreed, what is dead; NotFound, Unclear."""
        return await self.overview.case(await self._known_case(case))

    async def dead(self, *, cursor: str | None, limit: int) -> Json:
        """Dead letters, oldest first; Unclear."""
        after = DEAD.read(cursor)
        rows = await self._means.store.dead(after=after, limit=limit + 1)
        more = rows[limit - 1].id if len(rows) > limit else None
        return page([dead_view(row) for row in rows[:limit]], DEAD.after(more))

    async def rules_test(
        self, issue: Attributes | str, rules: Ruleset | None = None
    ) -> Json:
        """Which rule an issue meets, and why; by *rules* instead of those in force."""
        if isinstance(issue, str):
            return await self._trial.read(issue, rules)
        return await self._trial.given(issue, rules)

    async def rules_recorded(
        self, *, against: Ruleset | None, cursor: str | None, limit: int
    ) -> Json:
        """The same for the issues that were seen, and what *against* would change."""
        return await self._trial.recorded(against=against, cursor=cursor, limit=limit)

    async def _find_case(self, text: str) -> CaseRecord | None:
        return await self.attaching.find_case(self._means.roster.read_case(text))

    async def _key_of(self, thing: str, *, is_strict: bool = True) -> Key:
        """The key that a person means by a case or an issue; NotFound, Unclear."""
        roster, thing = self._means.roster, thing.strip()
        is_plain = ":" not in thing
        if not (is_plain or roster.names_case(thing) or roster.names_issue(thing)):
            known = ", ".join(sorted(roster.all))
            raise Unclear(f"{thing!r} is of no tracker known here: {known}")
        if is_plain or roster.names_case(thing):
            record = await self._find_case(thing)
            if record is not None:
                return Key(record.id)
        if is_plain or roster.names_issue(thing):
            issue = roster.read_issue(thing)
            row = await self.attaching.find(issue)
            if row is not None:
                return Key(row.link.case)
        if is_strict:
            raise NotFound(f"{thing} is not linked")
        return Key(thing)


def _outcome(text: str | None) -> str:
    known = [PENDING, *(one.value for one in Outcome)]
    if text is None or text in known:
        return text or ""
    raise Unclear(f"no outcome {text!r}; there is: {', '.join(known)}")
