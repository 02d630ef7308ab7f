"""A copy calls nobody, and its links and code stay what they were."""

from dataclasses import replace

import pytest
from hypothesis import given

from bridge.domain.comment_text import harmless, markers_in, render
from bridge.domain.model import Person
from tests.domain.comment_copies import LIVE, MARKER, ORIGIN, copied, long_texts, said


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


@given(long_texts)
def test_making_harmless_again_changes_nothing(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
