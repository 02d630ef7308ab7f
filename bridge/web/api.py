"""``/api/v1``: what is linked, what waits, what was done, what would be done."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bridge.web import questions
from bridge.web.ports import Desk

Name = Annotated[str, Field(min_length=1, max_length=1000)]


class Page(BaseModel):
    """What every list takes."""

    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class LinksPage(Page):
    """Which links to list."""

    case: Name | None = None
    issue: Name | None = None


class EventsPage(Page):
    """Which events to list; *pending* are those without an outcome yet."""

    case: Name | None = None
    tracker: Name | None = None
    outcome: (
        Literal["applied", "no-op", "ignored", "parked", "dead", "pending"] | None
    ) = None


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

    async def _status(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.status())

    async def _links(self, request: web.Request) -> web.Response:
        page = questions.query(request, LinksPage)
        return questions.answer(await self._desk.links(**dict(page)))

    async def _link(self, request: web.Request) -> web.Response:
        new = await questions.sent(request, NewLink)
        return questions.answer(await self._desk.link(new.issue, new.case), status=201)

    async def _unlink(self, request: web.Request) -> web.Response:
        await self._desk.unlink(request.match_info["issue"])
        return web.Response(status=204)

    async def _events(self, request: web.Request) -> web.Response:
        page = questions.query(request, EventsPage)
        return questions.answer(await self._desk.events(**dict(page)))

    async def _dead(self, request: web.Request) -> web.Response:
        page = questions.query(request, Page)
        return questions.answer(await self._desk.dead(**dict(page)))

    async def _plan(self, request: web.Request) -> web.Response:
        wanted = await questions.sent(request, PlanFor)
        return questions.answer(
            await self._desk.plan(wanted.case or wanted.issue or "")
        )
