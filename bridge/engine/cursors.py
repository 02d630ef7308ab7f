"""Where a list is read on: what the page before gave as ``next``, and nothing else."""

import re

from bridge.engine.ids import FORM
from bridge.ports.errors import Unclear

_ID = re.compile(FORM)
_THING = re.compile(r"[^:\s]+:.+")


def read_id(cursor: str | None) -> str:
    """Behind which event or dead letter to go on, empty for the start; Unclear."""
    return _read(cursor, _ID)


def read_issue(cursor: str | None) -> str:
    """Behind which issue to go on, empty for the start; Unclear."""
    return _read(cursor, _THING)


def read_case(cursor: str | None) -> str:
    """Behind which case to go on, empty for the start; Unclear."""
    return _read(cursor, _THING)


def _read(cursor: str | None, form: re.Pattern[str]) -> str:
    if cursor is None:
        return ""
    if form.fullmatch(cursor) is None:
        raise Unclear('cursor: give the "next" of the page before, as it stands there')
    return cursor
