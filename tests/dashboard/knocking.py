"""Who knocks at the door of a dashboard over paper."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx
from aiohttp import web as http
from pydantic import SecretStr

from bridge import dashboard, web
from bridge.ports.clock import Clock
from tests.dashboard.paper import PaperBoard
from tests.web.fakes import PaperIntake

TOKEN = "door-token-7f"


async def no_reasons() -> list[str]:
    return []


class Knocker:
    """A browser of sorts: it keeps cookies and says where it comes from."""

    def __init__(self, client: httpx.AsyncClient, board: PaperBoard) -> None:
        self.client = client
        self.board = board
        self.origin = str(client.base_url).rstrip("/")

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.send(path, fields, {"Origin": self.origin})

    async def send(
        self, path: str, fields: dict[str, str], headers: dict[str, str]
    ) -> httpx.Response:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self.client.post(path, content=urlencode(fields), headers=form)

    async def log_in(self) -> httpx.Response:
        return await self.post("/login", token=TOKEN, back="/rules")

    async def form_token(self) -> str:
        page = (await self.client.get("/rules")).text
        return page.partition('name="form_token" value="')[2].partition('"')[0]


def application(
    board: PaperBoard,
    clock: Clock,
    token: str | None,
    public_url: str | None = None,
) -> http.Application:
    secret = SecretStr(token) if token else None
    app = web.build(PaperIntake(), board, readiness=no_reasons, api_token=secret)
    dashboard.add_to(
        app,
        board,
        readiness=no_reasons,
        api_token=secret,
        public_url=public_url,
        clock=clock,
    )
    return app


@asynccontextmanager
async def knocking(app: http.Application, board: PaperBoard) -> AsyncIterator[Knocker]:
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield Knocker(client, board)
