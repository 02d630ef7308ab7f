"""The operator's hands: what the buttons do, and where one is afterwards."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from bridge.dashboard import forms
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit
from bridge.web.errors import Problem


async def retry(visit: Visit) -> web.StreamResponse:
    """Try letters again."""
    fields = await visit.form()
    answer = await visit.board.retry(_letters(fields))
    return _back(fields, "/attention", "retried", answer["retried"])


async def skip(visit: Visit) -> web.StreamResponse:
    """Let letters be."""
    fields = await visit.form()
    answer = await visit.board.skip(_letters(fields))
    return _back(fields, "/attention", "skipped", answer["skipped"])


async def resume(visit: Visit) -> web.StreamResponse:
    """Go on with a paused case."""
    fields = await visit.form()
    await visit.board.resume(_needed(fields, "case"))
    return _back(fields, "/attention", "resumed")


async def resync(visit: Visit) -> web.StreamResponse:
    """Look at a case now."""
    fields = await visit.form()
    await visit.board.resync([_needed(fields, "case")])
    return _back(fields, "/cases", "looking")


async def link(visit: Visit) -> web.StreamResponse:
    """Attach an issue to a case."""
    fields = await visit.form()
    await visit.board.link(_needed(fields, "issue"), _needed(fields, "case"))
    return _back(fields, "/cases", "linked")


async def unlink(visit: Visit) -> web.StreamResponse:
    """Detach an issue."""
    fields = await visit.form()
    await visit.board.unlink(_needed(fields, "issue"))
    return _back(fields, "/cases", "unlinked")


def _letters(fields: forms.Fields) -> list[str]:
    letters = fields.get("id", [])
    if not letters:
        raise Problem(400, "no dead letter was chosen")
    return letters


def _needed(fields: forms.Fields, name: str) -> str:
    value = forms.one(fields, name)
    if not value:
        raise Problem(400, f"the {name} is missing")
    return value


def _back(
    fields: forms.Fields, otherwise: str, done: str, count: int | None = None
) -> web.Response:
    """Where the form was, with word of what was done."""
    there = urlsplit(forms.path_in(forms.one(fields, "back"), otherwise))
    kept = [pair for pair in parse_qsl(there.query) if pair[0] not in ("done", "n")]
    told = [*kept, ("done", done), *([("n", str(count))] if count is not None else [])]
    address = f"{there.path}?{urlencode(told)}"
    return web.Response(status=303, headers={"Location": address})


ROUTES: Final = (
    Route("POST", "/dead/retry", retry),
    Route("POST", "/dead/skip", skip),
    Route("POST", "/resume", resume),
    Route("POST", "/resync", resync),
    Route("POST", "/link", link),
    Route("POST", "/unlink", unlink),
)
