"""Where a list is read on: what the page before gave as ``next``, and nothing else.

Each list marks its cursors, so that none is taken for another list's.
"""

import re
from dataclasses import dataclass

from bridge.engine.ids import FORM
from bridge.ports.errors import Unclear

_THING = r"[^:\s]+:.+"


@dataclass(frozen=True, slots=True)
class Cursors:
    """Those of one list: its *mark*, and the *form* of a place in it."""

    mark: str
    form: str

    def after(self, place: str | None) -> str | None:
        """The cursor of the page behind *place*, if there is one."""
        return f"{self.mark}.{place}" if place else None

    def read(self, cursor: str | None) -> str:
        """The place behind which to go on, empty for the start; Unclear."""
        if cursor is None:
            return ""
        mark, _, place = cursor.partition(".")
        if mark != self.mark or re.fullmatch(self.form, place) is None:
            raise Unclear(
                'cursor: give the "next" of the page before, as it stands there'
            )
        return place


CASES = Cursors("case", r"\d{1,17}:.+")
LINKS = Cursors("link", _THING)
EVENTS = Cursors("event", FORM)
DEAD = Cursors("dead", FORM)
RECORDED = Cursors("issue", _THING)
PLANS = Cursors("plan", _THING)
