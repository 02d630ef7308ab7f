"""``bridge db``: what it does to stores, and what it says."""

import asyncio
import json
from pathlib import Path

import pytest

from bridge.store.opening import open_store
from bridge.store.schema import VERSION
from tests.cli.conftest import Run
from tests.postgres import Postgres
from tests.store.records import delivery
from tests.store.test_upgrading import made_by


def fill(url: str) -> None:
    async def accept() -> None:
        async with open_store(url) as store:
            await store.accept(delivery("1"))

    asyncio.run(accept())


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database that the configuration names."""
    url = postgres.new_database()
    monkeypatch.setenv("BRIDGE__STORE__URL", url)
    return url


def test_an_older_database_is_upgraded_once(run: Run, database: str) -> None:
    made_by(1, database)

    first, second = run("db", "upgrade"), run("db", "upgrade", "--json")

    told = f"The tables were of version 1 and are of version {VERSION} now.\n"
    assert first.output == told
    assert json.loads(second.output) == {"before": VERSION, "now": VERSION}


def test_an_empty_database_is_not_made_into_a_store(run: Run, database: str) -> None:
    answer = run("db", "upgrade")

    assert answer.exit_code == 2
    assert "store.url: there is no store in database" in answer.stderr


def test_a_file_is_copied_to_where_the_configuration_says(
    run: Run, database: str
) -> None:
    fill("sqlite:///old.db")

    answer = run("db", "copy", "sqlite:///old.db")

    assert answer.exit_code == 0, answer.output
    assert "Copied and counted: 1 events, 1 work." in answer.stdout
    assert Path("old.db").exists()
    again = run("db", "copy", "sqlite:///old.db", database)
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_a_server_that_does_not_answer_is_a_bad_answer(run: Run) -> None:
    fill("sqlite:///old.db")
    nowhere = "postgresql://me:hunter2@127.0.0.1:1/bridge"

    answer = run("db", "copy", "sqlite:///old.db", nowhere)

    assert answer.exit_code == 1
    assert "nothing was copied" in answer.stderr
    assert "hunter2" not in answer.output + answer.stderr
