"""What the API takes and answers: bodies read, documents and errors written."""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bridge.sandbox.documents import Json

MEDIA_TYPE = "application/vnd.api+json"
_LARGEST_PAGE = 100

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BadRequest(Exception):
    """The request is not what this operation takes; both texts are for the answer."""

    def __init__(self, detail: str = "", title: str = "Bad Request") -> None:
        super().__init__(detail or title)
        self.detail = detail
        self.title = title


def document(
    data: Any, *, status: int = 200, included: list[Json] | None = None, **more: Any
) -> web.Response:
    """A JSON:API answer; ``included`` is left out where it is empty."""
    body: Json = {"data": data, **more}
    if included:
        body["included"] = included
    return answer(body, status=status)


def answer(body: Json, *, status: int = 200) -> web.Response:
    """A body with Datadog's media type."""
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(
        body=text.encode(), status=status, headers={"Content-Type": MEDIA_TYPE}
    )


def error_object(status: int, title: str, detail: str = "") -> web.Response:
    """An error as every recorded one looks: a list of objects."""
    error = {"status": str(status), "title": title}
    if detail:
        error["detail"] = detail
    return answer({"errors": [error]}, status=status)


def error_text(status: int, text: str) -> web.Response:
    """An error as the specification declares it: a list of strings."""
    return answer({"errors": [text]}, status=status)


def no_such_case_thing(text: str) -> web.Response:
    """A 404 as Case Management was recorded answering it."""
    error = {"code": "resource_not_found", "title": text}
    return answer({"errors": [error]}, status=404)


async def json_body(request: web.Request) -> Json:
    """The request's JSON object."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise BadRequest from None
    if not isinstance(body, dict):
        raise BadRequest
    return body


async def request_data(request: web.Request, kind: str) -> Json:
    """The ``data`` of the request's document, which must be of type *kind*."""
    body = await json_body(request)
    data = body.get("data")
    if not isinstance(data, dict):
        raise BadRequest
    if data.get("type") != kind:
        raise BadRequest(f'got type "{data.get("type")}" expected one of "{kind}"')
    return data


async def attributes(request: web.Request, kind: str) -> Json:
    """The attributes of the request's document."""
    return member(await request_data(request, kind), "attributes")


def member(data: Json, name: str) -> Json:
    """An object inside *data*."""
    found = data.get(name)
    if not isinstance(found, dict):
        raise BadRequest
    return found


def text_of(data: Json, name: str, default: str | None = None) -> str:
    """A string inside *data*; required where there is no default."""
    found = data.get(name, default)
    if not isinstance(found, str):
        raise BadRequest(f'"{name}" is required and must be a string')
    return found


def optional_text(data: Json, name: str) -> str | None:
    """A string inside *data*, or None where it is absent or null."""
    return None if data.get(name) is None else text_of(data, name)


def related_id(data: Json, name: str) -> str | None:
    """The id a relationship inside *data* points at, or None."""
    relationships = data.get("relationships") or {}
    relation = relationships.get(name) or {}
    target = relation.get("data") or {}
    found = target.get("id")
    return found if isinstance(found, str) else None


def must_be_uuid(text: str, detail: str) -> str:
    """*text* in lower case, if it is a UUID."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise BadRequest(detail) from None


def page(request: web.Request, *, first: int, size: int = 10) -> tuple[int, int]:
    """The asked-for page as (number, size); *first* is the number of the first one."""
    try:
        wanted = int(request.query.get("page[size]", size))
        number = int(request.query.get("page[number]", first))
    except ValueError:
        raise BadRequest("page must be a number", "Invalid Parameter") from None
    if not 1 <= wanted <= _LARGEST_PAGE or number < 0:
        raise BadRequest("page is out of range", "Invalid Parameter")
    return max(number, first), wanted
