"""Ten minutes of people, broken webhooks, broken trackers and kills; then the verdict.

``python -m bench.soak --minutes 10 --seed 1`` prints a table and ends with 1 if
anything is off. The bridge is a real ``bridge serve``, killed again and again.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench import soak_verdict
from bench.soak_edits import Hands
from bench.soak_world import Plan, SoakWorld, soak_world, until

SHOWN = 10
NOT_AT_THE_END = ("pending", "waiting", "dead", "parked", "paused", "drifted")


@dataclass
class Findings:
    """Figures for the table, and everything that is off."""

    figures: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


async def soak(plan: Plan, folder: Path) -> Findings:
    """The whole soak, with its store and the bridge's log in *folder*."""
    async with soak_world(plan, folder) as world:
        hands = Hands(world, Random(plan.seed))
        await hands.link_the_scene()
        await until(world.is_settled, plan.patience)
        before = len(world.sandbox.world.writes)
        hands.allowed = 0
        world.go_wrong()
        async with asyncio.TaskGroup() as group:
            killing = group.create_task(_kill_again_and_again(world, plan.kill_every))
            await _live(hands, plan)
            killing.cancel()
        struck = world.behave()
        if not await world.is_ready():
            await world.kill()
            await world.start()
        began = time.monotonic()
        waits = await _unquiet(hands, plan.patience)
        findings = await _judge(hands, before)
        findings.wrong += waits
        findings.figures |= {
            "seconds until quiet": round(time.monotonic() - began),
            "kills": world.starts - 1,
            "faults": struck,
        }
        return findings


async def _live(hands: Hands, plan: Plan) -> None:
    """Edit after edit, without waiting for any answer, and then for what was asked."""
    end = time.monotonic() + plan.seconds
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < end:
            group.create_task(hands.edit())
            await asyncio.sleep(hands.rng.expovariate(plan.edits_per_second))


async def _kill_again_and_again(world: SoakWorld, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await world.kill()
        await asyncio.shield(asyncio.ensure_future(world.start()))


async def _unquiet(hands: Hands, patience: float) -> list[str]:
    """Wait until nothing waits, the bridge would do nothing and both sides agree; what
    is still to be done when that has not come."""
    world, waits = hands.world, ["everything"]

    async def is_quiet() -> bool:
        if not await world.is_settled():
            return False
        await _learn_automatic_links(hands)
        waits[:] = [
            *soak_verdict.disagreements(hands),
            *soak_verdict.doubled_cases(hands),
            *soak_verdict.wrong_copies(hands),
        ]
        waits[:] = waits or await soak_verdict.unanswered(world)
        return not waits and await world.is_settled()

    if await until(is_quiet, patience):
        return []
    return ["it never became quiet", *waits]


async def _learn_automatic_links(hands: Hands) -> dict[str, str]:
    """The links that the bridge has; the hands take note of those it made by rule."""
    rows = await hands.world.listed("links")
    plain = {
        row["issue"].partition(":")[2]: row["case"].partition(":")[2] for row in rows
    }
    for issue in hands.autos:
        if issue in plain and issue not in hands.links:
            hands.links[issue] = plain[issue]
            hands.shaken.add(plain[issue])
    return plain


async def _judge(hands: Hands, before: int) -> Findings:
    world = hands.world
    listed = await _learn_automatic_links(hands)
    status = (await world.ask("GET", "status")).json()
    writes = world.sandbox.world.writes[before:]
    changes = sum(write.has_changed for write in writes)
    lost, outcomes = await soak_verdict.lost_deliveries(world)
    wrong = [
        *soak_verdict.disagreements(hands),
        *soak_verdict.links_gone_astray(hands, listed),
        *soak_verdict.doubled_cases(hands),
        *soak_verdict.wrong_copies(hands),
        *lost,
    ]
    wrong += [f"{status[what]} {what}" for what in NOT_AT_THE_END if status[what]]
    if changes > hands.allowed:
        wrong.append(f"{changes} changes were written where {hands.allowed} may be")
    hooks = world.sandbox.hooks
    figures: dict[str, object] = {
        "cases, issues, links": [
            len(world.sandbox.world.cases),
            len(world.sandbox.world.issues),
            len(listed),
        ],
        "edits": dict(sorted(hands.counts.items())),
        "webhooks sent, taken, dropped": [
            len(hooks.sent),
            sum(sent.status in soak_verdict.ACCEPTED for sent in hooks.sent),
            hooks.dropped,
        ],
        "comments, copies looked for": [
            len(hands.said),
            sum(len(said.reaches) for said in hands.said if said.text),
        ],
        "events by outcome": dict(outcomes),
        "writes asked, changing, allowed": [len(writes), changes, hands.allowed],
    }
    return Findings(figures, wrong)


def report(findings: Findings, say: Callable[[str], object] = print) -> None:
    """The table, and the first of what is off."""
    for name, value in findings.figures.items():
        say(f"{name:34}{value}")
    say(f"{'off':34}{len(findings.wrong)}")
    for each in findings.wrong[:SHOWN]:
        say(f"  {each}")


def main() -> None:
    """Run as the command line says."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=usual.seconds / 60)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--cases", type=int, default=usual.cases)
    parser.add_argument("--issues", type=int, default=usual.issues)
    parser.add_argument("--edits-per-second", type=float, default=4.0)
    parser.add_argument("--keep", type=Path, help="a folder for store and log")
    options = parser.parse_args()
    plan = Plan(
        seconds=options.minutes * 60,
        seed=options.seed,
        cases=options.cases,
        issues=options.issues,
        edits_per_second=options.edits_per_second,
    )
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-soak-"))
        )
        findings = asyncio.run(soak(plan, folder))
    report(findings)
    sys.exit(1 if findings.wrong else 0)


if __name__ == "__main__":
    main()
