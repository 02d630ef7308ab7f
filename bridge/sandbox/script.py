"""Plays scripted human edits on both sides of a world, the same ones for a seed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

from bridge.sandbox.people import People
from bridge.sandbox.records import Edit, IssueState
from bridge.sandbox.world import World

Settle = Callable[[str], Awaitable[None]]
"""Waits until the case with this id may be edited again."""

Groups = Mapping[str, Sequence[str]]
"""Which issues are linked to which case, by the sandbox's own ids."""

_ISSUE_SIDE = 0.6


async def play(
    world: World, groups: Groups, *, events: int, rng: Random, settle: Settle
) -> list[Edit]:
    """Make *events* edits to the cases of *groups* and their issues; what was done.

    Cases are worked in parallel, but one case's next edit waits for *settle*: what a
    person does is then answered before the next one acts, and has one right outcome.
    """
    counts = Counter(rng.choices(sorted(groups), k=events))
    seeds = {case: rng.randrange(2**32) for case in sorted(counts)}
    people = People(world)
    played: list[Edit] = []

    async def play_case(case: str) -> None:
        own = Random(seeds[case])  # noqa: S311 - play, no secrets
        for _ in range(counts[case]):
            await settle(case)
            _edit_something(world, people, case, groups[case], own)
            played.append(world.edits[-1])

    async with asyncio.TaskGroup() as group:
        for case in seeds:
            group.create_task(play_case(case))
    return played


def _edit_something(
    world: World, people: People, case: str, issues: Sequence[str], rng: Random
) -> None:
    if rng.random() < _ISSUE_SIDE:
        issue = rng.choice(issues)
        present = world.issue(issue).state
        states = [state for state in IssueState if state is not present]
        people.set_issue_state(issue, rng.choice(states))
        return
    found = world.case(case)
    names = [
        name
        for options in world.types[found.type_id].statuses.values()
        for name in options.names
        if name != found.status_name
    ]
    people.set_case_status(case, rng.choice(names))
