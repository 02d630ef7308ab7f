"""The pass over an issue without a case: adopt, create by rule, or say why not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bridge.domain.model import Issue, IssueId, State
from bridge.domain.routing import Routing, Rule
from bridge.engine.adoption import Adopter
from bridge.engine.creator import FOR_OPERATOR, Creator, Stuck
from bridge.engine.issue_ends import IssueEnds
from bridge.engine.means import Means
from bridge.ports.commits import Commit, Ending, WorkDone
from bridge.ports.creations import (
    AlreadyReserved,
    Creation,
    CreationStatus,
    HeldBack,
    Limit,
)
from bridge.ports.errors import GoneError, PermanentError
from bridge.ports.records import Due, Job, Key, LinkRow, Outcome
from bridge.ports.sightings import Sighting, sighting_of
from bridge.ports.store import LinkExists

WATCHING = "watching"
"""The mark since when the bridge watches for new issues."""

WANTED = "backfill"
"""What a sighting is handled as while a backfill wants its case."""

WANTED_ANYWAY = "backfill, whatever its state"
"""The same where ignored and excluded issues were asked for too."""

LEFT_ALONE = (State.IGNORED, State.EXCLUDED)
"""What no rule takes back; only operators who ask do (docs/adr/0067, 0086)."""

HOUR = timedelta(hours=1)


class IssueWork:
    """Passes over issues that have no case here."""

    def __init__(self, means: Means, creator: Creator, adopter: Adopter) -> None:
        self._means = means
        self._creator = creator
        self._adopter = adopter
        self._ends = IssueEnds(means, creator)
        self.wake: Callable[[Key, datetime], None] = lambda _key, _at: None

    async def run(self, job: Job) -> datetime | None:
        """One pass; when to run again, if so. TrackerError where it must be tried
        again."""
        issue_id = IssueId(job.key)
        row = await self._means.store.find_link(issue_id)
        if row is not None:
            return await self._hand_over(job, Key(row.link.case))
        creation = await self._means.store.creation(issue_id)
        aside = await self._means.store.set_aside_from(issue_id)
        if creation is not None and (creation.is_open or creation.case not in aside):
            if self._means.options.is_dry:
                return await self._ends.wait_for_live(job)
            issue = await self._read(issue_id)
            return await self._create(job, creation, issue)
        if aside:
            return await self._ends.ignore(
                job, "not linked: a person unlinked it from its case"
            )
        return await self._look(job, issue_id)

    async def _look(self, job: Job, issue_id: IssueId) -> datetime | None:
        """Neither linked nor reserved: the rules decide about what is read."""
        sighting = await self._means.store.sighting(issue_id)
        if why := self._why_hopeless(sighting):
            return await self._ends.ignore(job, why)
        try:
            issue = await self._read(issue_id)
        except (PermanentError, GoneError) as exc:
            why = f"it is not linked, and it cannot be read: {exc}"
            return await self._ends.ignore(job, why)
        return await self._by_rule(job, issue, sighting)

    def _why_hopeless(self, sighting: Sighting | None) -> str:
        """Why the issue gets no case, where that is known without reading it."""
        if _is_wanted(sighting):
            return ""
        rules = self._means.current.choices.rules
        if not any(rule.auto_create for rule in rules.rules):
            return "it is not linked, and no rule creates cases"
        if sighting is None or rules.route(sighting.attributes).is_auto:
            return ""
        return _why_not(rules.route(sighting.attributes))

    async def give_up(self, job: Job, why: str) -> datetime | None:
        """The deadline is over: what was to be created waits for an operator."""
        creation = await self._means.store.creation(IssueId(job.key))
        if creation is None or not creation.is_open:
            return await self._ends.ignore(job, why, outcome=Outcome.DEAD)
        return await self._ends.refuse(job, creation, why)

    async def _read(self, issue: IssueId) -> Issue:
        tracker = self._means.roster.issue_tracker(issue)
        return await self._means.gate.through(tracker.name, tracker.get_issue(issue))

    async def _by_rule(
        self, job: Job, issue: Issue, sighting: Sighting | None
    ) -> datetime | None:
        routing = self._means.current.choices.rules.route(issue.attributes)
        is_dry = self._means.options.is_dry
        if not is_dry and (row := await self._adopter.native(issue)):
            return self._adopted(row)
        why = await self._why_none(issue, routing, sighting)
        if why or routing.rule is None:
            return await self._ends.ignore(job, why, sighting_of(issue, self._now, why))
        if is_dry:
            why = f"dry run: rule {routing.rule.name!r} would create a case in "
            return await self._ends.ignore(
                job,
                why + routing.project,
                sighting_of(issue, self._now),
                outcome=Outcome.NO_OP,
            )
        if row := await self._adopter.shown(issue):
            return self._adopted(row)
        limit = None if _is_wanted(sighting) else self._limit(routing.rule)
        return await self._reserve(job, issue, routing, limit)

    async def _why_none(
        self, issue: Issue, routing: Routing, sighting: Sighting | None
    ) -> str:
        """Why the issue gets no case by its rule; empty where it does."""
        if not routing.is_auto:
            return _why_not(routing)
        if sighting is not None and sighting.handled == WANTED_ANYWAY:
            return ""
        if not _is_wanted(sighting) and not await self._is_new(issue):
            return "it is older than the bridge's watch: backfill creates its case"
        if issue.state in LEFT_ALONE:
            return f"somebody has chosen {issue.state} for it: no rule overrides that"
        return ""

    async def _reserve(
        self, job: Job, issue: Issue, routing: Routing, limit: Limit | None
    ) -> datetime | None:
        if routing.tracker is None or not routing.project or routing.rule is None:
            return await self._ends.ignore(job, "no project is named for its case")
        name, project = routing.tracker, routing.project
        creation = Creation(issue.id, name, project, routing.rule.name, self._now)
        try:
            await self._means.store.reserve(creation, limit=limit)
        except (LinkExists, AlreadyReserved):
            return self._now
        except HeldBack as exc:
            assert limit
            until = (exc.oldest or self._now) + HOUR
            return await self._ends.hold_back(job, issue, routing.rule, limit, until)
        return await self._create(job, creation, issue)

    async def _create(
        self, job: Job, creation: Creation, issue: Issue
    ) -> datetime | None:
        if creation.status is CreationStatus.STUCK:
            return await self._ends.park(job, FOR_OPERATOR)
        try:
            row = await self._creator.carry_out(creation, issue)
        except Stuck as exc:
            await self._ends.keep_stuck(job, creation, str(exc))
            return await self._ends.park(job, str(exc))
        except (PermanentError, GoneError) as exc:
            if not creation.rule:
                raise
            return await self._ends.refuse(job, creation, str(exc))
        return self._adopted(row)

    def _adopted(self, row: LinkRow) -> datetime | None:
        """The link took this key's events and work along."""
        self.wake(Key(row.link.case), self._now)
        return None

    async def _hand_over(self, job: Job, case: Key) -> datetime | None:
        """The issue has a case: whatever waits here is the case's to answer."""
        why = "its case is looked at"
        ending = Ending(Outcome.APPLIED, why, self._now, None, job.events)
        await self._means.store.commit(
            Commit(
                endings=[ending],
                work=[WorkDone(job.key, job.version)],
                due=[Due(case, self._now)],
            )
        )
        self.wake(case, self._now)
        return None

    async def _is_new(self, issue: Issue) -> bool:
        watching = await self._means.store.mark(WATCHING)
        if watching is None or issue.first_seen is None:
            return True
        return issue.first_seen >= watching

    def _limit(self, rule: Rule) -> Limit:
        cases = rule.max_cases_per_hour
        if cases is None:
            cases = self._means.options.max_cases_per_hour
        return Limit(cases, self._now - HOUR)

    @property
    def _now(self) -> datetime:
        return self._means.clock.now()


def _is_wanted(sighting: Sighting | None) -> bool:
    """True where a backfill has asked for the issue's case."""
    return sighting is not None and sighting.handled in (WANTED, WANTED_ANYWAY)


def _why_not(routing: Routing) -> str:
    if routing.rule is None:
        return "no rule matches it"
    return f"rule {routing.rule.name!r} does not create cases by itself"
