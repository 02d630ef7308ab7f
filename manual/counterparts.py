"""The page of what does the same: on the dashboard, by command, and over HTTP."""

from collections.abc import Iterator

from manual.doings import PARTS, Part

_HEAD = """\
# The same by page, command and API

<!-- Written by `make reference` from manual/doings.py, which tests hold against
     the pages, the commands and the API. -->

Whatever a button of the [dashboard](dashboard.md) does, a [command](commands.md) and a
call of the [API](http-api.md) do as well. All three ask the same functions of the
bridge, so that they cannot disagree; `--json` prints what the API answers.
"""

_NOTHING = "\N{EN DASH}"


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *map(_told, PARTS)])


def _told(part: Part) -> str:
    lines = [f"## {part.name}\n", *([f"{part.about}\n"] if part.about else [])]
    lines += ["| what | dashboard | command | API |", "|---|---|---|---|"]
    return "\n".join([*lines, *_lines(part)]) + "\n"


def _lines(part: Part) -> Iterator[str]:
    for row in part.rows:
        cells = (row.page or _NOTHING, _code(row.commands), _code(row.calls))
        yield f"| {row.what} | {' | '.join(cells)} |"


def _code(texts: tuple[str, ...]) -> str:
    return ", ".join(f"`{text}`" for text in texts) or _NOTHING
