"""What all tests share: HTTP that stays here, properties that hold everywhere."""

import asyncio
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
import respx
import structlog
from hypothesis import settings
from structlog.contextvars import merge_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import add_log_level

from bridge.store.opening import open_store
from tests.postgres import Postgres, served

# A deadline for one example would measure the machine, not the code.
settings.register_profile("bridge", deadline=None, print_blob=True)
settings.load_profile("bridge")

PLAIN = ConsoleRenderer(colors=False, exception_formatter=plain_traceback)


MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes; a whole run leaves some hundred million."""


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room: each write of a store waits
    for the disk, and what a killed process wrote is as safe in memory."""
    is_there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    if is_there and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault(  # noqa: TID251 - what pytest itself reads
            "PYTEST_DEBUG_TEMPROOT", str(MEMORY)
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes and pages comes first: its tests are the longest, and
    what only computes fills the time beside them. Tests over PostgreSQL share one
    server, and so one worker."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if "postgres" in wanted or "[postgresql" in item.name:
            item.add_marker(pytest.mark.xdist_group("postgres"))
    items.sort(key=lambda item: not {"e2e", "demo"} & set(item.path.parts))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fail where groups are wanted and do not hold: their tests use the same ports."""
    is_grouping = getattr(session.config.option, "loadgroup", False)
    grouped = (one for one in session.items if one.get_closest_marker("xdist_group"))
    if is_grouping and any("@" not in one.nodeid for one in grouped):
        pytest.exit("this pytest-xdist does not group tests under this pytest", 2)


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here speaks TLS, and each client reads the certificates of all the
    world's authorities: it and the processes of these tests know one."""
    end = "-----END CERTIFICATE-----\n"
    first, found, _ = certifi.contents().partition(end)
    assert found
    file = tmp_path_factory.mktemp("authorities") / "one.pem"
    file.write_text(first + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(file))
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture
def vendor() -> Iterator[respx.MockRouter]:
    """Stands in for every HTTP server: what it has no route for fails.

    respx must patch httpx itself: its default would not intercept our transport.
    """
    with respx.mock(using="httpx", assert_all_called=False) as router:
        yield router


@pytest.fixture(autouse=True)
def restored_logs() -> Iterator[None]:
    """Puts the logs back as they were: what is tested may configure them, and does
    so for the whole process. Until it does, tracebacks are plain: the default draws
    each with all its variables, which takes longer than the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    structlog.configure([merge_contextvars, add_log_level, PLAIN])
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in a file that knows nothing: a copy is there sooner than new tables."""
    file = tmp_path_factory.mktemp("store") / "empty.db"

    async def made() -> None:
        async with open_store(f"sqlite:///{file}"):
            pass

    asyncio.run(made())
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A database server, started when the first test wants it."""
    with served() as server:
        yield server
