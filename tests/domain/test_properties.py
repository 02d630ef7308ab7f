"""What holds for every start and every edit of a case with up to four issues."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.actions import ListIssueOnCase, SetCaseStatus, SetIssueState
from bridge.domain.advance import advance
from bridge.domain.base import Base
from bridge.domain.changes import IssueLinked
from bridge.domain.model import Snapshot, State, StatusGroup, own_id
from bridge.domain.policy import Conflict, Direction, Policy
from bridge.domain.reconcile import reconcile
from bridge.domain.status import group_of
from tests.builders import NOON, agreed, snapshot
from tests.domain.world import confirmed, edit, linked, settle, states, written

NAMES = ("a", "b", "c", "d")
groups = st.sampled_from(StatusGroup)
some_states = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(State))
policies = st.builds(
    Policy, state=st.sampled_from(Direction), conflict=st.sampled_from(Conflict)
)


@st.composite
def looks(draw: st.DrawFn) -> tuple[Base, Snapshot]:
    """A base, whatever its consistency, and what is seen after edits and links."""
    start, group = draw(some_states), draw(groups)
    base = agreed(group, **start)
    seen = snapshot(group, **start)
    edits = {
        name: draw(st.sampled_from(State)) for name in start if draw(st.booleans())
    }
    seen = edit(seen, draw(st.none() | groups), **edits)
    for name in NAMES:
        if name not in start and draw(st.booleans()):
            seen = linked(seen, name, draw(st.sampled_from(State)))
    return base, seen


@given(looks(), policies)
def test_a_second_pass_plans_nothing(
    look: tuple[Base, Snapshot], policy: Policy
) -> None:
    base, seen, _ = settle(*look, policy)

    again = reconcile(base, seen, policy)

    assert (again.changes, again.actions) == ((), ())


@given(looks(), policies)
def test_no_plan_writes_a_value_that_is_already_there(
    look: tuple[Base, Snapshot], policy: Policy
) -> None:
    base, seen = look
    groups_seen = {issue.id: group_of(issue.state) for issue in seen.issues}

    for action in reconcile(base, seen, policy).actions:
        match action:
            case SetCaseStatus():
                assert action.group is not seen.case.group
            case SetIssueState():
                assert group_of(action.state) is not groups_seen[action.issue]
            case ListIssueOnCase():
                assert own_id(action.issue) not in seen.case.issues
            case _:
                raise AssertionError(action)


@given(looks(), policies, st.randoms(use_true_random=False))
def test_the_order_of_links_does_not_matter(
    look: tuple[Base, Snapshot], policy: Policy, random: object
) -> None:
    base, seen = look
    issues = list(seen.issues)
    random.shuffle(issues)  # type: ignore[attr-defined]
    shuffled = Snapshot(seen.case, tuple(issues))
    reversed_base = replace(base, issues=dict(reversed(base.issues.items())))

    assert reconcile(reversed_base, shuffled, policy) == reconcile(base, seen, policy)


@given(looks(), policies)
def test_one_look_costs_at_most_one_write_for_each_thing(
    look: tuple[Base, Snapshot], policy: Policy
) -> None:
    base, seen = look
    plan = reconcile(base, seen, policy)
    newcomers = sum(isinstance(change, IssueLinked) for change in plan.changes)

    states_written = [a for a in plan.actions if not hasattr(a, "case")]
    assert len(states_written) <= len(seen.issues)
    assert len(plan.actions) <= 1 + len(seen.issues) + newcomers


@given(looks())
def test_an_edit_of_issues_writes_to_the_case_alone(
    look: tuple[Base, Snapshot],
) -> None:
    base, seen = look
    assert base.case
    seen = edit(seen, base.case.group.value)
    seen = replace(
        seen, issues=tuple(issue for issue in seen.issues if issue.id in base.issues)
    )

    plan = reconcile(base, seen)

    assert all(isinstance(action, SetCaseStatus) for action in plan.actions)
    if plan.changes:
        _, after, _ = settle(base, seen)
        lowest = min(group_of(issue.state) for issue in after.issues)
        assert after.case.group is lowest


@given(looks())
def test_an_edit_of_the_case_reaches_every_issue(look: tuple[Base, Snapshot]) -> None:
    base, seen = look
    assert base.case
    if seen.case.group is base.case.group.value:
        return
    known = {issue.id for issue in seen.issues if issue.id in base.issues}

    _, after, _ = settle(base, seen)

    assert after.case.group is seen.case.group
    for issue in after.issues:
        if issue.id in known:
            assert group_of(issue.state) is after.case.group


@given(looks())
def test_linking_alone_writes_to_the_newcomer_alone_and_never_lowers_it(
    look: tuple[Base, Snapshot],
) -> None:
    base, seen = look
    assert base.case
    seen = edit(seen, base.case.group.value)
    unedited = tuple(
        replace(issue, state=base.issues[issue.id].state.value)
        if issue.id in base.issues
        else issue
        for issue in seen.issues
    )
    seen = replace(seen, issues=unedited)

    _, after, plan = settle(base, seen)

    assert after.case.group is seen.case.group
    for action in plan.actions:
        if isinstance(action, SetIssueState):
            before = next(i.state for i in seen.issues if i.id == action.issue)
            assert action.issue not in base.issues
            assert group_of(action.state) > group_of(before)


@given(looks(), policies, st.data())
def test_a_pass_cut_off_anywhere_ends_where_an_undisturbed_one_does(
    look: tuple[Base, Snapshot], policy: Policy, data: st.DataObject
) -> None:
    """Killed after some writes, of which the last may be applied but not confirmed."""
    base, seen = look
    _, undisturbed, _ = settle(base, seen, policy)
    plan = reconcile(base, seen, policy)
    base = advance(base, seen, plan, NOON)
    cut = data.draw(st.integers(0, len(plan.actions)))
    for action in plan.actions[:cut]:
        seen, base = written(seen, action), confirmed(base, action)
    if cut < len(plan.actions) and data.draw(st.booleans()):
        seen = written(seen, plan.actions[cut])

    _, after, rest = settle(base, seen, policy)

    assert states(after) == states(undisturbed)
    assert after.case.group is undisturbed.case.group
    assert set(rest.actions) <= set(plan.actions[cut:])


@given(looks(), looks(), st.integers(0, 3))
def test_replaying_looks_changes_nothing(
    first: tuple[Base, Snapshot], second: tuple[Base, Snapshot], times: int
) -> None:
    base, seen, _ = settle(*first)
    seen = edit(seen, second[1].case.group)
    base, seen, _ = settle(base, seen)

    for _ in range(times):
        base, again, plan = settle(base, seen)
        assert plan.is_empty
        assert again == seen


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from((*NAMES, "case")), st.sampled_from(State))))
def test_after_any_history_of_single_edits_the_case_shows_its_lowest_issue(
    history: list[tuple[str, State]],
) -> None:
    start = dict.fromkeys(NAMES, State.FOR_REVIEW)
    base, seen = agreed(StatusGroup.OPEN, **start), snapshot(StatusGroup.OPEN, **start)
    for who, state in history:
        edited = (
            edit(seen, group_of(state)) if who == "case" else edit(seen, **{who: state})
        )
        base, seen, plan = settle(base, edited)
        assert len(plan.actions) <= (len(NAMES) if who == "case" else 1)
        assert seen.case.group is min(group_of(i.state) for i in seen.issues)
