"""*Cases*: found and narrowed, and each with its issues, what was agreed, its past."""

import asyncio
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bridge.dashboard import words
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit

PAGE: Final = 50
PAST: Final = 25
"""Events of a case that are shown with it."""

STANDINGS: Final = ("open", "in_progress", "closed", "drifted", "paused", "gone")


async def cases(visit: Visit) -> web.StreamResponse:
    """The list."""
    text, standing = visit.asked("q"), visit.asked("show")
    cursor = visit.asked("cursor") or None
    page = await visit.board.overview.cases(
        text=text, standing=standing, cursor=cursor, limit=PAGE
    )
    kept = {name: value for name, value in (("q", text), ("show", standing)) if value}
    return await visit.show(
        "cases.html",
        text=text,
        standing=standing,
        standings=STANDINGS,
        cases=page["items"],
        more=page["next"] and urlencode({**kept, "cursor": page["next"]}),
        is_first=cursor is None,
    )


async def case(visit: Visit) -> web.StreamResponse:
    """One case."""
    name = visit.request.match_info["case"]
    told, events = await asyncio.gather(
        visit.board.case(name), visit.board.events(case=name, cursor=None, limit=PAST)
    )
    seen = next((one["seen"] for one in events["items"] if one["seen"]), None)
    return await visit.show(
        "case.html",
        case=told,
        seen=seen,
        events=events["items"],
        echoes=words.echoes_of(events["items"]),
        has_more=events["next"] is not None,
        names=words.names_in([told]),
    )


async def plan(visit: Visit) -> web.StreamResponse:
    """What would be done for one case now: its trackers are asked."""
    name = visit.request.match_info["case"]
    told = await visit.board.case(name)
    plan = await visit.board.plan(told["case"])
    return await visit.show(
        "plan.html", case=told, plan=plan, names=words.names_in([told])
    )


ROUTES: Final = (
    Route("GET", "/cases", cases),
    Route("GET", "/cases/{case}", case),
    Route("GET", "/cases/{case}/plan", plan),
)
