"""Standard output and error as a terminal that remembers what it was sent."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO
from unittest.mock import patch


class Terminal(io.StringIO):
    """Says that a person looks at it."""

    def isatty(self) -> bool:
        return True

    @staticmethod
    @contextmanager
    def replaced_by(file: TextIO) -> Iterator[None]:
        """Both are *file* while the context lasts."""
        with patch.object(sys, "stdout", file), patch.object(sys, "stderr", file):
            yield


def seen(act: Callable[[], object]) -> str:
    """What a person sees while *act* runs, as it was sent."""
    terminal = Terminal()
    with (
        patch.dict("os.environ", {"TERM": "xterm-256color", "COLUMNS": "100"}),
        Terminal.replaced_by(terminal),
    ):
        act()
    return terminal.getvalue()
