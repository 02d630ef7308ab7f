"""The page of the HTTP API: what ``/api/openapi.json`` says, for people."""

import json
from collections.abc import Iterator
from typing import Any, Final

from bridge.web import openapi
from bridge.web.operations import OPERATIONS
from manual import schemas

Json = dict[str, Any]

_HEAD = """\
# HTTP API

<!-- Written by `make reference` from the API's own description. -->

`GET /api/openapi.json` says the same to programs, by OpenAPI 3.1;
[one table](counterparts.md) says which command and which page does what a call does.

- **Token.** `/api` and `/metrics` want `Authorization: Bearer <server.api_token>`, else
  401. Where none is set they answer on this machine only, and 403 to everybody else.
  `/hooks` wants one of the tracker's `webhook_secrets`.
- **Names.** Issues and cases are written `tracker:id`, a case also by its key, as
  `cases:SHOP-12`; in a path with the colon as `%3A`.
- **Lists** are `{"items": [...], "next": cursor or null}`, read on with `?cursor=`; a
  page may be short, even empty, and not be the last.
- **Errors** are `application/problem+json` with `title`, `status` and `detail`, a
  sentence for people. Keys and parameters that are not described are refused.
- **The same once.** A POST that acts takes an `Idempotency-Key` of your choice, as a
  UUID: sent again within 24 hours it is not carried out again, and answered alike, with
  `Idempotent-Replayed: true`. Another request under the same key is 422.
- **Wait.** 503 has `Retry-After`, in seconds: while the store does not answer, and
  while a tracker asks to wait, as its rate limit does.

The examples have the token in `BRIDGE_TOKEN`.
"""

EXAMPLES: Final[dict[str, Json]] = {
    "POST /api/v1/links": {"issue": "errors:5f8ebd5c", "case": "cases:SHOP-12"},
    "POST /api/v1/cases": {"issue": "errors:5f8ebd5c", "project": "SHOP"},
    "POST /api/v1/backfill": {"since": "2026-01-31T00:00:00Z", "dry_run": True},
    "POST /api/v1/dead/retry": {"ids": ["064bf535af10000000f0868727"]},
    "POST /api/v1/dead/skip": {"ids": ["064bf535af10000000f0868727"]},
    "POST /api/v1/resync": {"cases": ["cases:SHOP-12"]},
    "POST /api/v1/plan": {"case": "cases:SHOP-12"},
    "POST /api/v1/rules/test": {
        "issue": {"service": "web-store", "teams": ["Shopist"]},
        "rules": [{"name": "shop", "match": "service:web-*", "project": "SHOP"}],
    },
    "POST /api/v1/rules/recorded": {
        "against": {"rules": [{"name": "shop", "match": "team:Shopist"}]}
    },
}
"""A body for each call that has one."""

_IN_PATHS: Final = {
    "{case}": "cases%3ASHOP-12",
    "{issue}": "errors%3A5f8ebd5c",
    "{id}": "064bf535af10000000f0868727",
}
_ADDRESS: Final = "http://127.0.0.1:8080"


def page() -> str:
    """The whole page, in Markdown."""
    told = openapi.document("1", has_token=True)
    calls = [
        _call(f"{one.method.upper()} {one.path}", told["paths"][one.path][one.method])
        for one in OPERATIONS
    ]
    objects = schemas.told(told["components"]["schemas"], told["paths"])
    return "\n".join([_HEAD, "## Calls\n", *calls, "## Objects\n", *objects])


def _call(name: str, told: Json) -> str:
    parts = [f"### `{name}`", told["summary"]]
    if example := _example(name, told):
        parts.append(f"```sh\n{example}\n```")
    if asked := [*_parameters(told), *_body(told)]:
        parts.append("\n".join(asked))
    parts.append("\n".join(_answers(told)))
    return "\n\n".join(parts) + "\n"


def _example(name: str, told: Json) -> str:
    """A call with curl; none for a delivery, which only a tracker can word."""
    method, _, path = name.partition(" ")
    if {"webhookSecret": []} in told.get("security", []):
        return ""
    for place, value in _IN_PATHS.items():
        path = path.replace(place, value)
    words = ["curl"] + ([f"-X {method}"] if method != "GET" else [])
    if told.get("security"):
        words.append('-H "Authorization: Bearer $BRIDGE_TOKEN"')
    if name in EXAMPLES:
        words += ["-H 'Content-Type: application/json'"]
        words += [f"-d '{json.dumps(EXAMPLES[name])}'"]
    words.append(f"{_ADDRESS}{path}")
    return " \\\n  ".join([" ".join(words[:2]), *words[2:]])


def _parameters(told: Json) -> Iterator[str]:
    for one in told.get("parameters", []):
        about = one.get("description", "")
        words = schemas.words(one["schema"])
        where = {"path": "in the path", "query": "`?`", "header": "header"}[one["in"]]
        yield f"- `{one['name']}` ({where}): {words}{f'. {about}' if about else ''}"


def _body(told: Json) -> Iterator[str]:
    for kind, what in told.get("requestBody", {}).get("content", {}).items():
        yield f"- Body, `{kind}`: {schemas.words(what['schema'])}"


def _answers(told: Json) -> Iterator[str]:
    yield "| status | means | body | headers |"
    yield "|---|---|---|---|"
    for status, answer in sorted(told["responses"].items()):
        bodies = [schemas.words(what["schema"]) for what in _contents(answer)]
        headers = ", ".join(f"`{name}`" for name in answer.get("headers", ()))
        yield (
            f"| {status} | {answer['description']} | {', '.join(bodies)} | {headers} |"
        )


def _contents(answer: Json) -> list[Json]:
    return list(answer.get("content", {}).values())
