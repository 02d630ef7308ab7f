"""Moments with any number of digits, and both shapes of errors."""

from datetime import UTC, datetime, timedelta

import pytest

from bridge.transport.jsonapi import (
    error_detail,
    millis_of,
    moment,
    moment_of_millis,
)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2025-08-21T17:21:13Z", 0),
        ("2025-08-21T17:21:13.8Z", 800_000),
        ("2025-08-21T17:21:13.882831Z", 882_831),
        ("2025-08-21T17:21:13.882830862Z", 882_830),
        ("2025-08-21T19:21:13.882830862+02:00", 882_830),
        ("2025-08-21T17:21:13.882831", 882_831),
    ],
)
def test_a_moment_is_read_to_the_microsecond_and_in_utc(text: str, micros: int) -> None:
    read = moment(text)

    assert read == datetime(2025, 8, 21, 17, 21, 13, micros, tzinfo=UTC)
    assert read.utcoffset() == timedelta(0)


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        moment("yesterday")
    with pytest.raises(ValueError, match="calendar"):
        moment_of_millis(10**20)


def test_milliseconds_go_both_ways() -> None:
    assert millis_of(moment_of_millis(1_753_944_082_256)) == 1_753_944_082_256


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"errors": ["API error"]}', "API error"),
        (
            b'{"errors": [{"title": "Not Found", "detail": "issue not found"}]}',
            "Not Found: issue not found",
        ),
        (b'{"errors": [{"code": "x", "title": "case not found"}]}', "case not found"),
        (b'{"errors": ["one", {"detail": "two"}, 3, {}]}', "one; two"),
        (b'{"errors": "text"}', ""),
        (b'{"errors": [{"title": null, "detail": 5}]}', ""),
        (b"[]", ""),
        (b"<html>", ""),
        (b"\xff", ""),
    ],
)
def test_the_words_of_an_error(body: bytes, detail: str) -> None:
    assert error_detail(body) == detail
