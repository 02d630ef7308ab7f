"""From what was read to a decision: one way for live passes, dry runs, questions."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.domain.actions import Plan
from bridge.domain.base import Base
from bridge.domain.belief import believe
from bridge.domain.model import CaseId, IssueId, Snapshot, tracker_of
from bridge.domain.policy import Policy
from bridge.domain.reconcile import reconcile
from bridge.engine.current import Choices, Current
from bridge.engine.roster import Roster
from bridge.ports.trackers import Ability


@dataclass(frozen=True, slots=True)
class Decision:
    """What one look decided; *look_again* is set while a value is not believed yet.

    *version* names the choices it was decided by.
    """

    base: Base
    seen: Snapshot
    plan: Plan
    look_again: datetime | None = None
    version: str = ""

    @property
    def is_news(self) -> bool:
        """True when somebody did something, or something is still to be written."""
        return bool(self.plan.changes or self.plan.actions)


class Decider:
    """Applies the rules as the operator set them."""

    def __init__(self, roster: Roster, current: Current) -> None:
        self._roster = roster
        self._current = current

    def decide(self, base: Base, snapshot: Snapshot, now: datetime) -> Decision:
        """The decision about one case."""
        choices = self._current.choices
        seen, look_again = believe(base, snapshot, now, choices.options.settle)
        policy = self._policy(choices, snapshot.case.id)
        plan = reconcile(base, seen, policy)
        return Decision(base, seen, plan, look_again, choices.version)

    def next_look(
        self, case: CaseId, issues: Iterable[IssueId], now: datetime
    ) -> datetime:
        """When the timer looks at *case* again; cases are spread over the interval."""
        names = {tracker_of(case), *(tracker_of(issue) for issue in issues)}
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
            choices.options.policy, lists_issues=Ability.LIST_ISSUES in abilities
        )


def _spread(case: CaseId) -> float:
    """A number in [0, 1) that is the case's own."""
    return zlib.crc32(case.encode()) / 2**32


FAR = timedelta(days=3650)
"""Later than any look that is planned."""
