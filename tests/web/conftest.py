"""The HTTP surface on a loopback port, over paper."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bridge import web
from tests.web.fakes import PaperDesk, PaperIntake


@pytest.fixture
def intake() -> PaperIntake:
    return PaperIntake()


@pytest.fixture
def desk() -> PaperDesk:
    return PaperDesk()


@pytest.fixture
def reasons() -> list[str]:
    """Why the bridge is not ready."""
    return []


@pytest.fixture
def warnings() -> list[str]:
    """What is not well although the bridge is ready."""
    return []


@pytest.fixture
async def url(
    intake: PaperIntake, desk: PaperDesk, reasons: list[str], warnings: list[str]
) -> AsyncIterator[str]:
    async def readiness() -> list[str]:
        return reasons

    app = web.build(
        intake,
        desk,
        readiness=readiness,
        warnings=lambda: warnings,
        max_body=2048,
        body_timeout=0.2,
    )
    async with web.listening(app, host="127.0.0.1", port=0) as address:
        yield address


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as opened:
        yield opened
