"""How a pass ends: the outcome of its events in words, dead letters, and when again."""

from datetime import datetime, timedelta
from typing import Any

from bridge.domain.actions import ListIssueOnCase, Plan
from bridge.domain.base import Base, Held
from bridge.domain.model import Snapshot
from bridge.engine.case_pass import Attempt, CasePass, Tried
from bridge.engine.ids import NewId
from bridge.engine.record import action_view
from bridge.ports.commits import DeadLetter, Healed
from bridge.ports.records import CaseRecord, Outcome

ECHO_WITHIN = timedelta(minutes=10)
"""How long after a write of ours a delivery that changes nothing counts as its echo."""


def outcome_of(case_pass: CasePass) -> tuple[Outcome, str]:
    """The outcome of a pass whose writes are all over, and the reason for it."""
    refused = [a for a in case_pass.attempts if a.tried is Tried.REFUSED]
    done = [a for a in case_pass.attempts if a.tried is Tried.DONE]
    gone = [
        a.text
        for a in case_pass.attempts
        if a.tried is Tried.GONE and not isinstance(a.action, ListIssueOnCase)
    ]
    gone += case_pass.newly_gone
    drift = _drift(case_pass) if case_pass.job.open_pass else ""
    if refused or drift:
        return Outcome.DEAD, refused[0].text if refused else drift
    if done:
        left_alone = case_pass.plan.notes if case_pass.plan.withheld else ()
        carried_out = f"{_count(len(done), 'write')} carried out"
        return Outcome.APPLIED, "; ".join((carried_out, *left_alone))
    if gone:
        return Outcome.APPLIED, f"marked as gone: {gone[0]}"
    job, at = case_pass.job, case_pass.seen_at
    if job.open_pass:
        return Outcome.APPLIED, "an earlier try carried it out"
    return idle_outcome(job.base, case_pass.seen, case_pass.plan, at)


def _drift(case_pass: CasePass) -> str:
    """What a tracker refused in an earlier try for the same events."""
    known = (i for i in case_pass.links if i not in case_pass.unknown)
    drifts = (case_pass.case.drift, *(case_pass.links[i].drift for i in known))
    return next(filter(None, drifts), "")


def idle_outcome(
    base: Base, seen: Snapshot, plan: Plan, now: datetime
) -> tuple[Outcome, str]:
    """Why nothing was written although something was heard or seen."""
    if _has_landed(base, seen):
        return Outcome.APPLIED, "an earlier write had arrived without its answer"
    if plan.notes:
        return Outcome.IGNORED, "; ".join(plan.notes)
    if plan.changes:
        return (
            Outcome.NO_OP,
            "the edit asks for no write: both sides agree by the rules",
        )
    if _was_written_by_us(base, now):
        return (
            Outcome.NO_OP,
            "echo: both sides still agree since the bridge's own write",
        )
    return Outcome.NO_OP, "nothing changed since the last look"


def dead_letters(case_pass: CasePass, new_id: NewId) -> list[DeadLetter]:
    """One for each write that was refused for good."""
    return [
        _dead_letter(case_pass, attempt, new_id())
        for attempt in case_pass.attempts
        if attempt.tried is Tried.REFUSED
    ]


def healed(case_pass: CasePass, record: CaseRecord | None) -> list[Healed]:
    """Closes the dead letters of what drifted before and does not any more."""
    drifted = bool(record and record.drift) or any(
        link.drift for link in case_pass.job.links
    )
    if not drifted:
        return []
    case, refused = case_pass.case, set()
    if case.base and case.base.group.refusal:
        refused.add(("set_case_status", str(case.id)))
    if case.base and case.base.assignee and case.base.assignee.refusal:
        refused.add(("set_case_assignee", str(case.id)))
    for link in case_pass.links.values():
        if link.base is None:
            continue
        if link.base.state.refusal:
            refused.add(("set_issue_state", str(link.issue)))
        if link.base.assignee and link.base.assignee.refusal:
            refused.add(("set_issue_assignee", str(link.issue)))
        if link.base.listed.refusal:
            refused.add(("list_issue_on_case", str(link.case)))
    return [Healed(case_pass.job.key, frozenset(refused))]


def _dead_letter(case_pass: CasePass, attempt: Attempt, letter_id: str) -> DeadLetter:
    view = action_view(attempt.action)
    return DeadLetter(
        id=letter_id,
        key=case_pass.job.key,
        kind=view["kind"],
        target=view["target"],
        value=view["value"],
        reason=attempt.text,
        since=case_pass.seen_at,
        pass_id=case_pass.id,
    )


def _has_landed(base: Base, seen: Snapshot) -> bool:
    """True when a value that was still owed is there by now."""
    group = base.case.group.live if base.case else None
    if group and group.value == seen.case.group:
        return True
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        live = agreed.state.live if agreed else None
        if live and live.value == issue.state:
            return True
    return False


def _was_written_by_us(base: Base, now: datetime) -> bool:
    """True where a write of ours is recent enough for its echo to come now."""
    held: list[Held[Any] | None] = []
    if base.case:
        held += [base.case.group, base.case.assignee]
    for agreed in base.issues.values():
        held += [agreed.state, agreed.assignee]
    return any(
        now - each.replaced[-1].at < ECHO_WITHIN
        for each in held
        if each and each.replaced
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
