"""What can be done to an issue; writing what is there already does nothing."""

from dataclasses import replace

from bridge.sandbox.records import Hand, Issue, IssueState, Regression
from bridge.sandbox.world import World


def raise_issue(
    world: World,
    hand: Hand,
    *,
    service: str,
    error_type: str = "Error",
    error_message: str = "something broke",
    state: IssueState = IssueState.OPEN,
    teams: tuple[str, ...] = (),
    platform: str = "BACKEND",
    languages: tuple[str, ...] = ("PYTHON",),
    env: str = "prod",
    version: str = "",
    age: int = 0,
) -> Issue:
    """A new error, seen for the first time *age* seconds ago."""
    now = world.now()
    issue = Issue(
        id=world.new_id(),
        error_type=error_type,
        error_message=error_message,
        service=service,
        first_seen=now - age * 1_000_000_000,
        last_seen=now,
        state=state,
        platform=platform,
        languages=languages,
        env=env,
        version=version,
        teams=teams,
    )
    return world.put(issue, hand, "issue.created", "", issue.state.value)


def set_state(world: World, issue_id: str, state: IssueState, hand: Hand) -> Issue:
    """Give the issue a state."""
    issue = world.issue(issue_id)
    if issue.state is state:
        return issue
    resolved_at = world.now() if state is IssueState.RESOLVED else issue.resolved_at
    changed = replace(issue, state=state, resolved_at=resolved_at)
    return world.put(changed, hand, "issue.state", issue.state.value, state.value)


def regress(world: World, issue_id: str, hand: Hand, version: str = "") -> Issue:
    """A resolved error occurs again: Datadog puts it back to For Review."""
    issue = world.issue(issue_id)
    now = world.now()
    regression = Regression(issue.resolved_at or now, now, version)
    changed = replace(
        issue,
        state=IssueState.OPEN,
        last_seen=now,
        total_count=issue.total_count + 1,
        regression=regression,
    )
    return world.put(
        changed, hand, "issue.regressed", issue.state.value, changed.state.value
    )


def recur(world: World, issue_id: str, hand: Hand) -> Issue:
    """The error is seen once more; its state stays."""
    issue = world.issue(issue_id)
    changed = replace(issue, last_seen=world.now(), total_count=issue.total_count + 1)
    return world.put(changed, hand, "issue.seen", "", "")


def assign(world: World, issue_id: str, user_id: str | None, hand: Hand) -> Issue:
    """Assign the issue; Datadog takes a user id that it cannot name."""
    issue = world.issue(issue_id)
    if issue.assignee == user_id:
        return issue
    changed = replace(issue, assignee=user_id)
    return world.put(
        changed, hand, "issue.assignee", issue.assignee or "", user_id or ""
    )


def set_native_case(
    world: World, issue_id: str, case_id: str | None, hand: Hand
) -> Issue:
    """Show a case as the one Datadog itself made for the issue."""
    issue = world.issue(issue_id)
    changed = replace(issue, native_case=case_id)
    return world.put(
        changed, hand, "issue.native_case", issue.native_case or "", case_id or ""
    )


def delete(world: World, issue_id: str, hand: Hand) -> None:
    """The issue is gone: asking for it is answered 404 from now on."""
    world.drop(world.issue(issue_id), hand)
