"""Gets a command its answer: from the bridge that runs, else from the store itself."""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from typing import TypeVar

import click
import httpx

from bridge import logs
from bridge.cli import remote
from bridge.cli.options import Failure, Misuse
from bridge.cli.refusals import Unanswered
from bridge.ports.errors import (
    DeskError,
    StoreRefused,
    StoreUnavailable,
    TrackerError,
    TransientError,
    Unclear,
)
from bridge.settings import LogLevel, Settings
from bridge.web.ports import Desk

T = TypeVar("T")

_LONG = 120
"""Seconds that are told as minutes beyond."""

_BESIDE = "The configuration does not load; the running bridge was asked all the same."


def ask(
    settings: Settings,
    question: Callable[[Desk], Awaitable[T]],
    *,
    create: bool = True,
    wrong: str = "",
) -> T:
    """The answer to *question*; Failure or Misuse where there is none, which is also
    so where there is no store, unless one may be made (*create*).

    With what is *wrong* in the configuration only a bridge that runs is asked.
    """
    logs.configure(settings, level=LogLevel.WARNING)
    try:
        return asyncio.run(_ask(settings, question, create=create, wrong=wrong))
    except (Unclear, StoreRefused, Unanswered) as exc:
        raise Misuse(str(exc)) from exc
    except (DeskError, TrackerError) as exc:
        raise Failure(str(exc) + _when_again(exc)) from exc
    except StoreUnavailable as exc:
        raise Failure(f"the store is not available: {exc}") from exc


def _when_again(exc: Exception) -> str:
    """When to come back, where a tracker says so."""
    match exc:
        case TransientError(retry_after=asked) if asked is not None:
            seconds = max(1, ceil(asked))
            span = f"{seconds} s" if seconds <= _LONG else f"{ceil(seconds / 60)} min"
            return f"\nTry again in {span}."
        case _:
            return ""


async def _ask(
    settings: Settings,
    question: Callable[[Desk], Awaitable[T]],
    *,
    create: bool,
    wrong: str,
) -> T:
    url = remote.address(settings)
    if url is not None:
        try:
            async with remote.client(settings, url) as opened:
                answer = await question(remote.RemoteDesk(opened))
                if wrong:
                    click.echo(f"{wrong}\n{_BESIDE}", err=True)
                return answer
        except (httpx.ConnectError, httpx.ConnectTimeout):
            pass
    if wrong:
        raise Misuse(wrong)
    from bridge import app  # noqa: PLC0415 - slow, and of no use beside a server

    async with app.desk(settings, create=create) as desk:
        return await question(desk)
