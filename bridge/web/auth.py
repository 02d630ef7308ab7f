"""Who may use the API: holders of the token, or this machine where there is none."""

import hmac
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from pydantic import SecretStr

from bridge.web.errors import Handler, Problem

_HOST = re.compile(r"(\[[^\]]+\]|[^\[\]@:]+)(:\d*)?")
"""A name or an address, and perhaps a port, as a header gives it."""


def guard(token: SecretStr | None) -> Middleware:
    """A middleware that keeps others from ``/metrics`` and all under ``/api``."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _asks_for_guarded(request):
            if token is None:
                refuse_foreign_pages(request)
            elif not bears(request, token):
                raise Problem(
                    401,
                    "send the header Authorization: Bearer <api_token>",
                    headers={"WWW-Authenticate": "Bearer"},
                )
        return await handler(request)

    return guarded


def bears(request: web.Request, token: SecretStr) -> bool:
    """True when the request carries *token*."""
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode(errors="surrogateescape"),
        token.get_secret_value().encode(),
    )


def _asks_for_guarded(request: web.Request) -> bool:
    resource = request.match_info.route.resource
    address = resource.canonical if resource else request.path
    return is_guarded(address)


def is_guarded(address: str) -> bool:
    """True for what only the holders of the token may see."""
    return address in ("/api", "/metrics") or address.startswith("/api/")


def refuse_foreign_pages(request: web.Request) -> None:
    """Without a token, a page of some other site must not act through the browser."""
    host = _host_of(f"//{request.headers.get(hdrs.HOST, '')}")
    origin = request.headers.get(hdrs.ORIGIN)
    if not _is_local(host) or (origin and not _is_local(_host_of(origin))):
        detail = "without server.api_token the API answers this machine only"
        raise Problem(403, detail)


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    # urlsplit takes "[::1].elsewhere" for "::1".
    return host if _HOST.fullmatch(parts.netloc) else ""


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
