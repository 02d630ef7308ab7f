"""``Idempotency-Key``: a request that comes again is answered again, and acts once.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import re
from hashlib import sha256
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from bridge.ports.errors import StoreUnavailable
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.web import body
from bridge.web.errors import Handler, Problem, answer_errors
from bridge.web.operations import OPERATIONS
from bridge.web.ports import Keys

HEADER: Final = "Idempotency-Key"
REPEATED: Final = "Idempotent-Replayed"
"""A header of an answer that was given before."""

LONGEST: Final = 255
SHAPE: Final = "[!#-~]([ -~]*[!-~])?"
"""Visible ASCII, with blanks inside it, and no quote at its beginning: what is quoted
must be so to its end."""

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
"""A text as a structured header gives it: RFC 9651, section 3.3.3."""

_LARGEST: Final = 65_536
"""Bytes of an answer that is kept. Only what acts on nothing, as a dry run of many
cases, is told at greater length, and may as well be asked for again."""

_FAULTS: Final = 500

_log = structlog.get_logger()


def once(keys: Keys) -> Middleware:
    """A middleware that has a request with a key carried out once, where it acts."""
    acting = {(one.method.upper(), one.path) for one in OPERATIONS if one.acts}

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        path = resource.canonical if resource else ""
        if HEADER not in request.headers or (request.method, path) not in acting:
            return await handler(request)
        key = _key_of(request)
        match await keys.begin(key, await _fingerprint(request)):
            case KeyClaim() as claim:
                return await _carried_out(keys, claim, request, handler)
            case KeptAnswer() as answer:
                return _repeated(answer)
            case KeyInUse.NOW:
                detail = "the first request with this Idempotency-Key is not done yet"
                raise Problem(409, detail, headers={"Retry-After": "1"})
            case KeyInUse.BY_ANOTHER_REQUEST:
                detail = "this Idempotency-Key was sent with another request before"
                raise Problem(422, f"{detail}; make a new one")

    return answered


def _key_of(request: web.Request) -> str:
    """The key, also where it is quoted, as the draft has it; Problem 400."""
    given = request.headers.getall(HEADER)
    key = given[0].strip()
    if quoted := _QUOTED.fullmatch(key):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    if len(given) > 1 or len(key) > LONGEST or not re.fullmatch(SHAPE, key):
        right = f"1 to {LONGEST} visible ASCII characters, as those of a UUID"
        raise Problem(400, f"{HEADER}: send it once, with {right}")
    return key


async def _fingerprint(request: web.Request) -> str:
    head = f"{request.method} {request.raw_path}\n".encode(errors="surrogateescape")
    return sha256(head + await body.read(request)).hexdigest()


async def _carried_out(
    keys: Keys, claim: KeyClaim, request: web.Request, handler: Handler
) -> web.StreamResponse:
    answer = await answer_errors(request, handler)
    told = answer.body if isinstance(answer, web.Response) else None
    try:
        # A fault says nothing of what was done, so that the next try is no repetition.
        if answer.status < _FAULTS and isinstance(told, bytes) and len(told) < _LARGEST:
            await keys.keep(claim, KeptAnswer(answer.status, told))
        else:
            await keys.release(claim)
    except StoreUnavailable as exc:
        _log.warning("answer.not_kept", path=request.path, error=str(exc))
    return answer


def _repeated(answer: KeptAnswer) -> web.Response:
    is_problem = answer.status >= 400  # noqa: PLR2004 - errors are problems
    kind = "application/problem+json" if is_problem else "application/json"
    return web.Response(
        status=answer.status,
        body=answer.body,
        content_type=kind,
        headers={REPEATED: "true"},
    )
