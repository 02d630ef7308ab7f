"""Reads what the API is asked, says what does not fit, and words the answers."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from bridge.domain.query_mistakes import QueryError
from bridge.web import body
from bridge.web.errors import Problem

Question = TypeVar("Question", bound=BaseModel)


def answer(value: Any, *, status: int = 200) -> web.Response:
    """*value* as JSON."""
    return web.Response(
        status=status, body=orjson.dumps(value), content_type="application/json"
    )


def query(request: web.Request, model: type[Question]) -> Question:
    """What the address asks; Problem 400, also for what *model* does not know."""
    _refuse_others(request, tuple(model.model_fields))
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as exc:
        raise unfit(exc) from None


def no_query(request: web.Request) -> None:
    """Problem 400 when the address asks for more than there is to choose."""
    _refuse_others(request, ())


def _refuse_others(request: web.Request, known: Sequence[str]) -> None:
    given = Counter(name for name, _ in request.query.items())
    if unknown := [name for name in given if name not in known]:
        allowed = f"; there is: {', '.join(known)}" if known else ""
        raise Problem(400, f"no such parameter: {', '.join(unknown)}{allowed}")
    if twice := [name for name, times in given.items() if times > 1]:
        raise Problem(400, f"given more than once: {', '.join(twice)}")


async def sent(request: web.Request, model: type[Question]) -> Question:
    """What the body asks; Problem 400, with the column of a rule's query."""
    try:
        return model.model_validate_json(await body.read(request), strict=True)
    except ValidationError as exc:
        raise unfit(exc) from None


def unfit(error: ValidationError) -> Problem:
    """What is wrong with a question, without repeating what was sent."""
    texts: list[str] = []
    places: dict[str, Any] = {}
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(step) for step in problem["loc"])
        text = problem["msg"].removeprefix("Value error, ")
        texts.append(f"{place}: {text}" if place else text)
        cause = problem.get("ctx", {}).get("error")
        if isinstance(cause, QueryError):
            places.setdefault("column", cause.column)
    return Problem(400, "; ".join(texts), **places)
