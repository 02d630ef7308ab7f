"""Stores of every earlier version, with the tables as they were, are brought up."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect

from bridge.ports.errors import StoreRefused
from bridge.ports.records import Key
from bridge.store.migrations import STEPS
from bridge.store.opening import open_store
from bridge.store.schema import VERSION
from bridge.store.sql import SqlStore
from tests.postgres import Postgres, engine_of
from tests.store.records import CASE, ISSUE, delivery, due

VERSIONS = Path(__file__).parent / "versions"
LINKED = """
INSERT INTO cases (id, "key", title, url, project, status, "group", drift, gone, paused,
    since) VALUES ('cases:1', 'SHOP-1', '', '', '', '', 'OPEN', '', '', '', 0);
INSERT INTO links (issue, "case", since, state, title, url, drift, gone, is_native)
    VALUES ('errors:a', 'cases:1', 0, '', '', '', '', '', false);
INSERT INTO events (id, tracker, identity, "key", cause, kind, at, reason)
    VALUES ('0001', 'errors', 'one', 'cases:1', 'delivery', 'changed', 5, '');
INSERT INTO work ("key", at, version, attempts, reason) VALUES ('cases:1', 5, 6, 0, '');
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes empty places for a store of each kind."""
    if request.param == "sqlite":
        names = iter("abc")
        return lambda: f"sqlite:///{tmp_path}/{next(names)}.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database


def engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    return engine_of(url)


def made_by(version: int, url: str) -> str:
    """*url*, behind which stands a store that a bridge of that version left."""
    kind = url.partition(":")[0]
    tables = (VERSIONS / f"{version}.{kind}.sql").read_text()
    with engine(url).begin() as conn:
        for statement in (tables + LINKED).split(";\n"):
            if statement.strip():
                conn.exec_driver_sql(statement)
    return url


def shape(conn: Connection) -> dict[str, Any]:
    """Every table with its columns, key, references and indexes."""
    there = inspect(conn)
    return {
        table: (
            sorted(
                (c["name"], str(c["type"]), c["nullable"])
                for c in there.get_columns(table)
            ),
            there.get_pk_constraint(table)["constrained_columns"],
            [
                (f["constrained_columns"], f["referred_table"], f["options"])
                for f in there.get_foreign_keys(table)
            ],
            sorted(
                (str(i["name"]), i["column_names"]) for i in there.get_indexes(table)
            ),
        )
        for table in there.get_table_names()
    }


@asynccontextmanager
async def upgraded(url: str) -> AsyncIterator[SqlStore]:
    async with open_store(url, upgrade=True) as store:
        yield store


def test_there_is_a_step_from_every_version() -> None:
    assert sorted(STEPS) == list(range(1, VERSION))


@pytest.mark.parametrize("version", sorted(STEPS))
async def test_the_tables_are_as_if_they_had_been_made_now(
    new_url: Callable[[], str], version: int
) -> None:
    old, new = made_by(version, new_url()), new_url()
    async with upgraded(old), upgraded(new):
        pass

    with engine(old).connect() as was, engine(new).connect() as fresh:
        assert shape(was) == shape(fresh)


@pytest.mark.parametrize("version", sorted(STEPS))
async def test_what_was_there_is_there_still(
    new_url: Callable[[], str], version: int
) -> None:
    url = made_by(version, new_url())
    async with upgraded(url) as store:
        assert [row.link.issue for row in await store.links()] == [ISSUE]
        assert list(await due(store)) == [CASE]
        job = await store.load(Key(CASE))
        assert (job.version, job.events) == (6, ("0001",))
        assert not (await store.accept(delivery("2", identity="one"))).is_new
        assert (await store.accept(delivery("3"))).due == (Key(CASE),)
        assert (await store.load(Key(CASE))).version > 7

    async with open_store(url) as store:
        assert len(await store.events()) == 2


async def test_postgresql_is_changed_only_when_told_to(postgres: Postgres) -> None:
    url = made_by(1, postgres.new_database())
    with engine(url).connect() as conn:
        before = shape(conn)

    with pytest.raises(StoreRefused, match="run `bridge db upgrade`"):
        async with open_store(url):
            raise AssertionError("it opened")

    with engine(url).connect() as conn:
        assert shape(conn) == before


async def test_a_file_is_brought_up_by_itself(tmp_path: Path) -> None:
    url = made_by(1, f"sqlite:///{tmp_path}/bridge.db")

    async with open_store(url) as store:
        assert len(await store.links()) == 1
