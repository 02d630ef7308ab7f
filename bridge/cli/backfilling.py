"""Begins a backfill or joins the one under way, and watches it to its end."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from bridge.cli.tables import aligned
from bridge.web.ports import Desk

Answer = dict[str, Any]

GLANCE = 0.5
"""Seconds between two looks at the progress."""

PATIENCE = 90.0
"""Seconds for which a problem may last before it is not waited for any longer."""

_WIDTH = 30


class Watch:
    """One backfill as a person at the terminal follows it."""

    def __init__(self, *, is_waiting: bool) -> None:
        self._is_waiting = is_waiting
        self._is_terminal = sys.stderr.isatty()
        self._problem = ""

    async def carry_out(self, desk: Desk, since: datetime | None) -> Answer:
        """The last progress, or what would be created where the bridge runs dry."""
        answer = await self._begin(desk, since)
        if "under_way" not in answer or not self._is_waiting:
            return answer
        try:
            return await self._follow(desk, answer)
        finally:
            if self._is_terminal:
                click.echo(err=True)

    async def _begin(self, desk: Desk, since: datetime | None) -> Answer:
        before = await desk.backfill_progress()
        if not before["under_way"] or since is not None:
            return await desk.backfill(since)
        text = f"carrying on with the backfill since {_day(before['since'])}"
        click.echo(text, err=True)
        return await desk.carry_on_backfill()

    async def _follow(self, desk: Desk, progress: Answer) -> Answer:
        """Its end, or where it is once a problem has lasted too long."""
        loop = asyncio.get_running_loop()
        good_at = loop.time()
        while progress["under_way"]:
            self._show(progress)
            if not progress["problem"]:
                good_at = loop.time()
            elif loop.time() - good_at >= PATIENCE:
                return progress
            await asyncio.sleep(GLANCE)
            progress = await desk.backfill_progress()
        self._show(progress)
        return progress

    def _show(self, progress: Answer) -> None:
        if self._is_terminal:
            click.echo(f"\r{bar(progress)}\x1b[K", nl=False, err=True)
        problem = progress["problem"] or ""
        if problem != self._problem:
            self._problem = problem
            before = "\n" if self._is_terminal else ""
            text = f"waits: {problem}" if problem else "goes on"
            click.echo(before + text, err=True)


def bar(progress: Mapping[str, Any]) -> str:
    """One line: how much of the time was gone through, and what was found."""
    part = _part(progress)
    full = round(part * _WIDTH)
    line = "━" * full + "─" * (_WIDTH - full)
    return f"{line} {part:4.0%}  {_counts(progress)}"


def told(answer: Answer) -> str:
    """How it ended, or how far it is."""
    if "under_way" not in answer:
        return preview(answer)
    counts = _counts(answer)
    if not answer["under_way"]:
        return f"Done: {counts}."
    how_far = f"{_part(answer):.0%} done, up to {_day(answer['reached'])}: {counts}."
    if answer["problem"]:
        return f"Put off: {answer['problem']}.\n{how_far}\n{_HOW_TO_GO_ON}"
    return f"Under way: {how_far}\n{_HOW_TO_GO_ON}"


_HOW_TO_GO_ON = (
    "A bridge that runs goes on by itself; else `bridge serve` or `bridge backfill` "
    "carries on."
)


def preview(answer: Answer) -> str:
    """What would be created, by rule and project."""
    rows = [(one["rule"], one["project"], one["cases"]) for one in answer["by_rule"]]
    counts = (
        f"Of {answer['found']} issues {answer['would_create']} would get a case; "
        f"{answer['linked']} have one, no rule wants one for {answer['passed']}."
    )
    if not rows:
        return counts
    return f"{aligned(('RULE', 'PROJECT', 'CASES'), rows)}\n\n{counts}"


def _counts(progress: Mapping[str, Any]) -> str:
    return (
        f"{progress['found']} issues found, {progress['due']} get a case, "
        f"{progress['linked']} have one, {progress['passed']} passed over"
    )


def _part(progress: Mapping[str, Any]) -> float:
    """How much of the time between the two ends was gone through, from 0 to 1."""
    ends = [progress[end] for end in ("since", "reached", "until")]
    if None in ends:
        return 1.0
    since, reached, until = (datetime.fromisoformat(end) for end in ends)
    whole = (until - since).total_seconds()
    return (reached - since).total_seconds() / whole if whole > 0 else 1.0


def _day(text: str | None) -> str:
    return (text or "").partition("T")[0]
