"""Has cases looked at again and follows that, or collects what it would lead to."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bridge.cli.options import Failure
from bridge.cli.progress import progress
from bridge.cli.showing import Grid, Told
from bridge.web.ports import Desk

Answer = dict[str, Any]

GLANCE = 0.3
"""Seconds between two looks at the progress."""

_FORGOTTEN = (
    "The bridge was started again meanwhile, or another one answers: it goes on with "
    "what is left, and `bridge status` says when that is done."
)

PORTION = 10
"""Cases whose plans are asked for at once."""


async def carry_out(desk: Desk, cases: Sequence[str], *, is_waiting: bool) -> Answer:
    """How it ended, or how far it is where nobody waits; Failure where the bridge that
    is asked knows nothing of it any more."""
    answer = await desk.resync(cases)
    with progress("Looking again") as tell:
        while is_waiting and answer["left"]:
            number = answer["looking_at"]
            done = number - answer["left"]
            tell(done, number, f"{done} of {number} looked at")
            await asyncio.sleep(GLANCE)
            answer = await desk.resync_progress()
            if number and not answer["looking_at"]:
                raise Failure(_FORGOTTEN)
    return answer


async def plans(desk: Desk, cases: Sequence[str]) -> Answer:
    """The plans of those cases, of all linked ones where none is named."""
    wanted = list(dict.fromkeys(cases)) or await _linked(desk)
    items: list[Answer] = []
    with progress("Planning") as tell:
        for some in _portions(wanted):
            tell(len(items), len(wanted), f"{len(items)} of {len(wanted)} planned")
            items += (await desk.resync(some, is_dry=True))["items"]
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


def reached(progress: Mapping[str, Any]) -> str:
    """How far it is, also where nobody asked for it since the bridge began to run."""
    if not progress["looking_at"]:
        return "No case is being looked at again."
    return told(progress)


def planned(answer: Mapping[str, Any]) -> Told:
    """The writes that looking again would lead to, and what could not be read."""
    items = answer["items"]
    rows = [
        (item.get("case_key") or item["case"], *(action[key] for key in _KEYS))
        for item in items
        for action in item["actions"]
    ]
    broken = [(item["case"], item["problem"]) for item in items if item["problem"]]
    parts: list[str | Grid] = []
    if rows:
        parts.append(Grid(("CASE", *(key.upper() for key in _KEYS)), rows))
    if broken:
        parts.append(Grid(("NOT PLANNED", "WHY"), broken))
    busy = sum(bool(item["actions"]) for item in items)
    parts.append(
        f"Of {len(items)} cases {busy} would be written to; nothing was written."
    )
    return parts


_KEYS = ("kind", "target", "value", "reason")
