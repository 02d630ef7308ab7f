"""From what was read to a decision: one way for live passes, dry runs, questions."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.domain.actions import Plan
from bridge.domain.assignee import Unmatched, lookups, unmatched
from bridge.domain.base import Base
from bridge.domain.belief import believe
from bridge.domain.changes import AssigneeChanged, IssueLinked
from bridge.domain.model import CaseId, Snapshot, tracker_of
from bridge.domain.policy import DEFAULT_POLICY, Policy
from bridge.domain.reconcile import reconcile
from bridge.engine.comment_look import CommentLook, CommentReader, names_comment
from bridge.engine.current import Choices, Current
from bridge.engine.directory import Directory
from bridge.engine.observe import Observation
from bridge.engine.roster import Roster
from bridge.engine.withholding import with_unreadable
from bridge.ports.errors import TrackerError
from bridge.ports.records import Job, Link
from bridge.ports.trackers import Ability

GONE_PATIENCE = 10
"""A case that is gone is looked at this many times less often."""

ASSIGNABLE = frozenset({Ability.READ_ASSIGNEE, Ability.WRITE_ASSIGNEE})


@dataclass(frozen=True, slots=True)
class Decision:
    """What one look decided; *look_again* is set while a value is not believed yet.

    *version* names the choices it was decided by; *lookup_problem* is a tracker that
    could not be asked for people, who are assigned later.
    """

    base: Base
    seen: Snapshot
    plan: Plan
    look_again: datetime | None = None
    version: str = ""
    policy: Policy = DEFAULT_POLICY
    comments: CommentLook | None = None
    lookup_problem: TrackerError | None = None

    @property
    def problem(self) -> TrackerError | None:
        """What could not be asked this time, and holds up nothing else."""
        of_comments = self.comments.problem if self.comments else None
        return self.lookup_problem or of_comments

    @property
    def is_news(self) -> bool:
        """True when somebody did something, or something is still to be written."""
        return bool(self.plan.changes or self.plan.actions)


class Decider:
    """Applies the rules as the operator set them."""

    def __init__(
        self,
        roster: Roster,
        current: Current,
        directory: Directory,
        comments: CommentReader,
    ) -> None:
        self._roster = roster
        self._current = current
        self.directory = directory
        self.comments = comments

    async def decide(
        self, job: Job, observation: Observation, now: datetime
    ) -> Decision:
        """The decision about one case that is there; asks trackers for accounts and
        comments."""
        snapshot = observation.snapshot
        assert snapshot
        choices = self._current.choices
        decision = await self._decide(job.base, snapshot, now, choices)
        plan = with_unreadable(decision.plan, observation)
        decision = replace(decision, plan=plan)
        look = await self.comments.look(job, snapshot, choices)
        notes: tuple[str, ...] = ()
        is_told = bool(look and look.notes)
        if not is_told and any(map(names_comment, job.kinds)):
            lacking = self.comments.lacking(snapshot, choices)
            notes = (f"the comment stays where it is: {lacking}",) if lacking else ()
        return _with_comments(decision, look, notes)

    async def _decide(
        self, base: Base, snapshot: Snapshot, now: datetime, choices: Choices
    ) -> Decision:
        policy = self._policy(choices, snapshot.case.id)
        settle = choices.options.settle
        seen, look_again = believe(base, snapshot, now, settle, policy)
        self.directory.note(snapshot)
        plan = reconcile(base, seen, policy)
        problem: TrackerError | None = None
        if wanted := lookups(plan):
            found = await self.directory.accounts(wanted, policy.people)
            plan = reconcile(base, seen, policy, found.accounts)
            missing = unmatched(plan, found.accounts)
            self.directory.report(missing)
            plan, problem = _with_reasons(plan, missing, found.problem), found.problem
        version = choices.version
        return Decision(
            base, seen, plan, look_again, version, policy, lookup_problem=problem
        )

    def far_look(self, case: CaseId, links: Iterable[Link], now: datetime) -> datetime:
        """The same for a case that is gone, or must not be touched."""
        return now + (self.next_look(case, links, now) - now) * GONE_PATIENCE

    def next_look(self, case: CaseId, links: Iterable[Link], now: datetime) -> datetime:
        """When the timer looks at *case* again; cases are spread over the interval."""
        names = {tracker_of(case), *(tracker_of(link.issue) for link in links)}
        set_ones = [
            self._roster.poll_intervals[name]
            for name in names
            if name in self._roster.poll_intervals
        ]
        interval = min(set_ones, default=self._current.choices.options.poll_interval)
        return now + interval * (0.9 + 0.2 * _spread(case))

    def first_look(self, case: CaseId, now: datetime) -> datetime:
        """When the timer first looks at a new case: anywhere within the interval."""
        return now + (self.next_look(case, (), now) - now) * _spread(case)

    def _policy(self, choices: Choices, case: CaseId) -> Policy:
        abilities = self._roster.case_tracker(case).abilities
        return replace(
            choices.options.policy,
            lists_issues=Ability.LIST_ISSUES in abilities,
            assignable=frozenset(
                name
                for name, tracker in self._roster.all.items()
                if tracker.abilities >= ASSIGNABLE
            ),
        )


def _with_comments(
    decision: Decision, look: CommentLook | None, notes: tuple[str, ...]
) -> Decision:
    plan = decision.plan
    if look is None:
        return replace(decision, plan=replace(plan, notes=plan.notes + notes))
    moments = [m for m in (decision.look_again, look.plan.look_again) if m]
    return replace(
        decision,
        plan=replace(
            plan,
            actions=plan.actions + look.plan.actions,
            notes=plan.notes + notes + look.notes,
        ),
        look_again=min(moments, default=None),
        comments=look,
    )


def _with_reasons(
    plan: Plan, missing: tuple[Unmatched, ...], problem: TrackerError | None
) -> Plan:
    """*plan* with a note for each person who has no account, or may have one that
    could not be looked up, if somebody just did what would need one."""
    is_fresh = any(isinstance(c, AssigneeChanged | IssueLinked) for c in plan.changes)
    if not is_fresh:
        return plan
    notes = tuple(f"not assigned in {m.tracker}: {m.reason}" for m in missing)
    if problem:
        notes += (f"not assigned yet: {problem}",)
    return replace(plan, notes=plan.notes + notes)


def _spread(case: CaseId) -> float:
    """A number in [0, 1) that is the case's own."""
    return zlib.crc32(case.encode()) / 2**32


FAR = timedelta(days=3650)
"""Later than any look that is planned."""
