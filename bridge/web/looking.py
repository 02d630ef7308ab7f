"""What people look at over HTTP: cases, rules at work, the pulse, abilities."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from bridge.ports.survey import Standing
from bridge.web import questions
from bridge.web.api import Page
from bridge.web.ports import ServedDesk


class CasesPage(Page):
    """Which cases to list; *q* is part of an id, key or title of a case or an issue."""

    q: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    standing: Standing | None = None


class LookingApi:
    """The routes over a desk."""

    def __init__(self, desk: ServedDesk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Where each of them is."""
        return [
            web.get("/api/v1/cases", self._cases),
            web.get("/api/v1/cases/{case}", self._case),
            web.get("/api/v1/rules", self._rules),
            web.get("/api/v1/abilities", self._abilities),
            web.get("/api/v1/pulse", self._pulse),
        ]

    async def _cases(self, request: web.Request) -> web.Response:
        page = questions.query(request, CasesPage)
        found = await self._desk.overview.cases(
            text=page.q or "",
            standing=page.standing or "",
            cursor=page.cursor,
            limit=page.limit,
        )
        return questions.answer(found)

    async def _case(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.case(request.match_info["case"]))

    async def _rules(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.overview.rules())

    async def _abilities(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.overview.abilities())

    async def _pulse(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.overview.pulse())
