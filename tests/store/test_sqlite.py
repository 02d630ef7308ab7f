"""Opening SQLite files: which are refused, and with which words; trouble later on."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bridge.ports.errors import CommitRefused, StoreRefused, StoreUnavailable
from bridge.ports.records import Key
from bridge.store.opening import open_store
from bridge.store.schema import VERSION
from tests.store.records import CASE, ISSUE, delivery, link, work_off


@contextmanager
def raw(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of our own, committed at its end."""
    with closing(sqlite3.connect(file)) as conn, conn:
        yield conn


def _write_notes(file: Path) -> None:
    file.write_bytes(b"# my notes\n" * 1000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bridge.db"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql+asyncpg://me:hunter2@db/bridge", "postgresql+asyncpg is no store"),
        ("mysql://me:hunter2@db/bridge", "mysql is no store"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///bridge.db?mode=ro", "must name a file"),
        ("bridge.db", "is not one"),
        ("", "is not one"),
        ("sqlite+aiosqlite:///bridge.db", "no store"),
        ("sqlite:////no/such/directory/bridge.db", "/no/such/directory does not exist"),
    ],
)
async def test_a_wrong_url_is_refused_with_the_remedy(url: str, says: str) -> None:
    with pytest.raises(StoreRefused) as refusal:
        async with open_store(url):
            raise AssertionError("it opened")

    assert says in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


async def test_a_relative_url_is_a_file_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async with open_store("sqlite:///here.db"):
        assert (tmp_path / "here.db").exists()


async def test_a_newer_schema_is_refused_and_left_alone(file: Path) -> None:
    async with open_store(f"sqlite:///{file}"):
        pass
    with raw(file) as conn:
        conn.execute("UPDATE meta SET value = value + 1 WHERE name = 'schema'")

    with pytest.raises(StoreRefused) as refusal:
        async with open_store(f"sqlite:///{file}"):
            raise AssertionError("it opened")

    assert "newer" in str(refusal.value)
    assert str(VERSION + 1) in str(refusal.value)
    assert str(file) in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("ALTER TABLE cases DROP COLUMN since", "cases.since"),
        ("ALTER TABLE links ADD COLUMN mood TEXT", "links.mood"),
        ("DROP TABLE event_passes", "event_passes.event_id"),
        (
            'DROP TABLE unlinked; CREATE TABLE unlinked (issue TEXT, "case" TEXT)',
            "unlinked.case",
        ),
    ],
    ids=["too little", "too much", "a table too little", "another key"],
)
async def test_a_file_of_an_unfinished_version_is_refused(
    file: Path, change: str, where: str
) -> None:
    async with open_store(f"sqlite:///{file}"):
        pass
    with raw(file) as conn:
        conn.executescript(change)

    with pytest.raises(StoreRefused, match="unfinished version") as refusal:
        async with open_store(f"sqlite:///{file}"):
            raise AssertionError("it opened")

    assert where in str(refusal.value)
    assert str(file) in str(refusal.value)


async def test_a_copy_taken_while_it_runs_is_a_whole_store(
    file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with open_store(f"sqlite:///{file}") as store:
        await store.accept(delivery("before"))
        with raw(file) as conn:
            conn.execute("VACUUM INTO ?", (str(copy),))
        await store.accept(delivery("after"))

    async with open_store(f"sqlite:///{copy}") as store:
        assert [row.id for row in await store.events()] == ["before"]
        assert (await store.accept(delivery("new"))).is_new


async def test_where_none_may_be_made_a_missing_store_is_refused(file: Path) -> None:
    with pytest.raises(StoreRefused, match="there is no store at"):
        async with open_store(f"sqlite:///{file}", create=False):
            raise AssertionError("it opened")
    assert await asyncio.to_thread(lambda: list(file.parent.iterdir())) == []

    async with open_store(f"sqlite:///{file}") as store:
        await store.accept(delivery("1"))
    async with open_store(f"sqlite:///{file}", create=False) as store:
        assert [row.id for row in await store.events()] == ["1"]


async def test_a_database_of_somebody_else_is_refused(file: Path) -> None:
    with raw(file) as conn:
        conn.execute("CREATE TABLE songs (title TEXT)")

    with pytest.raises(StoreRefused, match="not one of the bridge"):
        async with open_store(f"sqlite:///{file}"):
            raise AssertionError("it opened")


async def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    _write_notes(file)

    with pytest.raises(StoreRefused, match="not a database"):
        async with open_store(f"sqlite:///{file}"):
            raise AssertionError("it opened")


async def test_a_refused_file_is_let_go(file: Path) -> None:
    _write_notes(file)
    with pytest.raises(StoreRefused):
        async with open_store(f"sqlite:///{file}"):
            raise AssertionError("it opened")
    await asyncio.to_thread(file.unlink)

    async with open_store(f"sqlite:///{file}") as store:
        assert (await store.accept(delivery("1"))).is_new


async def test_every_commit_is_synced_and_foreign_keys_hold(file: Path) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        with store._writing.connect() as conn:
            modes = [
                conn.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]

    assert modes == ["wal", 2, 1]


async def test_a_full_disk_is_the_store_being_unavailable(file: Path) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        with store._writing.connect() as conn:
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
            conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        answers = await asyncio.gather(
            *(store.accept(delivery(f"{n}")) for n in range(200)),
            return_exceptions=True,
        )
        failed = [one for one in answers if isinstance(one, BaseException)]
        kept = await store.events(limit=1000)

        assert failed
        assert {type(one) for one in failed} == {StoreUnavailable}
        assert "full" in str(failed[0])
        assert len(kept) == len(answers) - len(failed)

        with store._writing.connect() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert (await store.accept(delivery("room again"))).is_new


async def test_a_file_locked_from_outside_is_the_store_being_unavailable(
    file: Path,
) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        with store._writing.connect() as conn:
            conn.exec_driver_sql("PRAGMA busy_timeout = 1")
        with raw(file) as conn:
            conn.execute("BEGIN IMMEDIATE")

            with pytest.raises(StoreUnavailable, match="locked"):
                await store.accept(delivery("1"))
            assert await store.events() == []

        assert (await store.accept(delivery("1"))).is_new


@pytest.mark.parametrize("base", ["{", '{"id": "errors:a"}', '{"state": 7}', "[]"])
async def test_a_row_that_does_not_parse_names_itself(file: Path, base: str) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        await link(store)
        await link(store, "errors:b", "cases:2")
    with raw(file) as conn:
        conn.execute("UPDATE links SET base = ? WHERE issue = ?", (base, ISSUE))

    async with open_store(f"sqlite:///{file}") as store:
        good, bad = await asyncio.gather(
            store.load(Key("cases:2")), store.load(Key(CASE)), return_exceptions=True
        )

        assert not isinstance(good, BaseException)
        assert type(bad).__name__ == "UnreadableRow"
        assert ISSUE in str(bad)
        assert (await store.accept(delivery("1", "errors:b"))).due == ("cases:2",)
        await work_off(store, "cases:2")


async def test_errors_do_not_show_what_was_to_be_stored(file: Path) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        await store.accept(delivery("1"))

        with pytest.raises(CommitRefused) as refusal:
            await store.accept(delivery("1", identity="another"))

    assert "issue_id" not in str(refusal.value)
    assert "INSERT" not in str(refusal.value)
