"""*Attention*: what stands still until somebody decides, each with its cause."""

import asyncio
from collections import Counter
from typing import Final

from aiohttp import web

from bridge.dashboard import words
from bridge.dashboard.pages.reading import names_of
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit

MOST: Final = 100
"""Of each kind that are shown; all are counted."""


async def attention(visit: Visit) -> web.StreamResponse:
    """The page."""
    board = visit.board
    dead, drifted, parked, waiting = await asyncio.gather(
        board.dead(cursor=visit.asked("cursor") or None, limit=MOST),
        board.overview.cases(text="", standing="drifted", cursor=None, limit=MOST),
        board.events(case=None, cursor=None, limit=MOST, outcome="parked"),
        board.status(),
    )
    named = await names_of(board, [*dead["items"], *parked["items"]])
    causes = Counter(words.cause(letter["reason"]) for letter in dead["items"])
    return await visit.show(
        "attention.html",
        dead=dead["items"],
        more_dead=dead["next"],
        causes=causes.most_common(),
        drifted=drifted["items"],
        parked=parked["items"],
        paused=waiting["paused_cases"],
        names={**named, **words.names_in(drifted["items"])},
    )


ROUTES: Final = (Route("GET", "/attention", attention),)
