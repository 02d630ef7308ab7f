"""The stores that the contract holds for."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.ports.store import Store
from bridge.store.opening import open_store
from bridge.store.sql import SqlStore
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> str:
    """An empty store of each kind."""
    if request.param == "sqlite":
        shutil.copyfile(empty_store, tmp_path / "bridge.db")
        return f"sqlite:///{tmp_path}/bridge.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty_store()


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_store(store_url) as opened:
        yield opened


@pytest.fixture
async def opened(store_url: str) -> AsyncIterator[SqlStore]:
    """An empty store, with the place where its replicas meet."""
    async with open_store(store_url) as made:
        yield made
