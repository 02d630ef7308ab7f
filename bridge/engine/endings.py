"""How a pass ends: the outcome of its events in words, dead letters, and when again."""

from bridge.domain.actions import Plan
from bridge.domain.base import Base
from bridge.domain.model import Snapshot
from bridge.engine.case_pass import Attempt, CasePass, Tried
from bridge.engine.ids import NewId
from bridge.engine.record import action_view
from bridge.ports.commits import DeadLetter
from bridge.ports.records import Outcome


def outcome_of(case_pass: CasePass) -> tuple[Outcome, str]:
    """The outcome of a pass whose writes are all over, and the reason for it."""
    refused = [a for a in case_pass.attempts if a.tried is Tried.REFUSED]
    done = [a for a in case_pass.attempts if a.tried is Tried.DONE]
    gone = [a.text for a in case_pass.attempts if a.tried is Tried.GONE]
    gone += case_pass.newly_gone
    if refused:
        return Outcome.DEAD, refused[0].text
    if done:
        return Outcome.APPLIED, f"{_count(len(done), 'write')} carried out"
    if gone:
        return Outcome.APPLIED, f"marked as gone: {gone[0]}"
    return idle_outcome(case_pass.job.base, case_pass.seen, case_pass.plan)


def idle_outcome(base: Base, seen: Snapshot, plan: Plan) -> tuple[Outcome, str]:
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
    if _was_written_by_us(base):
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


def _was_written_by_us(base: Base) -> bool:
    if base.case and base.case.group.replaced:
        return True
    return any(agreed.state.replaced for agreed in base.issues.values())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
