"""A copy fits where it goes, whatever the original was."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.comment_text import (
    SHORTEST_LIMIT,
    Origin,
    closing_marker,
    markers_in,
    render,
)
from bridge.domain.model import Person
from tests.domain.comment_copies import (
    LIVE,
    MARKER,
    ORIGIN,
    copied,
    long_texts,
    said,
    texts,
    units,
)


def test_a_text_too_long_is_cut_with_a_pointer_to_the_whole() -> None:
    text = copied("0123456789" * 200, SHORTEST_LIMIT)

    assert units(text) == SHORTEST_LIMIT
    assert text.endswith(
        "\n\n\u2026 (cut; the whole text: https://errors.example.org/a#7)\n"
        f"[bridge:{MARKER}]"
    )


def test_a_cut_without_a_link_names_the_tracker() -> None:
    comment = replace(said("x" * 9_000), url="")

    text = render(comment, Origin("errors"), MARKER, SHORTEST_LIMIT)

    assert "\u2026 (cut; the whole text is on errors)\n" in text


def test_a_cut_code_block_is_closed() -> None:
    text = copied("````py\n" + "x\n" * 900, SHORTEST_LIMIT)

    assert units(text) <= SHORTEST_LIMIT
    assert "x\n````\n\n\u2026 (cut" in text


@pytest.mark.parametrize(
    "sign",
    [
        "\U0001f469\U0001f3fd\u200d\U0001f680",
        "e\u0301\u0302",
        "\U0001f1e9\U0001f1ea",
        "\u1100\u1161\u11a8",
        "\u2764\ufe0f",
    ],
)
@pytest.mark.parametrize("shift", range(8))
def test_a_cut_tears_no_sign_apart(sign: str, shift: int) -> None:
    text = copied("x" * shift + f"{sign} " * 3_000, SHORTEST_LIMIT)

    body = text.split("\n\n")[1].lstrip("x")
    assert set(body.split(" ")) == {sign}


def test_a_huge_comment_is_cut_quickly_and_whole() -> None:
    text = copied("\U0001f600@ann ```\n```py\n@x\n" * 12_000, 32_767)

    assert 32_700 < units(text) <= 32_767
    assert not LIVE.search(text)


def test_too_little_room_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="500"):
        copied("ok", SHORTEST_LIMIT - 1)


@given(long_texts, st.integers(SHORTEST_LIMIT, 3_000), texts)
@example("`" * 9_000, SHORTEST_LIMIT, "")
@example("x" + "\u0301" * 9_000, SHORTEST_LIMIT, "")
@example("x" * 312 + "bridge:0123456789abcdef0123" * 200, SHORTEST_LIMIT, "")
def test_every_copy_fits_is_marked_and_calls_nobody(
    text: str, limit: int, name: str
) -> None:
    shown = render(said(text, Person("1", name=name)), ORIGIN, MARKER, limit)

    assert units(shown) <= limit
    assert markers_in(shown) == (MARKER,)
    assert closing_marker(shown) == MARKER
    assert not LIVE.search(shown)
    assert shown == shown.encode().decode()
    assert "\0" not in shown
    body = shown.split("\n\n\u2026 (cut; ")[0]
    assert not unicodedata.combining(shown[len(body) : len(body) + 1] or "x")
