"""Copies name their author and are known by their marker."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from bridge.domain.comment_text import (
    Marker,
    Origin,
    closing_marker,
    fingerprint,
    marker_of,
    markers_in,
    render,
)
from bridge.domain.model import IssueId, Person
from tests.domain.comment_copies import CASE, ISSUE, MARKER, ORIGIN, copied, said, texts


def test_a_copy_names_author_tracker_time_and_original_and_ends_in_its_marker() -> None:
    assert copied("It is the cache.") == (
        "From Ann on errors, 2026-03-01 12:00 UTC:\n"
        "\n"
        "It is the cache.\n"
        "\n"
        "Original: https://errors.example.org/a#7\n"
        f"[bridge:{MARKER}]"
    )


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(said("ok", author=None), created_at=None, url="")

    text = render(bare, Origin("errors"), MARKER, 10_000)

    assert text == f"From somebody on errors:\n\nok\n\n[bridge:{MARKER}]"


def test_a_comment_without_a_page_points_to_its_issue() -> None:
    text = render(replace(said("ok"), url=""), ORIGIN, MARKER, 10_000)

    assert "Original: https://errors.example.org/a\n" in text


def test_an_author_without_a_name_is_named_by_the_address() -> None:
    text = render(said("ok", Person("1", "ann@example.org")), ORIGIN, MARKER, 10_000)

    assert text.startswith("From ann@example.org on errors")


def test_a_marker_depends_on_both_ends() -> None:
    others = {
        marker_of(ISSUE, "7", IssueId("errors:b")),
        marker_of(ISSUE, "8", CASE),
        marker_of(IssueId("errors:b"), "7", CASE),
    }

    assert len(others | {MARKER}) == 4
    assert marker_of(ISSUE, "7", CASE) == MARKER
    assert re.fullmatch("[0-9a-f]{16}", MARKER)


@pytest.mark.parametrize(
    "shown",
    [
        "[bridge:{}]",
        r"\[bridge:{}\]",
        r"\[bridge\:{}\]",
        "<p>text</p>\n<p>[bridge:{}]</p>",
        "&#91;bridge:{}&#93;",
        '<a href="#">bridge:{}</a>',
        "  [Bridge: {}]  ",
        "text [bridge:{}] \n\n",
    ],
)
def test_a_marker_survives_its_tracker(shown: str) -> None:
    for marker in (MARKER, MARKER.upper()):
        assert markers_in(shown.format(marker)) == (MARKER,)
        assert closing_marker(shown.format(marker)) == MARKER


@pytest.mark.parametrize(
    "text",
    [
        "no marker",
        f"> [bridge:{MARKER}]\n\nI agree",
        f"[bridge:{MARKER}] and [bridge:{MARKER}]",
    ],
)
def test_a_text_that_goes_on_after_a_marker_is_no_copy(text: str) -> None:
    assert closing_marker(text) is None


def test_a_quoted_marker_does_not_pass_for_one() -> None:
    other = marker_of(ISSUE, "8", CASE)

    text = copied(f"> as said\n> [bridge:{other}]\n\nNo.")

    assert markers_in(text) == (MARKER,)
    assert f"[bridge {other}]" in text


@given(texts, texts)
def test_fingerprints_tell_texts_apart(one: str, other: str) -> None:
    plain = [t.replace("\r\n", "\n").replace("\r", "\n").strip() for t in (one, other)]

    assert (fingerprint(one) == fingerprint(other)) is (plain[0] == plain[1])


def test_a_copy_of_a_copy_has_one_marker() -> None:
    twice = render(said(copied("ok")), ORIGIN, Marker("f" * 16), 10_000)

    assert markers_in(twice) == ("f" * 16,)
