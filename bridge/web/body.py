"""Reads a request's body once, never more and never longer than allowed."""

import asyncio
from typing import Final

from aiohttp import web

from bridge.web.errors import Problem

DEFAULT_TIMEOUT: Final = 15.0

MAX_BODY = web.AppKey("MAX_BODY", int)
BODY_TIMEOUT = web.AppKey("BODY_TIMEOUT", float)
_READ = web.RequestKey("_READ", bytes)


async def read(request: web.Request) -> bytes:
    """The raw body, the same each time; Problem 413 as soon as it is too large, 408
    when it is too slow."""
    if _READ not in request:
        request[_READ] = await _read(request)
    return request[_READ]


async def _read(request: web.Request) -> bytes:
    limit = request.app[MAX_BODY]
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    if request.content.is_eof() and request.content.exception() is None:
        # It came with its head, as most do: there is nothing to wait for.
        return _within(limit, request.content.read_nowait())
    body = bytearray()
    try:
        async with asyncio.timeout(request.app[BODY_TIMEOUT]):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise _closing(408, "the body did not arrive in time") from None
    except (web.RequestPayloadError, ConnectionError):
        raise _closing(400, "the body is cut off or badly framed") from None
    return bytes(body)


def _within(limit: int, body: bytes) -> bytes:
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> Problem:
    return _closing(413, f"the body is larger than {limit} bytes")


def _closing(status: int, detail: str) -> Problem:
    return Problem(status, detail, closes=True)
