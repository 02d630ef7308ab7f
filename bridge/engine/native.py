"""Pairs that a tracker syncs by itself are written only when it does not.

Such an issue names the case as its own. What the bridge would write there is put off
once; only what is still to be written at a second look, a while later, is written.
"""

from datetime import datetime, timedelta

from bridge.domain.actions import Action, ListIssueOnCase
from bridge.domain.model import CaseId, Snapshot, own_id
from bridge.engine.decide import Decision

Writes = tuple[Action, ...]


def is_native(seen: Snapshot) -> bool:
    """True when the tracker of one of the issues has this case as its own."""
    return any(issue.native_case == own_id(seen.case.id) for issue in seen.issues)


class NativePatience:
    """Remembers what was put off for which case, and since when."""

    def __init__(self) -> None:
        self._put_off: dict[CaseId, tuple[Writes, datetime]] = {}

    def until(
        self, decision: Decision, now: datetime, patience: timedelta
    ) -> datetime | None:
        """Until when the writes of *decision* are put off; None: carry them out."""
        case = decision.seen.case.id
        writes = tuple(
            action
            for action in decision.plan.actions
            if not isinstance(action, ListIssueOnCase)
        )
        if not writes or not is_native(decision.seen):
            self._put_off.pop(case, None)
            return None
        before, since = self._put_off.get(case, ((), now))
        if before != writes:
            self._put_off[case] = writes, now
            return now + patience
        if now < since + patience:
            return since + patience
        del self._put_off[case]
        return None
