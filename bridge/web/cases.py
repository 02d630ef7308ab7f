"""``/api/v1/cases`` and ``/api/v1/backfill``: cases made from issues, one or many."""

from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, Strict

from bridge.web import questions
from bridge.web.ports import Desk

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Moment = Annotated[AwareDatetime, Strict(), Field(ge=datetime(2000, 1, 1, tzinfo=UTC))]


class NewCase(BaseModel):
    """The issue that gets a case; *project* counts where no rule names one."""

    model_config = ConfigDict(extra="forbid")

    issue: Name
    project: Name | None = None


class NewBackfill(BaseModel):
    """Since when issues are gone through, and whether only to tell what would be.

    Issues that somebody ignored or excluded are left out but with *ignored*.
    """

    model_config = ConfigDict(extra="forbid")

    since: Moment | None = None
    dry_run: Annotated[bool, Strict()] = False
    ignored: Annotated[bool, Strict()] = False


class CasesApi:
    """The routes over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Where each of them is."""
        return [
            web.post("/api/v1/cases", self._create),
            web.post("/api/v1/backfill", self._backfill),
            web.get("/api/v1/backfill", self._progress),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        new = await questions.sent(request, NewCase)
        made = await self._desk.create(new.issue, new.project)
        return questions.answer(made, status=201)

    async def _backfill(self, request: web.Request) -> web.Response:
        asked = await questions.sent(request, NewBackfill)
        answer = await self._desk.backfill(
            asked.since, is_dry=asked.dry_run, with_ignored=asked.ignored
        )
        # A bridge that runs dry previews whatever it is asked.
        is_begun = "under_way" in answer
        return questions.answer(answer, status=202 if is_begun else 200)

    async def _progress(self, request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(await self._desk.backfill_progress())
