"""``/metrics`` is served beside health, and is as closed as the API."""

from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web as http
from pydantic import SecretStr

from bridge import web
from tests.web.fakes import PaperDesk, PaperIntake

TOKEN = "metrics-token-31"
TEXT = b"# HELP bridge_links Links\n# TYPE bridge_links gauge\nbridge_links 2.0\n"


async def exposition() -> bytes:
    return TEXT


async def no_reasons() -> list[str]:
    return []


def served(token: SecretStr | None) -> http.Application:
    return web.build(
        PaperIntake(),
        PaperDesk(),
        readiness=no_reasons,
        exposition=exposition,
        api_token=token,
    )


@pytest.fixture(params=[None, SecretStr(TOKEN)], ids=["open", "closed"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    app = served(request.param)
    headers = {"Authorization": f"Bearer {TOKEN}"} if request.param else {}
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, headers=headers) as opened,
    ):
        yield opened


async def test_the_text_is_of_the_type_that_every_prometheus_reads(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.content == TEXT


async def test_a_parameter_that_nobody_knows_is_refused(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/metrics?name=x")).status_code == 400


async def test_with_a_token_nobody_else_is_told() -> None:
    app = served(SecretStr(TOKEN))
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        answer = await client.get("/metrics")
        guessed = await client.get("/metrics", headers={"Authorization": "Bearer x"})

    assert answer.status_code == guessed.status_code == 401
    assert b"bridge_links" not in answer.content + guessed.content


async def test_without_a_token_no_page_of_another_site_reads_them() -> None:
    async with (
        web.listening(served(None), host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        rebound = await client.get("/metrics", headers={"Host": "evil.example"})

    assert rebound.status_code == 403
