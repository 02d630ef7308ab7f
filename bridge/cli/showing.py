"""Answers as text: the same plain columns always where they are piped, tables with
colours where a person sees them."""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

# What a tracker tells must not reach the terminal as an order to it.
_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"

_STYLES = {
    **dict.fromkeys(("applied", "good", "two-way", "yes"), "green"),
    **dict.fromkeys(("no-op", "ignored", "no", "off"), "dim"),
    **dict.fromkeys(("parked", "unknown"), "yellow"),
    **dict.fromkeys(("dead", "BAD", "drifted", "paused"), "bold red"),
    "pending": "cyan",
}
"""How a cell looks that is this word and nothing else."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under a *header*; *below* holds, for each row, lines to stand under it."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    below: Sequence[str] = ()


Told = str | Sequence[str | Grid]
"""Paragraphs and grids, one below the other."""


def show(told: Told) -> None:
    """Print it to standard output."""
    if sys.stdout.isatty():
        draw(told, sys.stdout)
    else:
        click.echo(plain(told))


def plain(told: Told) -> str:
    """The same as text that stays as it is, whoever reads it."""
    return "\n\n".join(
        aligned(part) if isinstance(part, Grid) else clean(part)
        for part in _parts(told)
    )


def draw(told: Told, file: IO[str], width: int | None = None) -> None:
    """Write it to a terminal of so many columns, its own where none are given."""
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.text import Text  # noqa: PLC0415 - slow to import

    console = Console(file=file, width=width, highlight=False, emoji=False)
    for number, part in enumerate(_parts(told)):
        if number:
            console.print()
        drawn = _table(part) if isinstance(part, Grid) else Text(clean(part))
        console.print(drawn, soft_wrap=isinstance(part, str))


def aligned(grid: Grid) -> str:
    """Columns as wide as their widest cell; the last one runs free."""
    lines = [list(grid.header), *([cell(one) for one in row] for row in grid.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *rows = (
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in lines
    )
    told = [head.rstrip()]
    for number, row in enumerate(rows):
        told.append(row.rstrip())
        told += map(clean, grid.below[number : number + 1])
    return "\n".join(told)


def cell(value: Any) -> str:
    """One value on one line."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(cell, value))
        case _:
            return clean(" ".join(str(value).split()))


def clean(text: str) -> str:
    """*text* without what a terminal would obey."""
    return _ORDERS.sub(_REPLACED, text)


def _parts(told: Told) -> Sequence[str | Grid]:
    return (told,) if isinstance(told, str) else told


def _table(grid: Grid) -> "Table":
    from rich import box  # noqa: PLC0415 - slow to import
    from rich.table import Table  # noqa: PLC0415 - slow to import

    table = Table(
        box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False
    )
    for name in grid.header:
        # Nothing is left out: what is too long goes on in the next line.
        table.add_column(name, overflow="fold")
    for number, row in enumerate(grid.rows):
        table.add_row(*_cells(row, grid.below[number : number + 1]))
    return table


def _cells(row: Sequence[Any], below: Sequence[str]) -> Iterable[Any]:
    from rich.text import Text  # noqa: PLC0415 - slow to import

    texts = [cell(value) for value in row]
    *first, last = (Text(text, _STYLES.get(text, "")) for text in texts)
    for text in below:
        lines = (line.strip() for line in clean(text).splitlines())
        last.append("".join(f"\n{line}" for line in lines), "dim")
    return [*first, last]
