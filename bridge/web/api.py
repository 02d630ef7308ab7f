"""``/api/v1``: what is linked, what waits, what was done, what would be done."""

from typing import Annotated, Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.web import body
from bridge.web.errors import Problem
from bridge.web.ports import Desk

Name = Annotated[str, Field(min_length=1, max_length=1000)]

Question = TypeVar("Question", bound=BaseModel)


class Page(BaseModel):
    """What every list takes."""

    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class LinksPage(Page):
    """Which links to list."""

    case: Name | None = None
    issue: Name | None = None


class EventsPage(Page):
    """Which events to list."""

    case: Name | None = None


class NewLink(BaseModel):
    """An issue to attach to a case."""

    model_config = ConfigDict(extra="forbid")

    issue: Name
    case: Name


class PlanFor(BaseModel):
    """The case, or the issue, to plan for."""

    model_config = ConfigDict(extra="forbid")

    case: Name | None = None
    issue: Name | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "PlanFor":
        if (self.case is None) == (self.issue is None):
            raise ValueError('give either "case" or "issue"')
        return self


class Api:
    """The routes over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Where each of them is."""
        return [
            web.get("/api/v1/status", self._status),
            web.get("/api/v1/links", self._links),
            web.post("/api/v1/links", self._link),
            web.delete("/api/v1/links/{issue}", self._unlink),
            web.get("/api/v1/events", self._events),
            web.get("/api/v1/dead", self._dead),
            web.post("/api/v1/plan", self._plan),
        ]

    async def _status(self, _: web.Request) -> web.Response:
        return _json(await self._desk.status())

    async def _links(self, request: web.Request) -> web.Response:
        page = _query(request, LinksPage)
        return _json(await self._desk.links(**dict(page)))

    async def _link(self, request: web.Request) -> web.Response:
        new = await _sent(request, NewLink)
        return _json(await self._desk.link(new.issue, new.case), status=201)

    async def _unlink(self, request: web.Request) -> web.Response:
        await self._desk.unlink(request.match_info["issue"])
        return web.Response(status=204)

    async def _events(self, request: web.Request) -> web.Response:
        page = _query(request, EventsPage)
        return _json(await self._desk.events(**dict(page)))

    async def _dead(self, request: web.Request) -> web.Response:
        page = _query(request, Page)
        return _json(await self._desk.dead(**dict(page)))

    async def _plan(self, request: web.Request) -> web.Response:
        wanted = await _sent(request, PlanFor)
        return _json(await self._desk.plan(wanted.case or wanted.issue or ""))


def _json(value: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=orjson.dumps(value), content_type="application/json"
    )


def _query(request: web.Request, model: type[Question]) -> Question:
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as exc:
        raise _unfit(exc) from None


async def _sent(request: web.Request, model: type[Question]) -> Question:
    try:
        return model.model_validate_json(await body.read(request))
    except ValidationError as exc:
        raise _unfit(exc) from None


def _unfit(error: ValidationError) -> Problem:
    """What is wrong with a question, without repeating what was sent."""
    texts = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(step) for step in problem["loc"])
        text = problem["msg"].removeprefix("Value error, ")
        texts.append(f"{place}: {text}" if place else text)
    return Problem(400, "; ".join(texts))
