"""``/api/openapi.json``: the API, described from the models that it reads and fills."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bridge.web import questions
from bridge.web.answers import Problem
from bridge.web.idempotency import HEADER, LONGEST, REPEATED, SHAPE
from bridge.web.operation import Operation
from bridge.web.operations import OPERATIONS

Json = dict[str, Any]

_KEY: Json = {
    "name": HEADER,
    "in": "header",
    "description": "The same request with the same key is carried out once in 24 "
    f"hours, and answered alike each time. 1 to {LONGEST} visible ASCII characters.",
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": f"^{SHAPE}$"},
}
_REPLAYED: Json = {
    REPEATED: {
        "description": "Only on an answer that was given before, to the first request "
        f"with this {HEADER}.",
        "schema": {"type": "string", "const": "true"},
    }
}
_COME_BACK: Json = {
    "Retry-After": {
        "description": "Whole seconds after which to ask again, where they are known.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_OF_A_TRACKER = {
    502: "A tracker did not do what it was asked, and why",
    503: "The store does not answer, or a tracker may not be asked yet",
}
"""What an answer means where trackers are asked."""

_SCHEMAS = "#/components/schemas/"
_ALWAYS = (400, 500)
_OF_A_GUARD = {True: (401,), False: (403,)}
_OF_A_BODY = (408, 413)
_OF_A_KEY = (*_OF_A_BODY, 409, 422)
_NEVER_KEPT = {401, 403, *_OF_A_BODY, 422}
"""Answers to requests that a key of theirs was not even looked up for, or not taken."""


def routes(version: str, *, has_token: bool) -> list[web.RouteDef]:
    """The route of the description."""
    told = cache(partial(document, version, has_token=has_token))

    async def described(request: web.Request) -> web.Response:
        questions.no_query(request)
        return questions.answer(told())

    return [web.get("/api/openapi.json", described)]


def document(version: str, *, has_token: bool) -> Json:
    """The description of a bridge of that version; *has_token* says if one is asked."""
    _, defined = models_json_schema(
        [(model, "validation") for model in _models()],
        ref_template=_SCHEMAS + "{model}",
    )
    schemas: Json = defined["$defs"]
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        told = _operation(operation, schemas, has_token=has_token)
        paths.setdefault(operation.path, {})[operation.method] = told
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "bridge",
            "version": version or "0",
            "description": "Keeps issues of an error tracker and cases of a case "
            "tracker in two-way sync.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "apiToken": _bearer("server.api_token"),
                "webhookSecret": _bearer("one of the tracker's webhook_secrets"),
            },
        },
    }


def _models() -> list[type[BaseModel]]:
    """Every model that an answer or a question is made of, each once."""
    told: dict[type[BaseModel], None] = {Problem: None}
    for operation in OPERATIONS:
        asked = (operation.query, operation.body, *operation.answers.values())
        told.update((model, None) for model in asked if model)
    return list(told)


def _bearer(what: str) -> Json:
    return {"type": "http", "scheme": "bearer", "description": what}


def _operation(operation: Operation, schemas: Json, *, has_token: bool) -> Json:
    told: Json = {
        "operationId": _name_of(operation),
        "summary": operation.summary,
        "responses": {
            **{str(s): _problem(operation, s) for s in _refusals(operation, has_token)},
            **{str(s): _answer(operation, s) for s in operation.answers},
        },
    }
    parameters = [*_in_path(operation.path), *_in_query(operation.query, schemas)]
    if operation.acts:
        parameters.append(_KEY)
    if parameters:
        told["parameters"] = parameters
    if operation.is_hook:
        told["security"] = [{"webhookSecret": []}]
        anything = {"schema": {"type": "object"}}
        told["requestBody"] = {"content": {"application/json": anything}}
    elif operation.is_guarded and has_token:
        told["security"] = [{"apiToken": []}]
    if operation.body:
        told["requestBody"] = {"required": True, "content": _json_of(operation.body)}
    return told


def _name_of(operation: Operation) -> str:
    path = operation.path.removeprefix("/api/v1").removeprefix("/api")
    words = re.findall(r"\w+", path.removesuffix(".json"))
    return "_".join([operation.method, *(words or ["page"])])


def _refusals(operation: Operation, has_token: bool) -> Iterable[int]:  # noqa: FBT001
    listed = {*_ALWAYS, *operation.refusals}
    if operation.is_guarded:
        listed.update(_OF_A_GUARD[has_token])
    if operation.body:
        listed.update(_OF_A_BODY)
    if operation.acts:
        listed.update(_OF_A_KEY)
    return sorted(listed - operation.answers.keys())


def _answer(operation: Operation, status: int) -> Json:
    told: Json = {"description": HTTPStatus(status).phrase}
    if model := operation.answers[status]:
        told["content"] = _json_of(model)
    elif status == HTTPStatus.OK:
        told["content"] = {operation.text: {"schema": {"type": "string"}}}
    return told | _headers(operation, status)


def _problem(operation: Operation, status: int) -> Json:
    schema = {"$ref": f"{_SCHEMAS}{Problem.__name__}"}
    meant = _OF_A_TRACKER if HTTPStatus.BAD_GATEWAY in operation.refusals else {}
    return {
        "description": meant.get(status, HTTPStatus(status).phrase),
        "content": {"application/problem+json": {"schema": schema}},
    } | _headers(operation, status)


def _headers(operation: Operation, status: int) -> Json:
    """The headers that say something to a program which asks again."""
    told: Json = {}
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if operation.acts and not is_fault and status not in _NEVER_KEPT:
        told |= _REPLAYED
    is_in_use = operation.acts and status == HTTPStatus.CONFLICT
    is_down = status == HTTPStatus.SERVICE_UNAVAILABLE
    if is_in_use or (is_down and status not in operation.answers):
        told |= _COME_BACK
    return {"headers": told} if told else {}


def _json_of(model: type[BaseModel]) -> Json:
    schema = {"$ref": f"{_SCHEMAS}{model.__name__}"}
    return {"application/json": {"schema": schema}}


def _in_path(path: str) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _in_query(model: type[BaseModel] | None, schemas: Json) -> list[Json]:
    """The parameters that *model* reads from the address, where nothing is null."""
    if model is None:
        return []
    properties: Mapping[str, Json] = schemas[model.__name__]["properties"]
    return [
        {"name": name, "in": "query", "schema": _without_null(schema)}
        for name, schema in properties.items()
    ]


def _without_null(schema: Json) -> Json:
    (kind,) = [
        one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"
    ]
    kept = {word: kind[word] for word in kind if word != "title"}
    return {word: value for word, value in kept.items() if value is not None}
