"""The page's way to the bridge goes to the bridge's few routes and nowhere else."""

import aiohttp
import pytest

from bridge.sandbox import BridgeAddress, Sandbox, serving
from bridge.sandbox.world import World
from tests.sandbox.fake_bridge import FakeBridge


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/bridge/api/v1/status", 200),
        ("GET", "/bridge/api/v1/events?limit=3", 200),
        ("GET", "/bridge/api/v1/dead", 404),
        ("DELETE", "/bridge/api/v1/status", 404),
        ("GET", "/bridge/api/v1/status/%2e%2e/dead", 404),
        ("POST", "/bridge/api/v1/links", 415),
        ("POST", "/bridge/api/v1/cases", 415),
        ("POST", "/bridge/api/v1/plan", 415),
        ("GET", "/bridge/api/v1/cases", 404),
        ("POST", "/bridge/api/v1/backfill", 404),
    ],
)
async def test_only_what_the_page_needs_is_passed_on(
    world: World, method: str, path: str, status: int
) -> None:
    async with FakeBridge(world).serving() as fake:
        sandbox = Sandbox(world, bridge=BridgeAddress(fake.url))
        async with (
            serving(sandbox) as url,
            aiohttp.ClientSession() as http,
            http.request(method, url + path) as answer,
        ):
            assert answer.status == status


@pytest.mark.parametrize(
    ("bridge", "status"),
    # Nothing can listen at port 0.
    [("", 503), ("http://127.0.0.1:0", 502)],
)
async def test_a_missing_bridge_is_told(world: World, bridge: str, status: int) -> None:
    async with (
        serving(Sandbox(world, bridge=BridgeAddress(bridge))) as url,
        aiohttp.ClientSession(url) as http,
        http.get("/bridge/api/v1/status") as answer,
    ):
        assert answer.status == status
