"""The pages, one module each, and the hands that their buttons call."""

from typing import Final

from bridge.dashboard.pages import (
    attention,
    cases,
    hands,
    now,
    rules,
    setup,
    stream,
    timeline,
)
from bridge.dashboard.routes import Route

PAGES: Final[tuple[Route, ...]] = (
    *now.ROUTES,
    *cases.ROUTES,
    *timeline.ROUTES,
    *rules.ROUTES,
    *attention.ROUTES,
    *setup.ROUTES,
    *hands.ROUTES,
    *stream.ROUTES,
)
"""Every page that is behind the door."""
