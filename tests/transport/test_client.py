"""What one answer, or none, of a tracker becomes."""

import traceback

import pytest
import respx

from bridge.ports.errors import (
    AmbiguousError,
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.failures import RefusedError, UnauthenticatedError
from bridge.transport.jsonapi import Wire
from tests.clocks import StoppedClock
from tests.transport.conftest import BASE_URL, HIDDEN, SECRET, client_of

READ = Call(Effect.READ, "GET", "/thing")
SET = Call(Effect.SET, "PUT", "/thing", body={"a": 1})
ADD = Call(Effect.ADD, "POST", "/thing", body={"a": 1})


class Thing(Wire):
    name: str


async def test_the_shared_fixture_intercepts_this_transport(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    route = vendor.get(f"{BASE_URL}/thing").respond(json={"name": "lamp"})

    assert await http.fetch(READ, Thing) == Thing(name="lamp")
    assert route.call_count == 1
    assert route.calls[0].request.headers["X-Key"] == SECRET


async def test_the_vendor_media_type_is_read_as_json(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    vendor.get(f"{BASE_URL}/thing").respond(
        content=b'{"name": "lamp", "more": null}',
        headers={"Content-Type": "application/vnd.api+json"},
    )

    assert (await http.fetch(READ, Thing)).name == "lamp"


@pytest.mark.parametrize(
    ("call", "status", "expected"),
    [
        (READ, 400, RefusedError),
        (SET, 409, RefusedError),
        (READ, 302, RefusedError),
        (READ, 401, UnauthenticatedError),
        (ADD, 403, ForbiddenError),
        (READ, 404, GoneError),
        (SET, 410, GoneError),
        (READ, 408, TransientError),
        (ADD, 425, TransientError),
        (ADD, 429, TransientError),
        (READ, 500, TransientError),
        (SET, 503, TransientError),
        (ADD, 502, AmbiguousError),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_a_status_becomes_what_to_do_next(
    http: TrackerHttp,
    vendor: respx.MockRouter,
    call: Call,
    status: int,
    expected: type[TrackerError],
) -> None:
    vendor.route().respond(status)

    with pytest.raises(TrackerError) as caught:
        await http.send(call)

    assert type(caught.value) is expected


async def test_an_error_names_the_call_and_the_trackers_words(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    vendor.route().respond(
        400, json={"errors": [{"title": "Bad\nRequest", "detail": "no " + "x" * 500}]}
    )

    with pytest.raises(PermanentError) as caught:
        await http.send(Call(Effect.READ, "GET", "/thing", {"filter": "private"}))

    text = str(caught.value)
    assert text.startswith("cases: GET /thing answered 400: Bad Request: no xxx")
    assert len(text) < 350
    assert "private" not in text


async def test_no_error_repeats_a_secret(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    vendor.route().respond(403, json={"errors": [f"key {SECRET} is unknown"]})

    with pytest.raises(ForbiddenError) as caught:
        await http.send(READ)

    assert "key *** is unknown" in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(http)


@pytest.mark.parametrize("secret", [SECRET, HIDDEN])
@pytest.mark.parametrize("before", [290, 285, 280])
async def test_no_secret_is_cut_in_two_and_shown_in_part(
    http: TrackerHttp, vendor: respx.MockRouter, secret: str, before: int
) -> None:
    vendor.route().respond(400, json={"errors": ["x" * before + " " + secret]})

    with pytest.raises(RefusedError) as caught:
        await http.send(READ)

    assert "x***" in str(caught.value).replace(" ", "")
    assert secret[:4] not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "body", "expected"),
    [
        (READ, b'{"name": "la', TransientError),
        (READ, b"", TransientError),
        (READ, b"<html>", TransientError),
        (READ, b'{"name": 7}', PermanentError),
        (READ, b"[]", PermanentError),
        (SET, b'{"name": "la', AmbiguousError),
        (ADD, b'{"name": 7}', AmbiguousError),
    ],
)
async def test_an_unreadable_answer(
    http: TrackerHttp,
    vendor: respx.MockRouter,
    call: Call,
    body: bytes,
    expected: type[TrackerError],
) -> None:
    vendor.route().respond(200, content=body)

    with pytest.raises(TrackerError) as caught:
        await http.fetch(call, Thing)

    assert type(caught.value) is expected


async def test_an_answer_beyond_the_limit_is_not_read_on(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    vendor.route().respond(200, content=b"x" * 1001)

    with pytest.raises(PermanentError, match="more than 1000 bytes"):
        await http.send(READ)
    with pytest.raises(AmbiguousError, match="more than 1000 bytes"):
        await http.send(ADD)


async def test_a_redirect_is_not_followed(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    elsewhere = vendor.get("https://elsewhere.test/").respond(json={"name": "x"})
    vendor.get(f"{BASE_URL}/thing").respond(
        302, headers={"Location": "https://elsewhere.test/"}
    )

    with pytest.raises(PermanentError):
        await http.fetch(READ, Thing)

    assert not elsewhere.called


async def test_text_that_is_no_unicode_is_refused_before_it_is_sent(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    with pytest.raises(PermanentError, match="was not sent"):
        await http.send(Call(Effect.ADD, "POST", "/thing", body={"a": "\ud800"}))


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    assert path_of("cases", "a/../b?c#d") == "/cases/a%2F..%2Fb%3Fc%23d"
    for outside in ("..", ".", ""):
        with pytest.raises(GoneError):
            path_of("cases", outside)


def test_a_client_is_made_without_being_opened() -> None:
    assert client_of(BASE_URL, StoppedClock()).budget is None
