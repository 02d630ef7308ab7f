"""Finds out what the keys may do, without changing anything.

Datadog has no call that lists the permissions of a key. A read is proven by being
answered; a write by being tried on a thing that does not exist: 404 says that only the
thing was missing, 403 that the permission is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    TrackerError,
    TransientError,
)
from bridge.ports.setup import Finding, bad, good, unclear
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission by Datadog's name for it, and the harmless call that tells."""

    name: str
    call: Call


async def findings(
    http: TrackerHttp, permissions: Sequence[Permission]
) -> tuple[Finding, ...]:
    """What can be said of the two keys and of each permission."""
    api_key = await _api_key(http)
    found = [await _permission(http, permission) for permission in permissions]
    return (api_key, _app_key(found), *found)


async def _api_key(http: TrackerHttp) -> Finding:
    # https://docs.datadoghq.com/api/latest/authentication/#validate-api-key
    call = Call(Effect.READ, "GET", path_of("api", "v1", "validate"))
    try:
        await http.send(call)
    except ForbiddenError as exc:
        remedy = "check api_key and site: keys belong to one site"
        return bad("api key", f"not valid: {exc}", remedy)
    except TrackerError as exc:
        return _no_proof("api key", exc)
    return good("api key", f"valid: {call} said so")


def _app_key(found: Sequence[Finding]) -> Finding:
    """The application key opens something, or whatever was tried was refused."""
    name = "application key"
    if any(finding.is_good for finding in found):
        return good(name, "valid: something is open to it")
    if all(finding.is_good is False for finding in found):
        remedy = "check app_key, and the permissions below"
        return bad(name, "nothing is open to it", remedy)
    return unclear(name, "see the permissions below")


async def _permission(http: TrackerHttp, permission: Permission) -> Finding:
    name, call = permission.name, permission.call
    is_read = call.effect is Effect.READ
    try:
        await http.send(call)
    except ForbiddenError as exc:
        remedy = f"give the application key's owner the permission {name}"
        return bad(name, f"missing: {exc}", remedy)
    except GoneError as exc:
        if is_read:
            return _no_proof(name, exc)
        told = f"inferred: {call} on what does not exist answered 404, not 403"
        return good(name, told)
    except TrackerError as exc:
        return _no_proof(name, exc)
    if is_read:
        return good(name, f"proven: {call} was answered")
    return unclear(name, f"{call} on nothing was answered")


def _no_proof(name: str, exc: TrackerError) -> Finding:
    """No answer at all is bad; an answer that says nothing of it is neither."""
    if isinstance(exc, TransientError):
        remedy = "see whether site or base_url is right and can be reached from here"
        return bad(name, str(exc), remedy)
    return unclear(name, exc)
