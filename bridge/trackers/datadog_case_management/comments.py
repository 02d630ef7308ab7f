"""Calls the part of Case Management's API that holds the comments of a case."""

from collections.abc import AsyncIterator

from bridge.domain.model import Comment
from bridge.ports.errors import AmbiguousError, GoneError
from bridge.trackers.datadog_case_management import mapping
from bridge.trackers.datadog_case_management.wire import CellsAnswer, CommentCell
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp

PAGE_SIZE = 100

SHORT_PAGE = 10
"""A page with less than the API's default size is the last, whatever was asked for."""


async def read(http: TrackerHttp, case: str) -> AsyncIterator[Comment]:
    """The comments of a case, newest first, each once; pages count from 0 here."""
    seen: set[str] = set()
    number = 0
    while True:
        params = {"page[size]": str(PAGE_SIZE), "page[number]": str(number)}
        call = Call(Effect.READ, "GET", _path(case, "timelines"), params)
        cells = (await http.fetch(call, CellsAnswer)).data
        fresh = [cell for cell in cells if cell.id not in seen]
        seen.update(cell.id for cell in fresh)
        for cell in fresh:
            if isinstance(cell, CommentCell):
                yield mapping.comment_from(cell)
        if not fresh or len(cells) < SHORT_PAGE:
            return
        number += 1


async def add(http: TrackerHttp, case: str, text: str) -> Comment:
    """Write a comment; the answer lists the one new cell."""
    call = Call(Effect.ADD, "POST", _path(case, "comment"), body=_body(text))
    answer = await http.fetch(call, CellsAnswer)
    for cell in answer.data:
        if isinstance(cell, CommentCell):
            return mapping.comment_from(cell)
    raise AmbiguousError(f"{call} answered without the comment")


async def edit(http: TrackerHttp, case: str, comment: str, text: str) -> None:
    """Replace the text of a comment; what is answered is not documented."""
    path = _path(case, "comment", comment)
    await http.send(Call(Effect.SET, "PUT", path, body=_body(text)))


async def delete(http: TrackerHttp, case: str, comment: str) -> None:
    """Delete a comment; it may be gone already."""
    try:
        await http.send(Call(Effect.SET, "DELETE", _path(case, "comment", comment)))
    except GoneError:
        return


def _body(text: str) -> dict[str, object]:
    return {"data": {"type": "case", "attributes": {"comment": text}}}


def _path(*segments: str) -> str:
    return path_of("api", "v2", "cases", *segments)
