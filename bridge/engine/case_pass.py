"""One pass over a case while it is carried out: what is known, write by write."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.actions import (
    Action,
    ListIssueOnCase,
    Plan,
    SetCaseAssignee,
    SetCaseStatus,
    SetIssueAssignee,
    SetIssueState,
    ValueAction,
)
from bridge.domain.base import NOT_LISTED, Base, CaseBase, Held, IssueBase, V
from bridge.domain.comment_records import Copy
from bridge.domain.comment_text import Marker
from bridge.domain.model import Case, Issue, IssueId, Snapshot, own_id
from bridge.engine.observe import Observation
from bridge.ports.commits import Commit
from bridge.ports.errors import TrackerError, TransientError
from bridge.ports.records import CaseRecord, Job, Link


class Change(Protocol):
    """What is done to one agreed value."""

    def __call__(self, held: Held[V]) -> Held[V]:
        """The value as it is held from now on."""
        ...


class Tried(StrEnum):
    """How one write ended."""

    DONE = "done"
    LATER = "later"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One write that was tried: how it ended, and the error if it failed."""

    n: int
    action: Action
    tried: Tried
    text: str
    error: TrackerError | None = None


@dataclass(slots=True)
class CasePass:
    """What a pass over one case has found, decided and done; it changes as it goes.

    *last_step* is how its only write ended, where that is to be kept with the end.
    """

    id: str
    job: Job
    seen_at: datetime
    seen: Snapshot
    plan: Plan
    case: CaseRecord
    links: dict[IssueId, Link]
    attempts: list[Attempt] = field(default_factory=list)
    last_step: Commit = field(default_factory=Commit)
    newly_gone: list[str] = field(default_factory=list)
    copies: dict[Marker, Copy] = field(default_factory=dict)
    unread: dict[IssueId, TransientError] = field(default_factory=dict)
    unknown: frozenset[IssueId] = frozenset()
    read_at: dict[IssueId, datetime] = field(default_factory=dict)
    issues: dict[IssueId, Issue] = field(init=False)

    def __post_init__(self) -> None:
        self.issues = {issue.id: issue for issue in self.seen.issues}

    def take_over(self, decided: Base, observation: Observation) -> None:
        """Take the base once the plan is decided, and what was seen, for display."""
        assert decided.case
        self.unread, self.unknown = observation.unread, observation.unknown
        self.read_at = observation.read_at
        self.case = rebased_case(shown_case(self.case, self.seen.case), decided.case)
        for issue in self.seen.issues:
            shown = self.links[issue.id]
            if issue.id not in self.unread:
                shown = shown_link(shown, issue)
            self.links[issue.id] = rebased_link(shown, decided.issues[issue.id])
        for gone, why in observation.gone.items():
            if not self.links[gone].gone:
                self.newly_gone.append(why)
            self.links[gone] = replace(self.links[gone], gone=why)
        for unread, why in observation.unreadable.items():
            self.links[unread] = replace(self.links[unread], drift=why)

    def confirm(self, action: ValueAction, found: Case | Issue, now: datetime) -> None:
        """Move the base of what *action* wrote; *found* is the tracker's answer."""

        def written(held: Held[V]) -> Held[V]:
            return held.written(now, found.modified_at)

        if isinstance(found, Issue):
            self.links[found.id] = shown_link(self.links[found.id], found)
        else:
            self.case = shown_case(self.case, found)
        self._rebase(action, written)

    def refuse(self, action: ValueAction, why: str) -> None:
        """Keep what *action* owes as refused: it shows as drift."""

        def refused(held: Held[V]) -> Held[V]:
            return held.refused(why)

        self._rebase(action, refused)

    def seen_since(self, target: str) -> datetime:
        """When the reading of *target*, an issue or the case, began."""
        return self.read_at.get(IssueId(target), self.seen_at)

    def check_read(self, target: str) -> None:
        """Raise where *target* could not be read: what people did there may differ."""
        if error := self.unread.get(IssueId(target)):
            raise TransientError(str(error), retry_after=error.retry_after)

    def _rebase(self, action: ValueAction, change: Change) -> None:
        """Change the part of the base that *action* is about."""
        match action:
            case SetCaseStatus() | SetCaseAssignee():
                base = self.case.base
                assert base
                if isinstance(action, SetCaseStatus):
                    base = replace(base, group=change(base.group))
                elif base.assignee:
                    base = replace(base, assignee=change(base.assignee))
                self.case = rebased_case(self.case, base)
            case SetIssueState(issue) | SetIssueAssignee(issue):
                agreed = self._agreed(issue)
                if isinstance(action, SetIssueState):
                    agreed = replace(agreed, state=change(agreed.state))
                elif agreed.assignee:
                    agreed = replace(agreed, assignee=change(agreed.assignee))
                self.links[issue] = rebased_link(self.links[issue], agreed)
            case ListIssueOnCase(_, issue):
                agreed = self._agreed(issue)
                agreed = replace(agreed, listed=change(agreed.listed))
                self.links[issue] = rebased_link(self.links[issue], agreed)

    def mark_gone(self, action: ValueAction, why: str) -> None:
        """What *action* was to be written to is not there any more."""
        match action:
            case SetIssueState(issue) | SetIssueAssignee(issue):
                self.links[issue] = replace(self.links[issue], gone=why)
            case SetCaseStatus() | SetCaseAssignee():
                self.case = replace(self.case, gone=why)
            case ListIssueOnCase(_, issue):
                # The case itself was just read: it has no place to show issues.
                agreed = replace(self._agreed(issue), listed=NOT_LISTED)
                self.links[issue] = rebased_link(self.links[issue], agreed)

    def _agreed(self, issue: IssueId) -> IssueBase:
        agreed = self.links[issue].base
        assert agreed
        return agreed


def rebased_case(record: CaseRecord, base: CaseBase) -> CaseRecord:
    """*record* with a new base, and the drift that the base tells of."""
    return replace(
        record, base=base, drift=_refusal(base.group) or _refusal(base.assignee)
    )


def rebased_link(link: Link, base: IssueBase) -> Link:
    """*link* with a new base, and the drift that the base tells of."""
    drift = _refusal(base.state) or _refusal(base.assignee) or _refusal(base.listed)
    return replace(link, base=base, drift=drift)


def shown_case(record: CaseRecord, case: Case) -> CaseRecord:
    """*record* with what *case* shows now."""
    return replace(
        record,
        key=case.key,
        title=case.title,
        url=case.url,
        project=case.project,
        status=case.status,
        group=case.group.name,
        gone="",
    )


def shown_link(link: Link, issue: Issue) -> Link:
    """*link* with what *issue* shows now."""
    return replace(
        link,
        state=issue.state.value,
        title=issue.title,
        url=issue.url,
        gone="",
        is_native=issue.native_case == own_id(link.case),
    )


def _refusal(held: Held[V] | None) -> str:
    return held.refusal if held else ""
