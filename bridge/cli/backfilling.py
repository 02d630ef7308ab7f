"""Begins a backfill or joins the one under way, and watches it to its end."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from bridge.cli.progress import Tell, progress
from bridge.cli.showing import Grid, Told
from bridge.web.ports import Desk

Answer = dict[str, Any]

GLANCE = 0.5
"""Seconds between two looks at the progress."""

PATIENCE = 90.0
"""Seconds for which a problem may last before it is not waited for any longer."""


class Watch:
    """One backfill as a person at the terminal follows it."""

    def __init__(self, *, is_waiting: bool, with_ignored: bool) -> None:
        self._is_waiting = is_waiting
        self._with_ignored = with_ignored
        self._problem = ""

    async def carry_out(self, desk: Desk, since: datetime | None) -> Answer:
        """The last progress, or what would be created where the bridge runs dry."""
        answer = await self._begin(desk, since)
        if "under_way" not in answer or not self._is_waiting:
            return answer
        with progress("Backfill") as tell:
            return await self._follow(desk, answer, tell)

    async def _begin(self, desk: Desk, since: datetime | None) -> Answer:
        before = await desk.backfill_progress()
        if not before["under_way"] or since is not None or self._with_ignored:
            return await desk.backfill(since, with_ignored=self._with_ignored)
        text = f"carrying on with the backfill since {_day(before['since'])}"
        click.echo(text, err=True)
        return await desk.carry_on_backfill()

    async def _follow(self, desk: Desk, answer: Answer, tell: Tell) -> Answer:
        """Its end, or where it is once a problem has lasted too long."""
        loop = asyncio.get_running_loop()
        good_at = loop.time()
        while answer["under_way"]:
            self._show(answer, tell)
            if not answer["problem"]:
                good_at = loop.time()
            elif loop.time() - good_at >= PATIENCE:
                return answer
            await asyncio.sleep(GLANCE)
            answer = await desk.backfill_progress()
        self._show(answer, tell)
        return answer

    def _show(self, answer: Answer, tell: Tell) -> None:
        tell(part_done(answer), 1.0, f"{part_done(answer):4.0%}  {_counts(answer)}")
        problem = answer["problem"] or ""
        if problem != self._problem:
            self._problem = problem
            tell.say(f"waits: {problem}" if problem else "goes on")


def told(answer: Answer) -> Told:
    """How it ended, or how far it is."""
    if "under_way" not in answer:
        return preview(answer)
    counts = _counts(answer)
    left_out = _left_out(answer, "left out")
    if not answer["under_way"]:
        return f"Done: {counts}.{left_out}"
    day = _day(answer["reached"])
    how_far = f"{part_done(answer):.0%} done, up to {day}: {counts}.{left_out}"
    if answer["problem"]:
        return f"Put off: {answer['problem']}.\n{how_far}\n{_HOW_TO_GO_ON}"
    return f"Under way: {how_far}\n{_HOW_TO_GO_ON}"


def reached(answer: Answer) -> Told:
    """How far it is, also where there never was one."""
    return told(answer) if answer["until"] else "There was no backfill yet."


_HOW_TO_GO_ON = (
    "A bridge that runs goes on by itself; else `bridge serve` or `bridge backfill` "
    "carries on."
)


def preview(answer: Answer) -> Told:
    """What would be created, by rule and project."""
    rows = [(one["rule"], one["project"], one["cases"]) for one in answer["by_rule"]]
    counts = (
        f"Of {answer['found']} issues {answer['would_create']} would get a case; "
        f"{answer['linked']} have one, no rule wants one for {answer['passed']}."
    )
    counts += _left_out(answer, "would be left out")
    if not rows:
        return counts
    return [Grid(("RULE", "PROJECT", "CASES"), rows), counts]


def _left_out(answer: Answer, how: str) -> str:
    """How many were left alone, and how they are had."""
    if not (number := answer.get("ignored")):
        return ""
    return f"\n{number} ignored or excluded {how}; --ignored takes them along."


def _counts(progress: Mapping[str, Any]) -> str:
    return (
        f"{progress['found']} issues found, {progress['due']} get a case, "
        f"{progress['linked']} have one, {progress['passed']} passed over"
    )


def part_done(progress: Mapping[str, Any]) -> float:
    """How much of the time between the two ends was gone through, from 0 to 1."""
    ends = [progress[end] for end in ("since", "reached", "until")]
    if None in ends:
        return 1.0
    since, reached, until = (datetime.fromisoformat(end) for end in ends)
    whole = (until - since).total_seconds()
    return (reached - since).total_seconds() / whole if whole > 0 else 1.0


def _day(text: str | None) -> str:
    return (text or "").partition("T")[0]
