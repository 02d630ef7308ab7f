"""Judges, once all is quiet, whether both sides agree and nothing is lost or doubled.

The rules are written down here once more: what judges the bridge must not share its
mistakes.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.soak_edits import Hands
from bench.soak_world import SoakWorld, until
from bridge.sandbox.records import Case, Issue

RANK = {"OPEN": 1, "IN_PROGRESS": 2, "CLOSED": 3}
RANK_OF = {"OPEN": 1, "ACKNOWLEDGED": 2, "RESOLVED": 3, "IGNORED": 3, "EXCLUDED": 3}
OUTCOMES = {"applied", "no-op", "ignored", "parked", "dead"}
ACCEPTED = {200, 202}
SERVER_ERROR = 500
PATIENCE = 30.0
UNANSWERED = ("due", "changes", "actions", "doubtful_until")


async def unanswered(world: SoakWorld) -> list[str]:
    """Every case for which the bridge would do something if it looked now."""
    room = asyncio.Semaphore(8)

    async def plan(case: str) -> str:
        async with room:
            answer = await world.ask("POST", "plan", {"case": f"cases:{case}"})
        found = answer.json()
        waits = [what for what in UNANSWERED if found.get(what)]
        return f"case {case} waits: {waits} {found.get('actions')}" if waits else ""

    cases = {row["case"] for row in await world.listed("links")}
    plans = await asyncio.gather(*(plan(case.partition(":")[2]) for case in cases))
    return [each for each in plans if each]


def disagreements(hands: Hands) -> Iterator[str]:
    """Values that both sides do not share."""
    inner = hands.world.sandbox.world
    for case in inner.cases.values():
        issues = [inner.issue(i) for i, its in hands.links.items() if its == case.id]
        if not issues:
            continue
        lowest = min(RANK_OF[issue.state.value] for issue in issues)
        group = RANK[case.group.name]
        is_agreed = group <= lowest if case.id in hands.shaken else group == lowest
        if not is_agreed:
            states = [issue.state.value for issue in issues]
            yield f"{case.key} is {case.group.name}, its issues are {states}"
        for issue in issues:
            if issue.assignee != case.assignee:
                yield f"{issue.id} and {case.key} have different assignees"


def links_gone_astray(hands: Hands, listed: dict[str, str]) -> Iterator[str]:
    """Links that the bridge has and nobody made, or the other way."""
    for issue in sorted({*listed, *hands.links}):
        has, ought = listed.get(issue), hands.links.get(issue)
        if has != ought:
            yield f"{issue}: linked to {has}, not to {ought}"


def doubled_cases(hands: Hands) -> Iterator[str]:
    """New issues without their one case."""
    told = "\n".join(c.description for c in hands.world.sandbox.world.cases.values())
    for issue in hands.autos:
        cases = told.count(f"errors:{issue} ")
        if cases != 1:
            yield f"the new issue {issue} has {cases} cases"


def wrong_copies(hands: Hands) -> Iterator[str]:
    """Comments that are missing somewhere, stand there twice, or say what is not said
    any more where the original is still followed."""
    texts = _words_on(hands)
    for (thing_id, word), times in texts.items():
        if times > 1:
            yield f"{word} stands {times} times on {thing_id}"
    for said in hands.said:
        for thing_id in said.reaches:
            if said.text and not texts[thing_id, said.text]:
                yield f"{said.text} of {said.on} is missing on {thing_id}"
            for old in said.before:
                if texts[thing_id, old]:
                    yield f"{old} of {said.on} still stands on {thing_id}"


def _words_on(hands: Hands) -> Counter[tuple[str, str]]:
    """How often each thing shows each thought of a person."""
    inner = hands.world.sandbox.world
    things: list[Case | Issue] = [*inner.cases.values(), *inner.issues.values()]
    return Counter(
        (thing.id, word)
        for thing in things
        for comment in thing.comments
        if comment.deleted_at is None
        for word in comment.text.split()
        if word.startswith("thought-")
    )


async def lost_deliveries(world: SoakWorld) -> tuple[list[str], Counter[str]]:
    """Accepted deliveries without exactly one outcome, and all outcomes."""
    events = await _ended_events(world)
    outcomes: dict[str, list[str]] = {}
    for event in events:
        outcomes.setdefault(event["delivery"], []).append(event["outcome"])
    wrong = []
    for sent in world.sandbox.hooks.sent:
        if sent.status is None or sent.status >= SERVER_ERROR:
            continue
        if sent.status not in ACCEPTED:
            wrong.append(f"a delivery was answered {sent.status}: {sent.answer[:200]}")
            continue
        found = outcomes.get(json.loads(sent.answer)["delivery"], [])
        if len(found) != 1 or found[0] not in OUTCOMES:
            wrong.append(f"an accepted delivery has the outcomes {found}")
    wrong += [f"an event has the outcome {e}" for e in outcomes.values() if e == [None]]
    return wrong, Counter(str(event["outcome"]) for event in events)


async def _ended_events(world: SoakWorld) -> list[dict[str, Any]]:
    """All events once each has its outcome, or as they are at the end of patience: a
    timed look may still see a write of the bridge whose webhook was dropped."""
    found: list[dict[str, Any]] = []

    async def have_ended() -> bool:
        found[:] = await world.listed("events")
        return all(event["outcome"] for event in found)

    await until(have_ended, PATIENCE)
    return found
