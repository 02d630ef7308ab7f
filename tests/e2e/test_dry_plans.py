"""What a dry plan tells is what the live pass then writes: exactly, and in order."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.comment_text import closing_marker
from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import NotFound
from tests.engine.conftest import Scene
from tests.fakes import MemoryCases, MemoryIssues

EDITS = 500
CASES = ("1", "2", "3")
ISSUES = tuple("abcdefgh")
PEOPLE = ("ann", "bob", "cleo", "dan", None)
"""Dan has an account on neither side's other: nobody can follow him there."""

CUSTOM = {
    StatusGroup.OPEN: "Triage",
    StatusGroup.IN_PROGRESS: "In QA",
    StatusGroup.CLOSED: "Won't fix",
}

Told = tuple[str, str]
"""The kind and the value of one write, as a plan names them."""


class WriteLog:
    """What a tracker was made to write, by target, in the words of a plan."""

    def __init__(self) -> None:
        self.by_target: dict[str, list[Told]] = defaultdict(list)
        self._markers: dict[tuple[str, str], str] = {}

    def watch(self, tracker: MemoryIssues | MemoryCases) -> None:
        """Note every write that is done through *tracker* from now on."""
        for name, words in WORDS.items():
            if write := getattr(tracker, name, None):
                noted = partial(self._note, tracker, write, words)
                setattr(tracker, name, noted)

    async def _note(
        self, tracker: Any, write: Callable[..., Any], words: str, *given: Any
    ) -> Any:
        target, value = given[0], given[1]
        kind = words.format(side="issue" if tracker.name == "errors" else "case")
        answer = await write(*given)
        if words.endswith("comment"):
            if words == "create_comment":
                self._markers[target, answer.id] = closing_marker(value) or ""
                value = answer.id
            told = self._markers[target, value]
        elif words.endswith("assignee"):
            told = tracker.people[value].email if value else "nobody"
        elif words == "list_issue_on_case":
            told = value.id
        else:
            told = value.name
        self.by_target[target].append((kind, told))
        return answer


WORDS = {
    "set_state": "set_issue_state",
    "set_group": "set_case_status",
    "set_assignee": "set_{side}_assignee",
    "list_issue": "list_issue_on_case",
    "add_comment": "create_comment",
    "edit_comment": "edit_comment",
    "delete_comment": "delete_comment",
}


class Town:
    """People who edit at random over three cases and eight issues."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.rng = random.Random(seed)
        self.log = WriteLog()
        self.linked: dict[str, str] = {}
        self.said: list[tuple[str, str]] = []
        self.words = 0

    async def settle_in(self) -> None:
        scene = self.scene
        for tracker in (scene.errors, scene.cases):
            for person in ("ann", "bob", "cleo"):
                tracker.join(person, f"{person}@example.com")
        scene.errors.join("dan", "dan@errors.example.com")
        scene.cases.join("dan", "dan@cases.example.com")
        for case in CASES:
            scene.cases.put(case, StatusGroup.OPEN)
        for issue in ISSUES:
            scene.errors.put(issue, State.FOR_REVIEW)
        await scene.start(max_flips=EDITS)
        for issue in ISSUES:
            self.linked[issue] = self.rng.choice(CASES)
            await scene.link(issue, self.linked[issue])
        self.log.watch(scene.errors)
        self.log.watch(scene.cases)

    @contextmanager
    def held(self) -> Iterator[None]:
        """No pass begins meanwhile."""
        schedule = self.scene.engine.schedule
        at_once, schedule._at_once = schedule._at_once, 0
        try:
            yield
        finally:
            schedule._at_once = at_once
            schedule._wake.set()

    async def edit(self) -> None:
        """One thing that a person does."""
        kinds = (
            *(self.move_issue, self.move_case) * 3,
            *(self.assign, self.say, self.reword, self.unsay, self.relink) * 2,
        )
        await self.rng.choice(kinds)()

    async def move_issue(self) -> None:
        self.scene.errors.put(self.rng.choice(ISSUES), self.rng.choice(list(State)))

    async def move_case(self) -> None:
        group = self.rng.choice(list(StatusGroup))
        status = self.rng.choice(("", CUSTOM[group]))
        self.scene.cases.put(self.rng.choice(CASES), group, status=status)

    async def assign(self) -> None:
        side, name = self.somewhere()
        side.assign(name, self.rng.choice(PEOPLE))

    async def say(self) -> None:
        side, name = self.somewhere()
        self.words += 1
        comment = side.say(name, f"thought {self.words}", "ann")
        self.said.append((name, comment.id))

    async def reword(self) -> None:
        if self.said:
            self.words += 1
            name, comment = self.rng.choice(self.said)
            self.side_of(name).reword(name, comment, f"better thought {self.words}")

    async def unsay(self) -> None:
        if self.said:
            name, comment = self.said.pop(self.rng.randrange(len(self.said)))
            self.side_of(name).unsay(name, comment)

    async def relink(self) -> None:
        issue = self.rng.choice(ISSUES)
        if self.linked.pop(issue, None):
            await self.scene.engine.desk.unlink(f"errors:{issue}")
        else:
            self.linked[issue] = case = self.rng.choice(CASES)
            await self.scene.engine.desk.link(f"errors:{issue}", f"cases:{case}")

    def somewhere(self) -> tuple[MemoryIssues | MemoryCases, str]:
        name = self.rng.choice((*CASES, *ISSUES))
        return self.side_of(name), name

    def side_of(self, name: str) -> MemoryIssues | MemoryCases:
        return self.scene.cases if name in CASES else self.scene.errors

    async def plan(self, case: str) -> list[dict[str, str]]:
        try:
            plan = await self.scene.engine.desk.plan(f"cases:{case}")
        except NotFound:
            assert case not in self.linked.values()
            return []
        actions: list[dict[str, str]] = plan["actions"]
        return actions

    async def plans(self) -> dict[str, list[Told]]:
        """What the dry plans of all cases would write, by target."""
        would: dict[str, list[Told]] = {}
        for plan in await asyncio.gather(*map(self.plan, CASES)):
            for action in plan:
                told = (action["kind"], action["value"])
                would.setdefault(action["target"], []).append(told)
        return would

    async def live(self, step: int) -> dict[str, list[Told]]:
        """What live passes write when they are told of all cases."""
        told = (
            self.scene.hear("cases", case=case, kind="comment", id=f"{step}{case}")
            for case in CASES
        )
        await asyncio.gather(*told)
        await self.scene.idle()
        written = dict(self.log.by_target)
        self.log.by_target.clear()
        return written


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path / "bridge.db")
    yield made
    await made.stop()


async def test_each_dry_plan_is_what_the_live_run_then_writes(scene: Scene) -> None:
    """Five hundred edits, some of them several at a time, some just after a write."""
    town = Town(scene, seed=11)
    await town.settle_in()
    kinds: Counter[str] = Counter()
    edits = step = 0
    while edits < EDITS:
        step += 1
        with town.held():
            for _ in range(town.rng.choice((1, 1, 2, 3, 4))):
                await town.edit()
                edits += 1
            scene.clock.advance(timedelta(seconds=town.rng.choice((0.5, 12, 60))))
            would = await town.plans()

        written = await town.live(step)

        assert written == would, f"step {step}"
        assert step % 5 or await town.plans() == {}, f"step {step}"
        kinds.update(kind for told in written.values() for kind, _ in told)
    sides = ("issue", "case")
    assert set(kinds) == {
        words.format(side=s) for words in WORDS.values() for s in sides
    }
    assert min(kinds.values()) >= 5, kinds
