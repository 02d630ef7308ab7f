"""The operator's hands over HTTP: retry, skip, resume, look again."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, Strict

from bridge.web import questions
from bridge.web.errors import Problem
from bridge.web.ports import Desk

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Names = Annotated[list[Name], Field(min_length=1, max_length=1000)]


class Letters(BaseModel):
    """Dead letters by their ids: all of them, or none if one is unknown."""

    model_config = ConfigDict(extra="forbid")

    ids: Names


class NewResync(BaseModel):
    """The cases to look at, all where none is named, or only to tell what for."""

    model_config = ConfigDict(extra="forbid")

    cases: Annotated[list[Name], Field(max_length=1000)] = []
    dry_run: Annotated[bool, Strict()] = False


class PlansPage(BaseModel):
    """Which of the plans of a dry run to tell."""

    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 100


class OperatingApi:
    """The routes over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Where each of them is."""
        return [
            web.post("/api/v1/dead/retry", self._retry_several),
            web.post("/api/v1/dead/skip", self._skip_several),
            web.post("/api/v1/dead/{id}/retry", self._retry),
            web.post("/api/v1/dead/{id}/skip", self._skip),
            web.post("/api/v1/cases/{case}/resume", self._resume),
            web.post("/api/v1/resync", self._resync),
            web.get("/api/v1/resync", self._progress),
        ]

    async def _retry(self, request: web.Request) -> web.Response:
        letter = request.match_info["id"]
        return questions.answer({"id": letter, **await self._desk.retry([letter])})

    async def _skip(self, request: web.Request) -> web.Response:
        letter = request.match_info["id"]
        return questions.answer({"id": letter, **await self._desk.skip([letter])})

    async def _retry_several(self, request: web.Request) -> web.Response:
        letters = await questions.sent(request, Letters)
        return questions.answer(await self._desk.retry(letters.ids))

    async def _skip_several(self, request: web.Request) -> web.Response:
        letters = await questions.sent(request, Letters)
        return questions.answer(await self._desk.skip(letters.ids))

    async def _resume(self, request: web.Request) -> web.Response:
        return questions.answer(await self._desk.resume(request.match_info["case"]))

    async def _resync(self, request: web.Request) -> web.Response:
        page = questions.query(request, PlansPage)
        asked = await questions.sent(request, NewResync)
        if asked.dry_run:
            plans = await self._desk.resync(asked.cases, is_dry=True, **dict(page))
            return questions.answer(plans)
        if page.model_fields_set:
            raise Problem(400, "only what a dry run tells is read page by page")
        return questions.answer(await self._desk.resync(asked.cases), status=202)

    async def _progress(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.resync_progress())
