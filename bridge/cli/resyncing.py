"""Has cases looked at again and follows that, or collects what it would lead to."""

import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from bridge.cli.tables import aligned
from bridge.web.ports import Desk

Answer = dict[str, Any]

GLANCE = 0.3
"""Seconds between two looks at the progress."""

PORTION = 10
"""Cases whose plans are asked for at once."""

_WIDTH = 30


async def carry_out(desk: Desk, cases: Sequence[str], *, is_waiting: bool) -> Answer:
    """How it ended, or how far it is where nobody waits."""
    progress = await desk.resync(cases)
    line = _Line("looked at")
    while is_waiting and progress["left"]:
        line.show(progress["looking_at"] - progress["left"], progress["looking_at"])
        await asyncio.sleep(GLANCE)
        progress = await desk.resync_progress()
    line.end()
    return progress


async def plans(desk: Desk, cases: Sequence[str]) -> Answer:
    """The plans of those cases, of all linked ones where none is named."""
    wanted = list(dict.fromkeys(cases)) or await _linked(desk)
    line = _Line("planned")
    items: list[Answer] = []
    for some in _portions(wanted):
        line.show(len(items), len(wanted))
        items += (await desk.resync(some, is_dry=True))["items"]
    line.end()
    return {"items": items}


async def _linked(desk: Desk) -> list[str]:
    cases: dict[str, None] = {}
    cursor: str | None = None
    while True:
        page = await desk.links(case=None, issue=None, cursor=cursor, limit=1000)
        cases.update((item["case"], None) for item in page["items"])
        cursor = page["next"]
        if cursor is None:
            return list(cases)


def _portions(wanted: Sequence[str]) -> Iterable[Sequence[str]]:
    starts = range(0, len(wanted), PORTION)
    return (wanted[start : start + PORTION] for start in starts)


class _Line:
    """One line of progress, where a person sees it."""

    def __init__(self, done: str) -> None:
        self._done = done
        self._is_seen = sys.stderr.isatty()

    def show(self, number: int, of: int) -> None:
        """So many *of* them are done."""
        if self._is_seen:
            full = round(_WIDTH * number / of) if of else _WIDTH
            bar = "━" * full + "─" * (_WIDTH - full)
            text = f"\r{bar}  {number} of {of} {self._done}\x1b[K"
            click.echo(text, nl=False, err=True)

    def end(self) -> None:
        """Take it away again."""
        if self._is_seen:
            click.echo("\r\x1b[K", nl=False, err=True)


def told(progress: Mapping[str, Any]) -> str:
    """How many cases were looked at."""
    number, left = progress["looking_at"], progress["left"]
    if not number:
        return "No issue is linked to a case."
    later = progress["again_later"]
    text = f"Looked at: {number - left - later} of {number}."
    if later:
        text += (
            f"\nPut off for {later}, which the bridge looks at again by itself: a "
            "tracker failed, or a value has to settle; see `bridge status`."
        )
    return text


def planned(answer: Mapping[str, Any]) -> str:
    """The writes that looking again would lead to, and what could not be read."""
    items = answer["items"]
    rows = [
        (item.get("case_key") or item["case"], *(action[key] for key in _KEYS))
        for item in items
        for action in item["actions"]
    ]
    broken = [(item["case"], item["problem"]) for item in items if item["problem"]]
    parts = []
    if rows:
        parts.append(aligned(("CASE", *(key.upper() for key in _KEYS)), rows))
    if broken:
        parts.append(aligned(("NOT PLANNED", "WHY"), broken))
    busy = sum(bool(item["actions"]) for item in items)
    parts.append(
        f"Of {len(items)} cases {busy} would be written to; nothing was written."
    )
    return "\n\n".join(parts)


_KEYS = ("kind", "target", "value", "reason")
