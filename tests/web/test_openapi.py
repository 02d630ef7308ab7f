"""The API's own description, against the application that it describes."""

from typing import Any

import httpx
import pytest
from aiohttp import web as http
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import SecretStr

from bridge import web
from bridge.web.idempotency import HEADER, REPEATED
from bridge.web.openapi import document
from tests.web.fakes import PaperDesk, PaperIntake


async def no_reasons() -> list[str]:
    return []


def application() -> http.Application:
    return web.build(PaperIntake(), PaperDesk(), readiness=no_reasons)


@pytest.mark.parametrize("has_token", [True, False])
def test_the_description_is_valid(has_token: bool) -> None:
    OpenAPIV31SpecValidator(document("1.2", has_token=has_token)).validate()


def test_every_route_is_described_and_nothing_else() -> None:
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in application().router.routes()
        if route.resource and route.method != "HEAD"
    }
    described = {
        (method, path)
        for path, methods in document("1", has_token=True)["paths"].items()
        for method in methods
    }

    assert described == served


def test_what_is_asked_is_told_by_the_model_that_reads_it() -> None:
    paths = document("1", has_token=True)["paths"]

    listed = {
        each["name"]: each for each in paths["/api/v1/links"]["get"]["parameters"]
    }
    asked = paths["/api/v1/links"]["post"]["requestBody"]["content"]

    assert listed.keys() == {"case", "issue", "cursor", "limit"}
    assert listed["limit"]["schema"] == {
        "default": 100, "minimum": 1, "maximum": 1000, "type": "integer"
    }  # fmt: skip
    assert listed["case"]["schema"] == {
        "minLength": 1, "maxLength": 1000, "type": "string"
    }  # fmt: skip
    assert asked["application/json"]["schema"] == {
        "$ref": "#/components/schemas/NewLink"
    }


def operations(told: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method} {path}": operation
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    }


def test_the_token_is_asked_for_where_one_is_set() -> None:
    guarded = operations(document("1", has_token=True))
    open_to_all = operations(document("1", has_token=False))

    for name, operation in guarded.items():
        is_api = "/api/" in name or "/metrics" in name
        scheme = "apiToken" if is_api else "webhookSecret" if "hooks" in name else ""
        asked = [word for each in operation.get("security", []) for word in each]
        assert asked == ([scheme] if scheme else []), name
        assert ("401" in operation["responses"]) is bool(scheme)
        assert ("403" in open_to_all[name]["responses"]) is is_api


def test_every_operation_has_a_name_of_its_own() -> None:
    named = operations(document("1", has_token=True)).values()
    assert len({operation["operationId"] for operation in named}) == len(named)


def headers(operation: dict[str, Any]) -> dict[str, set[str]]:
    return {
        status: {*answer["headers"]}
        for status, answer in operation["responses"].items()
        if "headers" in answer
    }


def test_an_answer_given_before_is_described_wherever_a_key_is_taken() -> None:
    for name, operation in operations(document("1", has_token=True)).items():
        keyed = [p for p in operation.get("parameters", []) if p["name"] == HEADER]
        told = {s for s, named in headers(operation).items() if REPEATED in named}
        good = {s for s in operation["responses"] if s < "300"}

        assert (told >= {*good, "400", "409"}) is bool(keyed), name
        assert not told & {"401", "403", "408", "413", "422", "500", "502", "503"}
        assert bool(told) is bool(keyed), name


def test_when_to_come_back_is_described_where_it_is_told() -> None:
    told = operations(document("1", has_token=True))

    assert "Retry-After" in headers(told["post /api/v1/links"])["409"]
    assert "Retry-After" in headers(told["post /api/v1/links"])["503"]
    assert headers(told["get /api/v1/status"]) == {"503": {"Retry-After"}}
    assert headers(told["get /readyz"]) == {}


async def test_the_description_is_given(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/openapi.json")

    assert answer.json() == document("", has_token=False)
    assert (await client.get("/api/openapi.json?x=1")).status_code == 400


async def test_the_description_is_guarded_as_the_api_is() -> None:
    app = web.build(
        PaperIntake(), PaperDesk(), readiness=no_reasons, api_token=SecretStr("t" * 9)
    )
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        assert (await client.get("/api/openapi.json")).status_code == 401
