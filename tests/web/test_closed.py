"""The API is closed without a token, except on loopback, whatever a request claims."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from bridge import settings, web
from bridge.settings import ConfigError
from bridge.web.operations import OPERATIONS
from tests.web.fakes import PaperDesk, PaperIntake

TOKEN = "closed-token-77"
GUARDED = [
    (each.method, each.path.replace("{", "").replace("}", ""))
    for each in OPERATIONS
    if each.is_guarded
]
CLAIMS = {
    "a local host": {"Host": "localhost"},
    "a loopback address": {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"},
    "forwarded for this machine": {"X-Forwarded-For": "127.0.0.1"},
    "a forwarded host": {"X-Forwarded-Host": "localhost", "X-Real-IP": "::1"},
    "forwarded": {"Forwarded": "for=127.0.0.1;host=localhost;proto=http"},
    "another path": {"X-Original-URL": "/healthz", "X-Rewrite-URL": "/healthz"},
    "another method": {"X-HTTP-Method-Override": "GET"},
    "a user": {"X-Remote-User": "admin", "Cookie": f"token={TOKEN}"},
}


@pytest.fixture
async def closed(desk: PaperDesk) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a bridge that has a token; it does not know it."""

    async def readiness() -> list[str]:
        return []

    token = SecretStr(TOKEN)
    app = web.build(PaperIntake(), desk, readiness=readiness, api_token=token)
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
async def test_no_claim_opens_what_a_token_guards(
    closed: httpx.AsyncClient, claim: dict[str, str]
) -> None:
    for method, path in GUARDED:
        answer = await closed.request(method, path, headers=claim)
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_in_the_address_or_a_form_is_none(
    closed: httpx.AsyncClient, desk: PaperDesk
) -> None:
    link = {"issue": "errors:1", "case": "cases:1", "api_token": TOKEN}
    asked = await closed.get(f"/api/v1/status?api_token={TOKEN}&token={TOKEN}")
    posted = await closed.post("/api/v1/links", data=link)

    assert asked.status_code == posted.status_code == 401
    assert desk.linked == {}


@pytest.mark.parametrize(
    "claim",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-Host": "bridge.example"},
        {"Forwarded": "for=203.0.113.7"},
    ],
)
async def test_without_a_token_what_proxies_say_changes_nothing(
    client: httpx.AsyncClient, claim: dict[str, str]
) -> None:
    """Who has no token has bound to loopback; a name that is not local is refused."""
    local = await client.get("/api/v1/status", headers=claim)
    foreign = {**claim, "Host": "bridge.example"}
    assert local.status_code == 200
    assert (await client.get("/api/v1/status", headers=foreign)).status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        *("localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8080"),
        *("localhost@evil.example", "[::1].evil.example", "", "0.0.0.0", "127.1.evil"),
    ],
)
async def test_a_name_that_only_looks_local_is_not(
    client: httpx.AsyncClient, host: str
) -> None:
    answer = await client.get("/api/v1/status", headers={"Host": host})
    assert answer.status_code in {400, 403}


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.0.2.1", "bridge.example", "127.0.0.1.example"]
)
@pytest.mark.parametrize("token", [None, ""])
def test_off_loopback_no_configuration_is_without_a_token(
    host: str, token: str | None
) -> None:
    environ = {
        "BRIDGE__SERVER__HOST": host,
        "BRIDGE__TRACKERS__ERRORS__KIND": "datadog_error_tracking",
        "BRIDGE__TRACKERS__ERRORS__API_KEY": "k",
        "BRIDGE__TRACKERS__ERRORS__APP_KEY": "k",
        "BRIDGE__TRACKERS__CASES__KIND": "datadog_case_management",
        "BRIDGE__TRACKERS__CASES__API_KEY": "k",
        "BRIDGE__TRACKERS__CASES__APP_KEY": "k",
    }
    if token is not None:
        environ["BRIDGE__SERVER__API_TOKEN"] = token

    with pytest.raises(ConfigError, match=r"server\.api_token|API_TOKEN"):
        settings.load(None, environ)

    good = settings.load(None, {**environ, "BRIDGE__SERVER__API_TOKEN": TOKEN})
    assert good.server.host == host
