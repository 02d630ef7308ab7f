"""The assignee part of the rules: one value for a case and all its issues.

An edit anywhere, also "unassigned", goes everywhere; on a conflict the case leads. A
newcomer takes the case's assignee, and an unassigned case takes the newcomer's.
Somebody without an account on the other side leaves the old value there: what could
not be applied stays owed until an account turns up or somebody edits again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bridge.domain.actions import (
    Action,
    Plan,
    SetCaseAssignee,
    SetIssueAssignee,
    Wish,
)
from bridge.domain.assigned import held_of, identities
from bridge.domain.base import Base, Held
from bridge.domain.changes import AssigneeChanged, Change, Overruled
from bridge.domain.model import (
    CaseId,
    IssueId,
    Snapshot,
    TrackerName,
    tracker_of,
)
from bridge.domain.people import NOBODY, Accounts, Identity
from bridge.domain.policy import Direction, Policy


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Somebody without a usable account in a tracker, and why."""

    tracker: TrackerName
    identity: Identity
    reason: str


@dataclass(frozen=True, slots=True)
class AssigneeDecision:
    """The wishes of one look, for the things that do not fulfil them yet; where it
    *is_anew* nothing else is owed any more."""

    wishes: Mapping[CaseId | IssueId, Wish] = field(default_factory=dict)
    overruled: tuple[Overruled, ...] = ()
    notes: tuple[str, ...] = ()
    is_anew: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """Only the things whose tracker tells and takes an assignee."""

    now: Mapping[CaseId | IssueId, Identity]
    held: Mapping[CaseId | IssueId, Held[Identity]]
    case: CaseId
    edits: tuple[AssigneeChanged, ...]
    direction: Direction

    @property
    def case_edit(self) -> AssigneeChanged | None:
        return next((edit for edit in self.edits if edit.thing == self.case), None)

    @property
    def issue_edits(self) -> tuple[AssigneeChanged, ...]:
        return tuple(edit for edit in self.edits if edit.thing != self.case)

    def may_write(self, thing: CaseId | IssueId) -> bool:
        if thing == self.case:
            return self.direction.reaches_cases
        return self.direction.reaches_issues

    def expected(self, thing: CaseId | IssueId) -> Identity:
        """What *thing* has, or gets once everything decided is written."""
        held = self.held.get(thing)
        return held.live.value if held and held.live else self.now[thing]


def decide_assignee(
    base: Base, seen: Snapshot, changes: Iterable[Change], policy: Policy
) -> AssigneeDecision:
    """Whom the case and its issues should be assigned to."""
    now = identities(seen, policy)
    look = _Look(
        now,
        {thing: held for thing in now if (held := held_of(base, seen, thing))},
        seen.case.id,
        tuple(c for c in changes if isinstance(c, AssigneeChanged) and c.thing in now),
        policy.assignee,
    )
    if policy.assignee is Direction.OFF:
        return AssigneeDecision()
    case_edit = look.case_edit if policy.assignee.reaches_issues else None
    if case_edit:
        return _everywhere(look, case_edit, look.issue_edits)
    if look.issue_edits and policy.assignee.reaches_cases:
        leader = _leader(look.issue_edits)
        others = tuple(edit for edit in look.edits if edit is not leader)
        return _everywhere(look, leader, others)
    return _carry_on(look)


def assignee_actions(
    decision: AssigneeDecision, seen: Snapshot, accounts: Accounts
) -> Iterator[Action]:
    """The writes for the wishes whose accounts are known and usable."""
    for thing, wish in decision.wishes.items():
        account = None
        if wish.identity != NOBODY:
            found = accounts.get((tracker_of(thing), wish.identity))
            if found is None or not found.id:
                continue
            account = found.id
        if thing == seen.case.id:
            yield SetCaseAssignee(CaseId(thing), wish.identity, account, wish.reason)
        else:
            yield SetIssueAssignee(IssueId(thing), wish.identity, account, wish.reason)


def lookups(plan: Plan) -> frozenset[tuple[TrackerName, Identity]]:
    """The accounts that have to be known to carry out the wishes of *plan*."""
    return frozenset(
        (tracker_of(thing), wish.identity)
        for thing, wish in plan.wishes.items()
        if wish.identity != NOBODY
    )


def unmatched(plan: Plan, accounts: Accounts) -> tuple[Unmatched, ...]:
    """Everybody for whom a wish cannot be fulfilled, once each, by tracker and name."""
    missing = (key for key in sorted(lookups(plan)) if key in accounts)
    return tuple(
        Unmatched(*key, accounts[key].reason) for key in missing if not accounts[key].id
    )


def named(identity: Identity) -> str:
    """An identity as people read it."""
    return identity or "nobody"


def _leader(edits: tuple[AssigneeChanged, ...]) -> AssigneeChanged:
    """Of several edits of issues the one to follow: somebody before nobody, by id."""
    return min(edits, key=lambda edit: (edit.after == NOBODY, edit.thing))


def _everywhere(
    look: _Look, edit: AssigneeChanged, others: Iterable[AssigneeChanged]
) -> AssigneeDecision:
    told = "the case" if edit.thing == look.case else edit.thing
    reason = f"{told} was assigned to {named(edit.after)}"
    wishes = {
        thing: Wish(edit.after, reason)
        for thing, identity in look.now.items()
        if identity != edit.after and look.may_write(thing)
    }
    overruled = tuple(
        Overruled(other, f"{reason} at the same time")
        for other in others
        if other.after != edit.after and other.thing in wishes
    )
    return AssigneeDecision(wishes, overruled)


def _carry_on(look: _Look) -> AssigneeDecision:
    """Nobody edited anything that counts: newcomers, and what is still owed.

    A newcomer's assignee leads where the case has none, also over one that is owed to
    it: that may be somebody without an account, and the link is newer.
    """
    wishes: dict[CaseId | IssueId, Wish] = {}
    edited = {edit.thing for edit in look.edits}
    for thing, held in look.held.items():
        if thing in edited:
            continue
        if held.live and held.live.value != look.now[thing] and look.may_write(thing):
            wishes[thing] = Wish(held.live.value, held.live.reason)
    newcomers = [t for t in look.now if t not in look.held and t != look.case]
    if look.case not in look.now or not newcomers:
        return AssigneeDecision(wishes)
    agreed, reason = look.expected(look.case), "it was linked to a case assigned to "
    bringer = next((t for t in sorted(newcomers) if look.now[t] != NOBODY), None)
    is_free = NOBODY in (agreed, look.now[look.case])
    is_brought = bool(is_free and bringer and look.direction.reaches_cases)
    if is_brought and bringer:
        agreed, reason = look.now[bringer], f"{bringer} was linked, assigned to "
        newcomers, wishes = list(look.now), {}
    for thing in newcomers:
        if look.now[thing] != agreed and look.may_write(thing) and agreed != NOBODY:
            wishes[thing] = Wish(agreed, reason + named(agreed))
    return AssigneeDecision(wishes, is_anew=is_brought)
