"""People, webhooks that go wrong, restarts, in any order: both sides agree at the end.

Edits that wait for the answer to the ones before them have one right outcome, which is
kept in ``expected``. Storms of edits that wait for nobody may end in several ways, and
are held to what every end has in common.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from bridge.engine import resync
from bridge.sandbox.hooks import Mischief
from bridge.sandbox.records import IssueState
from tests.e2e.ground import Ground
from tests.e2e.in_process import until

MOST_ISSUES = 8
CHECK_EVERY = 6

which = st.integers(min_value=0, max_value=999)
who = st.sampled_from((None, "ann@example.com", "bob@example.com"))
rates = st.sampled_from((0.0, 0.3, 0.9))
states = st.sampled_from(IssueState)


class Neighbourhood(Ground):
    """Every rule is something that happens in the world or to the bridge."""

    @rule(issue=which, state=states)
    def somebody_moves_an_issue(self, issue: int, state: IssueState) -> None:
        one = self.an_issue(issue)
        self.edit(self.people.set_issue_state, one, state)
        self.expected.issue_moves(one, state)
        self.do(self.answered(one))

    @rule(case=which, status=which)
    def somebody_moves_a_case(self, case: int, status: int) -> None:
        one = self.a_case(case)
        name = self.a_status(one, status)
        self.edit(self.people.set_case_status, one, name)
        self.expected.case_moves(one, name)
        self.do(self.answered(one))

    @rule(thing=which, email=who)
    def somebody_assigns_a_thing(self, thing: int, email: str | None) -> None:
        one, user = self.a_thing(thing), self.a_user(email)
        self.edit(self.assign, one, user)
        self.expected.is_assigned(one, user)
        self.do(self.answered(one))

    @rule(issue=which, case=which)
    def somebody_links(self, issue: int, case: int) -> None:
        loose = sorted(set(self.world.issues) - set(self.expected.links))
        if not loose:
            return
        one, other = loose[issue % len(loose)], self.a_case(case)
        self.do(self.bridged.engine.desk.link(f"errors:{one}", f"cases:{other}"))
        self.expected.is_linked(one, other)
        self.do(self.answered(other))

    @precondition(lambda self: self.expected.links)
    @rule(issue=which)
    def somebody_unlinks(self, issue: int) -> None:
        linked = sorted(self.expected.links)
        one = linked[issue % len(linked)]
        self.do(self.bridged.engine.desk.unlink(f"errors:{one}"))
        self.expected.is_unlinked(one)

    @precondition(lambda self: len(self.world.issues) < MOST_ISSUES)
    @rule()
    def an_issue_turns_up_for_which_a_rule_creates_a_case(self) -> None:
        one = self.edit(self.people.new_issue, service="auto").id
        self.autos += 1

        async def is_linked() -> bool:
            return one in await self.bridged.links()

        self.do(until(is_linked, f"a case for the new issue {one}"))
        case = self.do(self.bridged.links())[one]
        self.do(self.answered(case))
        self.expected.case_is_made(one, case)

    @rule(thing=which)
    def somebody_comments(self, thing: int) -> None:
        one = self.a_thing(thing)
        text = self.edit(self.say, one)
        comment = self.thing(one).comments[-1].id
        self.expected.is_said(one, comment, text)
        self.do(self.answered(one))

    @precondition(lambda self: self.expected.said)
    @rule(comment=which, is_deleted=st.booleans())
    def somebody_edits_or_deletes_a_comment(
        self, comment: int, is_deleted: bool
    ) -> None:
        said = [one for one in self.expected.said if one.text]
        if not said:
            return
        one = said[comment % len(said)]
        if is_deleted:
            self.edit(self.unsay, one)
            self.expected.is_unsaid(one)
        else:
            text = self.edit(self.reword, one)
            self.expected.is_reworded(one, text)
        self.do(self.answered(one.on))

    @rule(edits=st.lists(st.tuples(which, which, who), min_size=2, max_size=8))
    def a_storm_of_edits_that_waits_for_nobody(
        self, edits: list[tuple[int, int, str | None]]
    ) -> None:
        self.do(self.storm(edits))
        self.do(self.quiet())
        self.check_what_holds_always()
        self.expected.photograph()

    @rule(drop=rates, double=rates, delay=rates, reorder=rates)
    def webhooks_go_wrong_from_now_on(
        self, drop: float, double: float, delay: float, reorder: float
    ) -> None:
        mischief = Mischief(drop, double, delay, 0.1, reorder, seed=self.steps)
        self.bridged.sandbox.hooks.misbehave(mischief)

    @rule(turn=st.integers(min_value=0, max_value=2))
    def the_bridge_is_restarted_now_and_then(self, turn: int) -> None:
        if not turn:
            self.do(self.bridged.restart())

    @invariant()
    def every_value_is_as_expected_now_and_then(self) -> None:
        self.steps += 1
        if self.steps % CHECK_EVERY == 0:
            self.check()

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.do(self.bridged.close())
            self.loop.close()
            self.folder.cleanup()


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resync, "TICK", timedelta(milliseconds=20))


TestNeighbourhood = pytest.mark.timeout(300)(Neighbourhood.TestCase)
TestNeighbourhood.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
