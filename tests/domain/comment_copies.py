"""Comments and their copies, and texts that try to break them."""

import re

from hypothesis import strategies as st

from bridge.domain.comment_text import Origin, marker_of, render
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
