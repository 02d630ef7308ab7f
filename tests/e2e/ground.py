"""The ground on which the machine of people and webhooks stands: hands and checks."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis.stateful import (
    RuleBasedStateMachine,
)

from bridge.sandbox.records import Case, Issue, IssueState
from bridge.sandbox.scenes import CUSTOM_TYPE, ERROR_TRACKING_TYPE, empty_world
from tests.e2e.expected import GROUP_OF, RANK, Expected, Said
from tests.e2e.in_process import OUTCOMES, Neighbours, until

T = TypeVar("T")
ISSUES, CASES = 5, 2


class Ground(RuleBasedStateMachine):
    """A small world with its bridge, ways to edit it, and what must hold in it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="bridge-machine-")
        self.world = empty_world(seed=4)
        self.bridged = Neighbours(self.world, Path(self.folder.name))
        self.people = self.bridged.sandbox.people
        self.expected = Expected(self.world)
        self.words = self.steps = self.autos = 0
        self.loop = asyncio.new_event_loop()
        for number in range(CASES):
            kind = (ERROR_TRACKING_TYPE, CUSTOM_TYPE)[number % 2]
            self.people.new_case(project="ET", title=f"case {number}", type_id=kind)
        for _ in range(ISSUES):
            self.people.new_issue(service="by-hand")
        self.first_cases = set(self.world.cases)
        self.do(self.bridged.open())
        self.expected.photograph()

    def do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    def edit(self, edit: Callable[..., T], *what: Any, **more: Any) -> T:
        """What a person does; within the loop, as webhooks set out from there."""

        async def done() -> T:
            return edit(*what, **more)

        return self.loop.run_until_complete(done())

    def check(self) -> None:
        self.do(self.quiet())
        self.check_what_holds_always()
        found = Expected(self.world)
        found.photograph()
        assert found.states == self.expected.states
        assert found.statuses == self.expected.statuses
        assert found.assignees == self.expected.assignees

    def check_what_holds_always(self) -> None:
        assert self.do(self.bridged.links()) == self.expected.links
        for case in self.world.cases.values():
            for issue in self.expected.issues_of(case.id):
                one = self.world.issue(issue)
                assert RANK[case.group] <= RANK[GROUP_OF[one.state]], case.key
                assert one.assignee == case.assignee, case.key
        made = set(self.world.cases) - self.first_cases
        assert len(made) == self.autos
        for said in self.expected.said:
            self.check_copies(said.id, said.text, said.reaches)
        heard = self.do(self.ended())
        assert {event["outcome"] for event in heard} <= OUTCOMES
        assert set(Counter(event["delivery"] for event in heard).values()) <= {1}
        assert len(self.world.writes) <= self.expected.allowed

    def check_copies(self, comment: str, text: str, reaches: set[str]) -> None:
        for thing in (*self.world.cases, *self.world.issues):
            texts = [
                one.text
                for one in self.thing(thing).comments
                if one.deleted_at is None and one.id != comment
            ]
            copies = sum(f"{text}." in each for each in texts) if text else 0
            assert copies <= 1, "a comment was copied twice"
            assert not text or copies or thing not in reaches, "a copy is missing"

    async def answered(self, thing: str) -> None:
        """Until the bridge has answered all that was done to *thing*."""
        case = thing if thing in self.world.cases else self.expected.links.get(thing)
        if case:
            one = case

            async def is_answered() -> bool:
                return await self.bridged.is_answered(one)

            await until(is_answered, f"an answer for {self.world.case(case).key}")

    async def ended(self) -> list[dict[str, Any]]:
        """All events once each has its outcome: a timed look may still see a write of
        our own whose webhook was dropped, and that is an event too."""

        found: list[dict[str, Any]] = []

        async def have_ended() -> bool:
            found[:] = await self.bridged.events()
            return all(event["outcome"] for event in found)

        try:
            await until(have_ended, "an outcome for every event")
        except AssertionError as exc:
            exc.add_note(f"{[event for event in found if not event['outcome']]}")
            exc.add_note(f"{await self.bridged.engine.desk.status()}")
            raise
        return found

    async def quiet(self) -> None:
        await until(self.bridged.is_quiet, "quiet")

    async def storm(self, edits: list[tuple[int, int, str | None]]) -> None:
        kinds = (
            self.storm_issue,
            self.storm_case,
            self.storm_assignee,
            self.storm_comment,
            self.storm_link,
        )
        for thing, value, email in edits:
            await kinds[value % len(kinds)](thing, value // len(kinds), email)
            await asyncio.sleep(0.003 * (thing % 3))

    async def storm_issue(self, issue: int, state: int, _: str | None) -> None:
        one = self.an_issue(issue)
        chosen = list(IssueState)[state % len(IssueState)]
        self.people.set_issue_state(one, chosen)
        self.expected.costs(one)

    async def storm_case(self, case: int, status: int, _: str | None) -> None:
        one = self.a_case(case)
        self.people.set_case_status(one, self.a_status(one, status))
        self.expected.costs(one)

    async def storm_assignee(self, thing: int, _: int, email: str | None) -> None:
        one = self.a_thing(thing)
        self.assign(one, self.a_user(email))
        self.expected.costs(one)

    async def storm_comment(self, thing: int, _: int, __: str | None) -> None:
        one = self.a_thing(thing)
        text = self.say(one)
        self.expected.is_said(one, self.thing(one).comments[-1].id, text)

    async def storm_link(self, issue: int, case: int, _: str | None) -> None:
        """Link an issue, or unlink it where it is linked."""
        one, desk = self.an_issue(issue), self.bridged.engine.desk
        if one in self.expected.links:
            await desk.unlink(f"errors:{one}")
            self.expected.is_unlinked(one)
        else:
            other = self.a_case(case)
            await desk.link(f"errors:{one}", f"cases:{other}")
            self.expected.is_linked(one, other)

    def an_issue(self, number: int) -> str:
        return self.one_of(list(self.world.issues), number)

    def a_case(self, number: int) -> str:
        return self.one_of(list(self.world.cases), number)

    def a_thing(self, number: int) -> str:
        return self.one_of([*self.world.cases, *self.world.issues], number)

    def one_of(self, things: list[str], number: int) -> str:
        return things[number % len(things)]

    def a_status(self, case: str, number: int) -> str:
        options = self.world.types[self.world.case(case).type_id].statuses.values()
        return self.one_of([name for one in options for name in one.names], number)

    def a_user(self, email: str | None) -> str | None:
        users = self.world.users.values()
        return next((user.id for user in users if user.email == email), None)

    def thing(self, one: str) -> Case | Issue:
        return self.world.cases.get(one) or self.world.issue(one)

    def assign(self, one: str, user: str | None) -> None:
        if one in self.world.cases:
            self.people.assign_case(one, user)
        else:
            self.people.assign_issue(one, user)

    def say(self, one: str) -> str:
        text = self.new_words()
        if one in self.world.cases:
            self.people.comment(one, f"{text}.")
        else:
            self.people.comment_issue(one, f"{text}.")
        return text

    def reword(self, said: Said) -> str:
        text = self.new_words()
        if said.on in self.world.cases:
            self.people.edit_comment(said.on, said.id, f"{text}.")
        else:
            self.people.edit_issue_comment(said.on, said.id, f"{text}.")
        return text

    def unsay(self, said: Said) -> None:
        if said.on in self.world.cases:
            self.people.delete_comment(said.on, said.id)
        else:
            self.people.delete_issue_comment(said.on, said.id)

    def new_words(self) -> str:
        self.words += 1
        return f"thought-{self.words}"
