"""Which presented secrets open the door."""

import pytest
from pydantic import SecretStr

from bridge.transport.signing import bearer, place_of

SECRETS = (SecretStr("new"), SecretStr(""), SecretStr("älter"))


@pytest.mark.parametrize(("presented", "place"), [("new", 1), ("älter", 3)])
def test_any_of_several_secrets_opens(presented: str, place: int) -> None:
    assert place_of(presented.encode(), SECRETS) == place


@pytest.mark.parametrize("presented", [b"", b"ne", b"new ", b"neww", b"\xff\xfe"])
def test_anything_else_does_not(presented: bytes) -> None:
    assert place_of(presented, SECRETS) == 0


@pytest.mark.parametrize(
    ("header", "presented"),
    [
        ("Bearer abc", b"abc"),
        ("bearer   abc ", b"abc"),
        ("Bearer \udcc3\udca4", "ä".encode()),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic abc", None),
        ("", None),
        ("Bearer \ud800", None),
    ],
)
def test_the_bytes_behind_the_word_bearer(header: str, presented: bytes | None) -> None:
    assert bearer({"Authorization": header}) == presented


def test_no_header_is_no_secret() -> None:
    assert bearer({}) is None
