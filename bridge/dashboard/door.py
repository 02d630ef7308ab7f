"""Who may see the pages, and whose forms are heeded.

Where a token is set, it is shown once and a cookie stands for it; programs may send it
with each request instead. Where none is set, only this machine is let in. A form is
heeded when it comes from one of our own pages and carries the token of its session.
"""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web
from pydantic import SecretStr

from bridge.dashboard.guesses import Guesses
from bridge.dashboard.sessions import LIFETIME, LOCAL, Session, Sessions
from bridge.ports.clock import Clock
from bridge.web import auth
from bridge.web.errors import Problem

_log = structlog.get_logger()

FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field

# Browsers take the prefix only with Secure, for the whole host and no other.
_COOKIES: Final = {True: "__Host-bridge", False: "bridge-session"}


class Door:
    """Lets people in and out."""

    def __init__(
        self, token: SecretStr | None, public_url: str | None, clock: Clock
    ) -> None:
        self._token = token
        self._public = urlsplit(public_url or "")
        self._sessions = Sessions(token, clock)
        self._guesses = Guesses(clock)

    @property
    def has_lock(self) -> bool:
        """True where a token is asked for."""
        return self._token is not None

    def visitor(self, request: web.Request) -> Session | None:
        """Who asks, if it is somebody who is let in; Problem 403 for who never is."""
        if self._token is None:
            auth.refuse_foreign_pages(request)
            return LOCAL
        if auth.bears(request, self._token):
            return LOCAL
        given = (request.cookies.get(name, "") for name in _COOKIES.values())
        return next(filter(None, map(self._sessions.read, given)), None)

    def enter(self, request: web.Request, given: str, answer: web.Response) -> bool:
        """Begin a session where *given* is the token; Problem 429 for who guesses."""
        is_secure = self.check_origin(request) == "https"
        peer = request.remote or ""
        if wait := self._guesses.wait(peer):
            told = f"too many wrong tokens; try again in {wait} seconds"
            raise Problem(429, told, headers={"Retry-After": str(wait)})
        if self._token is None or not _is(given, self._token):
            self._guesses.note(peer)
            _log.warning("login.refused", peer=peer)
            return False
        _log.info("login.accepted", peer=peer)
        answer.set_cookie(
            _COOKIES[is_secure],
            self._sessions.begin(),
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=is_secure,
            httponly=True,
            samesite="Strict",
        )
        return True

    def leave(self, visitor: Session, answer: web.Response) -> None:
        """End the session."""
        if visitor is not LOCAL:
            self._sessions.end(visitor)
        for is_secure, name in _COOKIES.items():
            answer.del_cookie(
                name, path="/", secure=is_secure, httponly=True, samesite="Strict"
            )

    def form_token(self, visitor: Session) -> str:
        """What the forms of *visitor* carry."""
        return self._sessions.form_token(visitor)

    def check_form(
        self, request: web.Request, visitor: Session, fields: Mapping[str, str]
    ) -> None:
        """Problem 403 unless the form is from one of our pages, shown to *visitor*."""
        if self._token and auth.bears(request, self._token):
            return
        self.check_origin(request)
        if not self._sessions.is_form_of(visitor, fields.get(FORM_TOKEN, "")):
            raise Problem(403, "the page is older than the bridge or the session")

    def check_origin(self, request: web.Request) -> str:
        """The scheme of our page from which the form comes; Problem 403 when it does
        not say that it comes from one."""
        origin = urlsplit(request.headers.get(hdrs.ORIGIN, ""))
        ours = {request.headers.get(hdrs.HOST, ""), self._public.netloc} - {""}
        if not origin.scheme or origin.netloc not in ours:
            raise Problem(403, "the form does not come from a page of this bridge")
        return origin.scheme


def _is(given: str, token: SecretStr) -> bool:
    return hmac.compare_digest(
        given.strip().encode(errors="surrogateescape"),
        token.get_secret_value().encode(),
    )
