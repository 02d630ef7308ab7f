"""What holds of assignees for all looks and all accounts."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.actions import SetCaseAssignee, SetIssueAssignee
from bridge.domain.advance import advance
from bridge.domain.base import Base
from bridge.domain.model import Snapshot
from bridge.domain.people import NOBODY, Account, Accounts, Identity
from bridge.domain.policy import Direction
from bridge.domain.reconcile import reconcile
from tests.builders import NOON
from tests.domain.assigning import (
    ALL_KNOWN,
    ANN,
    EVERYBODY,
    POLICY,
    agreed,
    confirmed,
    settle,
    who,
    world,
    written,
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


STEPS = tuple(product(("case", "a", "b"), (NOBODY, ANN), (None, 0)))
"""Who is assigned to what, and which of the writes that follow fails."""


@pytest.mark.parametrize("first", [NOBODY, ANN])
def test_whatever_was_edited_linked_and_not_written_all_have_one_assignee_at_last(
    first: Identity,
) -> None:
    """All of three steps: too few of them are found by chance."""
    for steps in product(STEPS, repeat=3):
        base, have = Base(), {"case": first}
        for thing, somebody, failing in steps:
            seen = seen_of({**have, thing: somebody})
            plan = reconcile(base, seen, POLICY, ALL_KNOWN)
            base = advance(base, seen, plan, NOON, POLICY)
            done = tuple(a for n, a in enumerate(plan.actions) if n != failing)
            base = confirmed(base, replace(plan, actions=done))
            have = who(written(seen, replace(plan, actions=done)))
        _, end, _ = settle(base, seen_of(have))

        assert len(set(who(end).values())) == 1, steps


def seen_of(have: dict[str, Identity]) -> Snapshot:
    issues = {name: somebody for name, somebody in have.items() if name != "case"}
    return world(have["case"], **issues)


@given(looks(), some_accounts)
def test_nobody_is_cleared_for_want_of_an_account(
    look: tuple[Base, Snapshot], accounts: Accounts
) -> None:
    plan = reconcile(*look, POLICY, accounts)

    for action in plan.actions:
        if isinstance(action, SetIssueAssignee | SetCaseAssignee):
            assert (action.account is None) is (action.person == NOBODY)
