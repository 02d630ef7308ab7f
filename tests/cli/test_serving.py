"""SIGTERM counts from the first moment of ``bridge serve``."""

import os
import signal
from collections.abc import Iterator

import pytest

from bridge import settings
from bridge.settings import Settings
from tests.cli.conftest import Run


@pytest.fixture
def survived() -> Iterator[list[int]]:
    """Signals that would have ended the tests, or been lost by a first process."""
    found: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: found.append(number))
    yield found
    signal.signal(signal.SIGTERM, before)


def test_sigterm_ends_a_start_that_has_not_come_far(
    run: Run,
    served: list[tuple[Settings, bool]],
    survived: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load = settings.load

    def load_slowly(*arguments: object) -> Settings:
        os.kill(os.getpid(), signal.SIGTERM)
        return load(None)

    monkeypatch.setattr(settings, "load", load_slowly)

    assert run("serve").exit_code == 0
    assert (served, survived) == ([], [])


def test_serve_gives_the_signal_back(run: Run, survived: list[int]) -> None:
    assert run("serve").exit_code == 0

    os.kill(os.getpid(), signal.SIGTERM)
    assert survived == [signal.SIGTERM]
