"""``db copy``: everything arrives in PostgreSQL, or nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, select

from bridge.ports.commits import Commit
from bridge.ports.errors import StoreRefused
from bridge.ports.records import Key
from bridge.store.copying import copy
from bridge.store.opening import open_store
from bridge.store.schema import metadata
from tests.builders import NOON
from tests.postgres import Postgres, engine_of
from tests.store.records import (
    CASE,
    action,
    dead_letter,
    delivery,
    due,
    link,
    pass_record,
)


def rows_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    if url.startswith("sqlite"):
        engine = create_engine(url, poolclass=NullPool)
    else:
        engine = engine_of(url)
    with engine.connect() as conn:
        return {
            table.name: sorted(
                (tuple(row) for row in conn.execute(select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }


@pytest.fixture
async def source(tmp_path: Path) -> str:
    """A store with something in every kind of table, more than one portion of it."""
    url = f"sqlite:///{tmp_path}/bridge.db"
    async with open_store(url) as store:
        await link(store)
        for n in range(1100):
            await store.accept(delivery(f"{n:05}", f"errors:{n}"))
        await store.commit(
            Commit(
                passes=[pass_record()],
                actions=[action()],
                dead=[dead_letter("letter")],
                marks={"watching": NOON},
            )
        )
        await store.accept(delivery("due", CASE))
    return url


async def test_every_row_arrives_as_it_was(source: str, postgres: Postgres) -> None:
    target = postgres.new_database()
    told: list[int] = []
    counts = await asyncio.to_thread(copy, source, target, told.append)

    assert rows_of(source) == rows_of(target)
    assert counts["events"] == 1102
    assert told[0] == -sum(told[1:]) == sum(counts.values())
    async with open_store(source) as old, open_store(target) as new:
        assert await due(old) == await due(new)
        assert await old.load(Key(CASE)) == await new.load(Key(CASE))
        before = (await new.load(Key(CASE))).version
        await new.accept(delivery("later", CASE))
        assert (await new.load(Key(CASE))).version > before


async def test_a_target_that_holds_something_is_refused(
    source: str, postgres: Postgres
) -> None:
    target = postgres.empty_store()
    async with open_store(target) as store:
        await store.commit(Commit(marks={"watching": NOON}))

    with pytest.raises(StoreRefused, match="not empty, there are rows in marks"):
        await asyncio.to_thread(copy, source, target, lambda _: None)

    assert rows_of(target)["events"] == []


async def test_a_source_that_a_bridge_has_open_is_refused(
    source: str, postgres: Postgres
) -> None:
    async with open_store(source):
        with pytest.raises(StoreRefused, match="in use by another process"):
            await asyncio.to_thread(
                copy, source, postgres.new_database(), lambda _: None
            )


async def test_what_fails_half_way_leaves_nothing(
    source: str, postgres: Postgres
) -> None:
    target = postgres.new_database()

    def fail(rows: int) -> None:
        if rows < -1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source, target, fail)

    async with open_store(target) as store:
        assert await store.events() == []


@pytest.mark.parametrize(
    ("source_url", "target_url", "says"),
    [
        ("postgresql://db/a", "postgresql://db/b", "copy from sqlite"),
        ("sqlite:///a.db", "sqlite:///b.db", "copy from sqlite"),
        ("sqlite:////nowhere/a.db", "postgresql://db/b", "there is no store at"),
        ("a.db", "postgresql://db/b", "the store url is not one"),
    ],
)
def test_what_cannot_be_copied_is_refused(
    source_url: str, target_url: str, says: str
) -> None:
    with pytest.raises(StoreRefused, match=says):
        copy(source_url, target_url, lambda _: None)
