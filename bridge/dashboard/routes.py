"""Where a page is, and what answers there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bridge.dashboard.visits import Visit

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    answer: Answer
