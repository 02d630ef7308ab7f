"""Reads forms as browsers send them."""

from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from bridge.web import body
from bridge.web.errors import Problem

MOST_FIELDS: Final = 1100
"""A form names at most 1,000 dead letters."""

_FORM: Final = "application/x-www-form-urlencoded"

Fields = dict[str, list[str]]


async def read(request: web.Request) -> Fields:
    """The values of each field; Problem 400, 413, 415."""
    if request.content_type != _FORM:
        raise Problem(415, f"send {_FORM}")
    raw = await body.read(request)
    fields: Fields = {}
    try:
        for name, value in parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
        ):
            fields.setdefault(name, []).append(value)
    except ValueError:
        raise Problem(400, "the form cannot be read") from None
    return fields


def one(fields: Fields, name: str) -> str:
    """The first value of the field, without the blanks around it, or none."""
    return fields.get(name, [""])[0].strip()


def path_in(text: str, otherwise: str = "/") -> str:
    """*text* if it leads to a page of ours, so that nobody is sent elsewhere."""
    is_ours = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_ours and text.isprintable() else otherwise
