"""Copies name their author, call nobody, fit, and are known by their marker."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.comment_text import (
    SHORTEST_LIMIT,
    Marker,
    Origin,
    closing_marker,
    fingerprint,
    harmless,
    marker_of,
    markers_in,
    render,
)
from bridge.domain.model import CaseId, Comment, IssueId, Person
from tests.builders import NOON

ISSUE, CASE = IssueId("errors:a"), CaseId("cases:1")
MARKER = marker_of(ISSUE, "7", CASE)
ORIGIN = Origin("errors", "https://errors.example.org/a")
ANN = Person("1", "ann@example.org", "Ann")

LIVE = re.compile(
    r"(?<![A-Za-z0-9])(?:@|&\#0*64(?:;|(?![\d;])))[^\s\u200b]|[\uff20\ufe6b][^\s\u200b]"
    r"|<[@!#][^\s\u200b]|\[~[^\s\u200b]"
)

pieces = st.sampled_from(
    [
        "@ann",
        "\uff20ann",
        "<@U1>",
        "<!here>",
        "&#64;ann",
        "[~ann]",
        "```",
        "````",
        "~~~",
        "\n",
        "\r\n",
        "e\u0301",
        "\U0001f469\u200d\U0001f680",
        "\U0001f1e9\U0001f1ea",
        "\ud800",
        "\0",
        "[bridge:0123456789abcdef]",
        "bridge:0123456789abcdef0123",
        " ",
        "word ",
    ]
)
texts = st.lists(pieces | st.text(max_size=20), max_size=60).map("".join)
long_texts = st.tuples(texts, st.integers(1, 60)).map(lambda two: two[0] * two[1])


def said(text: str, author: Person | None = ANN) -> Comment:
    return Comment("7", text, author, NOON, url="https://errors.example.org/a#7")


def copied(text: str, limit: int = 10_000) -> str:
    return render(said(text), ORIGIN, MARKER, limit)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


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


@pytest.mark.parametrize(
    "mention",
    [
        "@name",
        "@team/x",
        "@ann@example.com",
        "<@U123>",
        "<!channel>",
        "\uff20ann",
        "(@ann)",
        "_@ann_",
        "<at>Ann</at>",
        "[~ann]",
        "&#64;ann",
        "&#x40;ann",
        "&#064;5ann",
    ],
)
def test_a_mention_is_made_harmless_and_stays_readable(mention: str) -> None:
    text = copied(f"ask {mention} now")

    assert mention not in text
    assert mention in text.replace("\u200b", "")
    assert not LIVE.search(text)


@pytest.mark.parametrize(
    "text", ["mail ann@example.com", "a @ b", "&#640;", "1 < 2 [a](b)"]
)
def test_what_calls_nobody_is_left_as_it_is(text: str) -> None:
    assert f"\n\n{text}\n\n" in copied(text)


def test_a_name_calls_nobody_and_opens_no_code() -> None:
    text = render(said("ok", Person("1", name="```\n@ann")), ORIGIN, MARKER, 10_000)

    assert text.startswith("From ``` @\u200bann on errors")


def test_a_link_neither_calls_nor_breaks() -> None:
    comment = replace(said("ok"), url="https://x.example/@ann/a b?bridge:" + MARKER)

    text = render(comment, ORIGIN, MARKER, 10_000)

    assert f"Original: https://x.example/%40ann/a%20b?bridge%3A{MARKER}\n" in text
    assert markers_in(text) == (MARKER,)


def test_an_open_code_block_is_closed_before_the_footer() -> None:
    assert "\n```python\nx = 1\n```\n\nOriginal" in copied("look:\n```python\nx = 1")


def test_a_closed_code_block_is_left_as_it_is() -> None:
    text = "~~~~\n```\n~~~\n~~~~\n\n```js\ny\n````\nend"

    assert f"\n\n{text}\n\n" in copied(text)


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


@given(long_texts)
def test_making_harmless_again_changes_nothing(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


@given(texts, texts)
def test_fingerprints_tell_texts_apart(one: str, other: str) -> None:
    plain = [t.replace("\r\n", "\n").replace("\r", "\n").strip() for t in (one, other)]

    assert (fingerprint(one) == fingerprint(other)) is (plain[0] == plain[1])


def test_a_copy_of_a_copy_has_one_marker() -> None:
    twice = render(said(copied("ok")), ORIGIN, Marker("f" * 16), 10_000)

    assert markers_in(twice) == ("f" * 16,)
