"""The scripted edits and the judge, with a tiny bridge and with broken ones."""

from random import Random

import pytest

from bridge.sandbox import build_world, case_changes, issue_changes
from bridge.sandbox.oracle import disagreements, photograph, surprises
from bridge.sandbox.records import Edit, Group, Hand, IssueState, Via
from bridge.sandbox.script import play
from bridge.sandbox.world import World
from tests.sandbox.conftest import HandClock

_GROUPS = {
    "OPEN": Group.OPEN,
    "ACKNOWLEDGED": Group.IN_PROGRESS,
    "RESOLVED": Group.CLOSED,
    "IGNORED": Group.CLOSED,
    "EXCLUDED": Group.CLOSED,
}
_STATES = {
    Group.OPEN: IssueState.OPEN,
    Group.IN_PROGRESS: IssueState.ACKNOWLEDGED,
    Group.CLOSED: IssueState.RESOLVED,
}


def _answer(world: World, edit: Edit) -> None:
    """What a right bridge writes after *edit*."""
    hand = Hand(world.service_account.id, Via.API)
    order = list(Group)
    if edit.name == "set_issue_state":
        case_id = next(c for c, group in world.groups.items() if edit.target in group)
        case = world.case(case_id)
        groups = [_GROUPS[world.issue(i).state] for i in world.groups[case_id]]
        lowest = min(groups, key=order.index)
        if case.group is not lowest:
            name = world.default_status(case, lowest)
            case_changes.set_status(world, case_id, name, hand)
        return
    case = world.case(edit.target)
    for issue in world.groups[edit.target]:
        if _GROUPS[world.issue(issue).state] is not case.group:
            issue_changes.set_state(world, issue, _STATES[case.group], hand)


class _Bridge:
    """Answers each edit when asked to settle; forgets each *forgets*-th one."""

    def __init__(self, world: World, forgets: int = 0) -> None:
        self._world = world
        self._forgets = forgets
        self._done = 0
        self._groups = {case.id: case.group for case in world.cases.values()}

    async def settle(self, case: str) -> None:
        for edit in self._world.edits[self._done :]:
            self._done += 1
            if self._forgets and self._done % self._forgets == 0:
                continue
            if self._is_real(edit):
                _answer(self._world, edit)
            self._remember()

    def _is_real(self, edit: Edit) -> bool:
        """Renaming a case within its group asks for nothing."""
        if edit.name == "set_issue_state":
            return True
        return self._world.case(edit.target).group is not self._groups[edit.target]

    def _remember(self) -> None:
        self._groups = {c.id: c.group for c in self._world.cases.values()}


async def test_a_right_bridge_is_found_right(clock: HandClock) -> None:
    world = build_world(seed=5, clock=clock)
    before, bridge = photograph(world), _Bridge(world)

    edits = await play(
        world, world.groups, events=200, rng=Random(5), settle=bridge.settle
    )
    await bridge.settle("")

    assert len(edits) == 200
    assert {edit.name for edit in edits} == {"set_issue_state", "set_case_status"}
    assert {"IGNORED", "EXCLUDED", "Won't fix"} <= {edit.value for edit in edits}
    assert disagreements(world, world.groups) == []
    assert surprises(world, before, edits, world.groups) == []


async def test_a_forgetful_bridge_is_found_out(clock: HandClock) -> None:
    world = build_world(seed=5, clock=clock)
    before, bridge = photograph(world), _Bridge(world, forgets=5)

    edits = await play(
        world, world.groups, events=200, rng=Random(5), settle=bridge.settle
    )
    await bridge.settle("")

    assert disagreements(world, world.groups)
    assert surprises(world, before, edits, world.groups)


async def test_the_same_seed_plays_the_same(clock: HandClock) -> None:
    played = []
    for _ in range(2):
        world = build_world(seed=9, cases=4, clock=clock)
        bridge = _Bridge(world)
        edits = await play(
            world, world.groups, events=30, rng=Random(2), settle=bridge.settle
        )
        played.append([(edit.name, edit.target, edit.value) for edit in edits])

    assert played[0] == played[1]


@pytest.mark.parametrize("seed", range(5))
def test_worlds_begin_in_agreement(clock: HandClock, seed: int) -> None:
    world = build_world(seed=seed, clock=clock)

    assert len(world.groups) == 20
    assert {len(issues) for issues in world.groups.values()} <= set(range(1, 7))
    assert disagreements(world, world.groups) == []
