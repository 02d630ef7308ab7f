"""What commands say while a tracker asks to wait."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from click.testing import Result

from bridge.ports.errors import TransientError
from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk

Beside = Callable[..., Awaitable[Result]]


@pytest.mark.parametrize("pause", [(39.2, "40 s"), (3000.0, "50 min")])
async def test_when_to_come_back_is_told_near_and_far(
    run: Run,
    beside: Beside,
    near: PaperDesk,
    far: PaperDesk,
    pause: tuple[float, str],
) -> None:
    asked, told = pause
    near.fails_with = far.fails_with = TransientError("cases: 429", retry_after=asked)
    command = ("link", "errors:1", "cases:1")
    away = await beside(*command)
    here = await asyncio.to_thread(run, *command, env={"BRIDGE__SERVER__PORT": "0"})

    assert away.exit_code == here.exit_code == 1
    assert away.stderr == here.stderr == f"Error: cases: 429\nTry again in {told}.\n"
