"""A small world, its sandbox being served, and Datadog's own client pointed at it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import pytest
from datadog_api_client import ApiClient, Configuration
from datadog_api_client.v1.api.webhooks_integration_api import WebhooksIntegrationApi
from datadog_api_client.v2.api.case_management_api import CaseManagementApi
from datadog_api_client.v2.api.case_management_type_api import CaseManagementTypeApi
from datadog_api_client.v2.api.error_tracking_api import ErrorTrackingApi
from datadog_api_client.v2.api.users_api import UsersApi

from bridge.sandbox import Sandbox, build_world, empty_world, serving
from bridge.sandbox.world import World

Answer = TypeVar("Answer")


class Apis:
    """The APIs of Datadog's own client, which is not typed strictly enough for mypy.

    It turns the documents it is given into its models, and refuses what does not fit.
    """

    def __init__(self, client: Any) -> None:
        kinds: tuple[Any, ...] = (
            ErrorTrackingApi,
            CaseManagementApi,
            CaseManagementTypeApi,
            UsersApi,
            WebhooksIntegrationApi,
        )
        made = [kind(client) for kind in kinds]
        self.issues, self.cases, self.types, self.users, self.webhooks = made


Official = Callable[[Callable[[Apis], Any]], Awaitable[Any]]


@dataclass
class HandClock:
    """A clock that a test moves by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 5, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> World:
    return build_world(seed=3, cases=5, loose_issues=2, clock=clock)


@pytest.fixture
def bare_world(clock: HandClock) -> World:
    return empty_world(seed=3, clock=clock)


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    return Sandbox(world)


@pytest.fixture
async def url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with sandbox.hooks, serving(sandbox) as base:
        yield base


@pytest.fixture
async def http(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    keys = {"DD-API-KEY": "sandbox-api-key", "DD-APPLICATION-KEY": "sandbox-app-key"}
    async with aiohttp.ClientSession(url, headers=keys) as session:
        yield session


@pytest.fixture
def official(url: str) -> Official:
    """Runs a call of Datadog's own client in a thread."""
    make: Any = Configuration
    configuration = make(host=url)
    configuration.api_key["apiKeyAuth"] = "sandbox-api-key"
    configuration.api_key["appKeyAuth"] = "sandbox-app-key"

    def run(call: Callable[[Apis], Any]) -> Any:
        make: Any = ApiClient
        with make(configuration) as client:
            return call(Apis(client))

    async def ask(call: Callable[[Apis], Any]) -> Any:
        return await asyncio.to_thread(run, call)

    return ask
