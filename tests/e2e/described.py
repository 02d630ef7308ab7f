"""Holds answers of a bridge against what its API's description says of them."""

import re

import httpx

from bridge.web.answers import Problem
from bridge.web.operation import Operation
from bridge.web.operations import OPERATIONS


def operation_of(request: httpx.Request) -> Operation:
    """What of the API was asked for; one whose path has no variable comes first."""
    asked = request.url.raw_path.decode().partition("?")[0]
    (found, *_) = sorted(
        (each for each in OPERATIONS if _is(each, request.method, asked)),
        key=lambda each: each.path.count("{"),
    )
    return found


def _is(operation: Operation, method: str, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", "[^/]+", operation.path)
    return operation.method == method.lower() and bool(re.fullmatch(pattern, path))


async def check(answer: httpx.Response) -> None:
    """An event hook: fails when the answer is not as described."""
    operation = operation_of(answer.request)
    body = await answer.aread()
    status = answer.status_code
    if status in operation.answers:
        model = operation.answers[status]
        if model:
            model.model_validate_json(body)
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    Problem.model_validate_json(body)
    known = {*operation.refusals, 400, 401, 408, 413}
    known |= {409, 422} if operation.acts else set()
    assert status in known, (operation, status)
