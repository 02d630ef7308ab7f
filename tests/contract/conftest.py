"""The stores that the contract holds for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.ports.store import Store
from bridge.store.sqlite import open_store


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store of each kind."""
    return {"sqlite": f"sqlite:///{tmp_path}/bridge.db"}[request.param]


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_store(store_url) as opened:
        yield opened
