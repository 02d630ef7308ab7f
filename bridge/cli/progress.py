"""How far long work is: a bar on standard error, where a person sees it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress


class Tell:
    """Says how far *what* is, where it is *shown*."""

    def __init__(self, what: str = "", shown: "Progress | None" = None) -> None:
        self._shown = shown
        if shown is not None:
            self._task = shown.add_task(what, total=None, text="")

    def __call__(self, done: float, total: float | None, text: str) -> None:
        """So much of *total* is *done*; without a total it merely goes on."""
        if self._shown is not None:
            self._shown.update(self._task, completed=done, total=total, text=text)

    def say(self, line: str) -> None:
        """Something that stays to be read, also where nobody looks on."""
        if self._shown is None:
            click.echo(line, err=True)
        else:
            self._shown.console.print(line, markup=False, highlight=False)


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """Shows how far *what* is while the context lasts, and nothing afterwards."""
    if not sys.stderr.isatty():
        yield Tell()
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import (  # noqa: PLC0415 - slow to import
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    ) as shown:
        yield Tell(what, shown)
