"""Errors as ``application/problem+json``, and none of them without a trace."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any
from uuid import uuid4

import orjson
import structlog
from aiohttp import web

from bridge.ports.errors import (
    AlreadyLinked,
    BadCredentials,
    DeliveryRefused,
    DeskError,
    GoneError,
    NotFound,
    StoreUnavailable,
    TrackerError,
    TransientError,
    UnknownProject,
    UnknownTracker,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = structlog.get_logger()


class Problem(Exception):
    """A request that is answered with an error; *extra* goes into the body.

    *closes* ends the connection with it, for what was sent cannot be trusted or read.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        closes: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.closes = closes
        self.extra = extra

    def response(self) -> web.Response:
        """The answer to send."""
        body = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }
        response = web.Response(
            status=self.status,
            body=orjson.dumps(body),
            content_type="application/problem+json",
            headers=self.headers,
        )
        if self.closes:
            response.force_close()
        return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as a problem; the unexpected ones logged under the id they show."""
    try:
        return await handler(request)
    except Exception as exc:  # noqa: BLE001 - the last one that can answer the client
        return problem_of(exc, request).response()


def problem_of(exc: Exception, request: web.Request) -> Problem:
    """What to answer to *exc*, which is being handled; the unexpected is logged."""
    match exc:
        case Problem():
            return exc
        case DeliveryRefused() | DeskError() | TrackerError() | StoreUnavailable():
            return _known(exc)
        case web.HTTPException():
            return _of_aiohttp(exc)
        case _:
            return _unexpected(request)


def _known(exc: Exception) -> Problem:
    match exc:
        case BadCredentials():
            detail = "the credentials are missing or wrong"
            return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
        case AlreadyLinked():
            return Problem(409, str(exc), case=exc.case or None)
        case UnknownProject():
            return Problem(400, str(exc), project=exc.project, known=[*exc.known])
        case StoreUnavailable():
            _log.error("store.unavailable", error=str(exc))
            detail = "the store is not available; try again"
            return Problem(503, detail, headers={"Retry-After": "5"})
        case TransientError(retry_after=asked) if asked is not None:
            seconds = max(1, ceil(asked))
            headers = {"Retry-After": str(seconds)}
            return Problem(503, str(exc), headers=headers, retry_after=seconds)
        case _:
            return Problem(_status_of(exc), str(exc))


def _status_of(exc: Exception) -> int:
    match exc:
        case UnknownTracker() | NotFound() | GoneError():
            return 404
        case TrackerError():
            return 502
        case _:
            return 400


def _of_aiohttp(exc: web.HTTPException) -> Problem:
    headers = {"Allow": exc.headers["Allow"]} if "Allow" in exc.headers else None
    detail = {
        404: "there is nothing at this address",
        405: "not with this method; see the header Allow",
        417: "the header Expect can only be 100-continue",
    }.get(exc.status, exc.reason)
    return Problem(exc.status, detail, headers=headers)


def _unexpected(request: web.Request) -> Problem:
    incident = uuid4().hex
    _log.exception(
        "request.failed", incident=incident, method=request.method, path=request.path
    )
    detail = f"a fault of the bridge; its log has more under {incident}"
    return Problem(500, detail, incident=incident)
