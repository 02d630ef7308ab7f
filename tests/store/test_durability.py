"""What was answered survives the death of the process, and one process owns a file."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.ports.errors import StoreRefused
from bridge.ports.records import Key
from bridge.store.opening import open_store

ROOT = Path(__file__).parents[2]
KILLS = 6


@contextmanager
def writer(url: str, run: str) -> Iterator[subprocess.Popen[str]]:
    """A process that accepts deliveries until it is killed."""
    command = [sys.executable, "-m", "tests.store.writer_process", url, run]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def answered(process: subprocess.Popen[str], least: int) -> list[str]:
    """Kills the process after *least* answers; every answer that it gave."""
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    early = [process.stdout.readline() for _ in range(least)]
    process.send_signal(signal.SIGKILL)
    late = process.stdout.readlines()
    # The last line may be cut off by the kill: that answer was not given.
    return [line.strip() for line in early + late if line.endswith("\n")]


async def test_nothing_that_was_answered_is_lost_by_kill_9(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bridge.db"
    rng = random.Random(7)
    told: set[str] = set()

    for kill in range(KILLS):
        with writer(url, f"{kill}") as process:
            told |= set(answered(process, rng.randrange(1, 400)))

    async with open_store(url) as store:
        kept: set[str] = set()
        before = ""
        while page := await store.events(before=before, limit=1000):
            kept |= {row.id for row in page}
            before = page[-1].id
        waiting: set[str] = set()
        for one in await store.due():
            waiting |= set((await store.load(one.key)).events)
    assert len(told) > KILLS
    assert told <= kept
    assert waiting == kept


async def test_a_second_process_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "bridge.db"
    url = f"sqlite:///{file}"

    with writer(url, "first") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreRefused) as refusal:
            async with open_store(url):
                raise AssertionError("two processes have the store")
        answered_after = process.stdout.readline()

    assert str(file) in str(refusal.value)
    assert str(process.pid) in str(refusal.value)
    assert answered_after.startswith("first-")


async def test_a_second_opening_in_one_process_is_refused_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bridge.db"

    async with open_store(url):
        with pytest.raises(StoreRefused, match="in use"):
            async with open_store(url):
                raise AssertionError("the store is open twice")

    async with open_store(url) as store:
        assert (await store.load(Key("errors:a"))).version == 0
