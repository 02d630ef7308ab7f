"""Stores in PostgreSQL: which are refused, what is shared, and trouble later on."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from hypothesis import settings, stateful

from bridge.ports.errors import StoreRefused, StoreUnavailable
from bridge.ports.records import Key
from bridge.ports.store import LinkExists
from bridge.store import postgresql
from bridge.store.opening import open_store
from tests.contract.test_store_model import StoreMachine
from tests.postgres import Postgres
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    case_record,
    delivery,
    event,
    ids,
    linked,
)


@contextmanager
def beside(url: str) -> Iterator[psycopg.Connection]:
    """A connection of our own, whose statements are committed one by one."""
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn


def break_off(url: str) -> None:
    """Ends every other session of the database, as a server that goes down does."""
    with beside(url) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.empty_store()


async def test_a_server_that_does_not_answer_is_unavailable_in_one_line() -> None:
    with pytest.raises(StoreUnavailable) as failure:
        async with open_store("postgres://me:hunter2@127.0.0.1:1/bridge"):
            raise AssertionError("it opened")

    assert "database 'bridge' at 127.0.0.1" in str(failure.value)
    assert "refused" in str(failure.value)
    assert "hunter2" not in str(failure.value)
    assert "\n" not in str(failure.value)


async def test_without_the_driver_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(StoreRefused, match=r"pip install 'bridge\[postgres\]'"):
        async with open_store("postgresql://db/bridge"):
            raise AssertionError("it opened")


async def test_a_database_of_somebody_else_is_refused(postgres: Postgres) -> None:
    url = postgres.new_database()
    with beside(url) as conn:
        conn.execute("CREATE TABLE songs (title TEXT)")

    with pytest.raises(StoreRefused, match="not one of the bridge"):
        async with open_store(url):
            raise AssertionError("it opened")


async def test_where_none_may_be_made_an_empty_database_is_refused(
    postgres: Postgres,
) -> None:
    with pytest.raises(StoreRefused, match="there is no store in"):
        async with open_store(postgres.new_database(), create=False):
            raise AssertionError("it opened")


async def test_two_that_begin_at_once_make_the_tables_once(postgres: Postgres) -> None:
    url = postgres.new_database()

    async def begin(name: str) -> bool:
        async with open_store(url) as store:
            return (await store.accept(delivery(name))).is_new

    assert await asyncio.gather(*(begin(name) for name in "abc")) == [True] * 3


async def test_a_delivery_that_comes_to_two_replicas_is_kept_once(url: str) -> None:
    async with open_store(url) as one, open_store(url) as other:
        answers = await asyncio.gather(
            *(
                store.accept(delivery(f"{n}{which}", identity=f"{n}"))
                for n in range(50)
                for which, store in (("a", one), ("b", other))
            )
        )

        assert sum(each.is_new for each in answers) == 50
        assert len(await one.events(limit=500)) == 50


async def test_an_issue_that_two_replicas_link_has_one_case(url: str) -> None:
    async with open_store(url) as one, open_store(url) as other:
        ends = await asyncio.gather(
            one.link(linked(ISSUE, CASE), case_record(CASE), event("1", CASE)),
            other.link(
                linked(ISSUE, OTHER_CASE), case_record(OTHER_CASE), event("2", CASE)
            ),
            return_exceptions=True,
        )

        assert [type(end) for end in ends if end] == [LinkExists]
        assert len(await one.links()) == 1


async def test_versions_of_work_rise_across_replicas(url: str) -> None:
    async with open_store(url) as one, open_store(url) as other:
        seen = []
        for n, store in enumerate((one, other, one, other)):
            await store.accept(delivery(f"{n}"))
            seen.append((await store.load(Key(ISSUE))).version)

    assert seen == sorted(set(seen))


def test_any_order_agrees_with_the_model(postgres: Postgres) -> None:
    class Machine(StoreMachine):
        def new_url(self) -> str:
            return postgres.empty_store()

    few = settings(max_examples=8, stateful_step_count=25, deadline=None)
    stateful.run_state_machine_as_test(Machine, settings=few)


async def test_a_connection_that_was_cut_is_made_anew(url: str) -> None:
    async with open_store(url) as store:
        await store.accept(delivery("1"))
        break_off(url)

        assert (await store.accept(delivery("2"))).is_new
        assert ids(await store.events()) == ["2", "1"]


async def test_while_the_database_takes_nobody_in_nothing_is_accepted(
    postgres: Postgres,
) -> None:
    url = postgres.new_database()
    name = url.partition("@/")[2].partition("?")[0]
    async with open_store(url) as store:
        with beside(postgres.url("postgres")) as conn:
            conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s",
                (name,),
            )
            with pytest.raises(StoreUnavailable, match="not currently accepting"):
                await store.accept(delivery("1"))
            with pytest.raises(StoreUnavailable):
                await store.counts()
            conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

        assert (await store.accept(delivery("1"))).is_new


async def test_a_process_that_stops_in_a_transaction_stops_the_others_shortly(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = "idle_in_transaction_session_timeout"
    monkeypatch.setitem(postgresql._SESSION, patience, "300ms")
    async with open_store(url) as stopped, open_store(url) as other:
        conn = stopped._writing.connect()
        conn.exec_driver_sql("UPDATE meta SET value = value + 1 WHERE name = 'tick'")

        assert (await other.accept(delivery("1"))).is_new
        conn.invalidate()


async def test_text_that_the_database_cannot_hold_loses_one_character(url: str) -> None:
    async with open_store(url) as store:
        await store.accept(delivery("1", "errors:a\0b"))

        (row,) = await store.events()

    assert row.key == "errors:a\N{REPLACEMENT CHARACTER}b"


async def test_a_commit_is_durable_where_the_server_says_otherwise(
    postgres: Postgres,
) -> None:
    url = postgres.new_database()
    with beside(url) as conn:
        conn.execute("SET synchronous_commit = off")
        name = conn.info.dbname
        conn.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())

    async with open_store(url) as store:
        with store._writing.connect() as conn_of_store:
            shown = conn_of_store.exec_driver_sql("SHOW synchronous_commit").scalar()

    assert shown == "on"
