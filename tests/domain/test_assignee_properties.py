"""What holds of assignees for all looks and all accounts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.actions import SetCaseAssignee, SetIssueAssignee
from bridge.domain.base import Base
from bridge.domain.model import Snapshot
from bridge.domain.people import NOBODY, Account, Accounts
from bridge.domain.policy import Direction
from bridge.domain.reconcile import reconcile
from tests.domain.assigning import (
    ALL_KNOWN,
    EVERYBODY,
    POLICY,
    agreed,
    settle,
    who,
    world,
)

NAMES = ("a", "b", "c")
people = st.sampled_from(EVERYBODY)
some_accounts = st.sets(st.sampled_from(sorted(ALL_KNOWN))).map(
    lambda known: {
        key: account if key in known else Account(reason="none")
        for key, account in ALL_KNOWN.items()
    }
)


@st.composite
def looks(draw: st.DrawFn) -> tuple[Base, Snapshot]:
    old = draw(st.dictionaries(st.sampled_from(NAMES), people))
    base = agreed(draw(people), **old)
    new = {name: draw(people) for name in NAMES if name in old or draw(st.booleans())}
    return base, world(draw(people), **new)


@given(looks(), some_accounts, st.sampled_from(Direction))
def test_a_second_pass_assigns_nobody(
    look: tuple[Base, Snapshot], accounts: Accounts, direction: Direction
) -> None:
    policy = replace(POLICY, assignee=direction)
    base, seen, _ = settle(*look, policy, accounts)

    again = reconcile(base, seen, policy, accounts)

    assert (again.changes, again.actions) == ((), ())


@given(looks())
def test_with_all_accounts_known_an_edit_leaves_one_assignee(
    look: tuple[Base, Snapshot],
) -> None:
    _, after, plan = settle(*look)

    if plan.changes and any(hasattr(change, "thing") for change in plan.changes):
        assert len(set(who(after).values())) == 1


@given(looks(), some_accounts)
def test_nobody_is_cleared_for_want_of_an_account(
    look: tuple[Base, Snapshot], accounts: Accounts
) -> None:
    plan = reconcile(*look, POLICY, accounts)

    for action in plan.actions:
        if isinstance(action, SetIssueAssignee | SetCaseAssignee):
            assert (action.account is None) is (action.person == NOBODY)
