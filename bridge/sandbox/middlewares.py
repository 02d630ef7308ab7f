"""Around every API request: write log, errors, keys, rate budget and faults."""

import asyncio
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from aiohttp import web

from bridge.sandbox import case_changes
from bridge.sandbox.answers import (
    BadRequest,
    Handler,
    attributes,
    error_object,
    error_text,
    no_such_case_thing,
    related_id,
    request_data,
)
from bridge.sandbox.faults import Fault, FaultKind, Place
from bridge.sandbox.permissions import VALIDATE, check_permissions
from bridge.sandbox.records import Write
from bridge.sandbox.sandbox import PLACE, VIEW, sandbox_of
from bridge.sandbox.world import NoSuchThing, Refused

_MUTATING = {"POST", "PUT", "PATCH", "DELETE"}
_HOLD_SECONDS = 60.0
_FIRST_ERROR = 300
_BEFORE = frozenset(
    {
        FaultKind.FAIL,
        FaultKind.RATE_LIMIT,
        FaultKind.HOLD,
        FaultKind.CUT_BEFORE,
    }
)
_CUT = web.RequestKey("cut", str)
_CHANGED = web.RequestKey("changed", bool)


@web.middleware
async def log_writes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write down every request that could change something, and whether it did."""
    if request.method not in _MUTATING or request.path.endswith("/issues/search"):
        return await handler(request)
    sandbox = sandbox_of(request)
    body = (await request.read()).decode(errors="replace")
    answer = await handler(request)
    cut = request.get(_CUT)
    sandbox.world.writes.append(
        Write(
            at=sandbox.world.now(),
            method=request.method,
            path=request.path,
            body=body,
            status=None if cut == "before" else answer.status,
            has_changed=request.get(_CHANGED, False),
            is_answered=cut is None,
        )
    )
    return answer


@web.middleware
async def translate_errors(
    request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Say what went wrong as Datadog's two products say it."""
    is_case = request.path.startswith("/api/v2/cases")
    try:
        return await handler(request)
    except NoSuchThing as exc:
        if is_case:
            return no_such_case_thing(str(exc))
        return error_object(404, "Not Found", str(exc))
    except Refused as exc:
        return error_object(400, "Generic Error", str(exc))
    except BadRequest as exc:
        return error_object(400, exc.title, exc.detail)
    except web.HTTPException as exc:
        return error_text(exc.status, exc.reason)


@web.middleware
async def check_keys(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever shows no keys (401) or wrong ones (403)."""
    keys = sandbox_of(request).keys
    shown = (
        request.headers.get("DD-API-KEY"),
        request.headers.get("DD-APPLICATION-KEY"),
    )
    if request.path == VALIDATE:
        shown = (shown[0], keys.app_key)
    if None in shown:
        return error_text(401, "Unauthorized")
    if shown != (keys.api_key, keys.app_key):
        return error_object(403, "Forbidden")
    return await handler(request)


@web.middleware
async def spend_budget(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request, and tell in every answer what is left."""
    budget = sandbox_of(request).budget
    if not budget.spend():
        answer: web.StreamResponse = error_text(429, "Too many requests")
    else:
        answer = await handler(request)
    for name, value in budget.headers().items():
        answer.headers.setdefault(name, value)
    return answer


@web.middleware
async def inject_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let go wrong what was scripted to go wrong."""
    faults, place = sandbox_of(request).faults, await _place(request)
    if delayed := faults.strike(place, frozenset({FaultKind.DELAY})):
        await asyncio.sleep(delayed.seconds or 0)
    if fault := faults.strike(place, _BEFORE):
        return await _fail(request, fault)
    if await _is_refused(request, place):
        return error_object(400, "Bad Request", "status transition is not allowed")
    request[PLACE], request[VIEW] = place, faults.view(place)
    if faults.strike(place, frozenset({FaultKind.CUT_AFTER})):
        answer = await translate_errors(request, partial(_carry_out, handler))
        _cut(request, "after")
        return answer
    if held := faults.strike(place, frozenset({FaultKind.HOLD_AFTER})):
        answer = await translate_errors(request, partial(_carry_out, handler))
        await _hold(request, held.seconds or _HOLD_SECONDS)
        return answer
    return await _carry_out(handler, request)


async def _place(request: web.Request) -> Place:
    """Where the request goes, with the project of its case or of the case to make."""
    world, parts = sandbox_of(request).world, request.match_info
    project = parts.get("project", "")
    if case := parts.get("case"):
        with suppress(NoSuchThing):
            project = world.case(case).project
    elif request.method == "POST" and request.path == "/api/v2/cases":
        project = related_id(await request_data(request, "case"), "project") or ""
    return Place(request.method, request.path, project)


async def _carry_out(handler: Handler, request: web.Request) -> web.StreamResponse:
    """Run the operation; nothing else runs meanwhile, as its body is read already."""
    happenings = sandbox_of(request).world.happenings
    before = len(happenings)
    try:
        return await handler(request)
    finally:
        request[_CHANGED] = len(happenings) > before


async def _fail(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind is FaultKind.CUT_BEFORE:
        _cut(request, "before")
    if fault.kind is FaultKind.HOLD:
        await _hold(request, fault.seconds or _HOLD_SECONDS)
    if fault.kind is FaultKind.RATE_LIMIT:
        return _rate_limited(fault)
    if fault.status < _FIRST_ERROR:
        return web.Response(status=fault.status)
    if fault.shape == "text":
        return error_text(fault.status, HTTPStatus(fault.status).phrase)
    return error_object(fault.status, HTTPStatus(fault.status).phrase)


async def _hold(request: web.Request, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await sandbox_of(request).faults.released.wait()
    except TimeoutError:
        return


def _rate_limited(fault: Fault) -> web.StreamResponse:
    answer = error_text(429, "Too many requests")
    if fault.reset is not None:
        answer.headers["X-RateLimit-Reset"] = str(fault.reset)
        answer.headers["X-RateLimit-Remaining"] = "0"
    if fault.retry_after:
        answer.headers["Retry-After"] = fault.retry_after
    return answer


def _cut(request: web.Request, when: str) -> None:
    request[_CUT] = when
    if request.transport is not None:
        request.transport.abort()


async def _is_refused(request: web.Request, place: Place) -> bool:
    if request.method != "POST" or not request.path.endswith("/status"):
        return False
    sandbox = sandbox_of(request)
    case = sandbox.world.case(request.match_info["case"])
    asked = await attributes(request, "case")
    wanted = asked.get("status_name") or case_changes.status_by_legacy(
        sandbox.world, case, str(asked.get("status"))
    )
    return sandbox.faults.refuses(place, case.status_name, wanted)


MIDDLEWARES = (
    log_writes,
    translate_errors,
    check_keys,
    check_permissions,
    spend_budget,
    inject_faults,
)
