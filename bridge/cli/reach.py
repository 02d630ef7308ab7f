"""Gets a command its answer: from the bridge that runs, else from the store itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from bridge import logs
from bridge.cli import remote
from bridge.cli.options import Failure, Misuse
from bridge.ports.errors import (
    DeskError,
    StoreRefused,
    StoreUnavailable,
    TrackerError,
    Unclear,
)
from bridge.settings import LogLevel, Settings
from bridge.web.ports import Desk

T = TypeVar("T")


def ask(
    settings: Settings,
    question: Callable[[Desk], Awaitable[T]],
    *,
    create: bool = True,
) -> T:
    """The answer to *question*; Failure or Misuse where there is none, which is also
    so where there is no store, unless one may be made (*create*)."""
    logs.configure(settings, level=LogLevel.WARNING)
    try:
        return asyncio.run(_ask(settings, question, create=create))
    except (Unclear, StoreRefused, remote.Unanswered) as exc:
        raise Misuse(str(exc)) from exc
    except (DeskError, TrackerError) as exc:
        raise Failure(str(exc)) from exc
    except StoreUnavailable as exc:
        raise Failure(f"the store is not available: {exc}") from exc


async def _ask(
    settings: Settings, question: Callable[[Desk], Awaitable[T]], *, create: bool
) -> T:
    url = remote.address(settings)
    if url is not None:
        try:
            async with remote.client(settings, url) as opened:
                return await question(remote.RemoteDesk(opened))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            pass
    from bridge import app  # noqa: PLC0415 - slow, and of no use beside a server

    async with app.desk(settings, create=create) as desk:
        return await question(desk)
