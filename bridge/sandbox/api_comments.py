"""Case Management over HTTP: a case's timeline and its comments."""

from aiohttp import web

from bridge.sandbox import comment_changes
from bridge.sandbox.answers import (
    BadRequest,
    attributes,
    document,
    must_be_uuid,
    page,
    text_of,
)
from bridge.sandbox.case_documents import cell_document
from bridge.sandbox.comment_texts import kept_text
from bridge.sandbox.records import Case
from bridge.sandbox.sandbox import sandbox_of, view_of
from bridge.sandbox.world import Refused

_CASE = "/api/v2/cases/{case}"

routes = web.RouteTableDef()


@routes.get(f"{_CASE}/timelines")
async def list_timeline(request: web.Request) -> web.Response:
    """A case's comments, newest first; the first page is number 0."""
    case = view_of(request).case(request.match_info["case"])
    number, size = page(request, first=0)
    cells = sandbox_of(request).listed(case.comments)
    if request.query.get("sort[ascending]", "false").lower() != "true":
        cells.reverse()
    world = sandbox_of(request).world
    shown = cells[number * size : (number + 1) * size]
    return document([cell_document(world, comment) for comment in shown])


@routes.post(f"{_CASE}/comment")
async def add_comment(request: web.Request) -> web.Response:
    """Write a comment; the answer's ``data`` is a list."""
    sandbox = sandbox_of(request)
    case, text = _case(request), await _text(request)
    try:
        comment = comment_changes.add(sandbox.world, case, text, sandbox.api_hand)
    except Refused:
        raise BadRequest from None
    return document([cell_document(sandbox.world, comment)])


@routes.put(f"{_CASE}/comment/{{cell}}")
async def edit_comment(request: web.Request) -> web.Response:
    """Replace a comment's text; the answer has no body."""
    sandbox = sandbox_of(request)
    case, text, cell = _case(request), await _text(request), _cell_id(request)
    try:
        comment_changes.edit(sandbox.world, case, cell, text, sandbox.api_hand)
    except Refused:
        raise BadRequest from None
    return web.Response(status=200)


@routes.delete(f"{_CASE}/comment/{{cell}}")
async def delete_comment(request: web.Request) -> web.Response:
    """Delete a comment."""
    sandbox = sandbox_of(request)
    case, cell = _case(request), _cell_id(request)
    comment_changes.delete(sandbox.world, case, cell, sandbox.api_hand)
    return web.Response(status=204)


def _case(request: web.Request) -> Case:
    return sandbox_of(request).world.case(request.match_info["case"])


async def _text(request: web.Request) -> str:
    return kept_text(request, text_of(await attributes(request, "case"), "comment"))


def _cell_id(request: web.Request) -> str:
    try:
        return must_be_uuid(request.match_info["cell"], "")
    except BadRequest:
        raise BadRequest(
            'invalid parameter "CommentID" in "path"; expected type "uuid"',
            "Invalid Parameter",
        ) from None
