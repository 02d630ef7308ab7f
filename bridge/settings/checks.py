"""What single values of the configuration may be; ValueError says what is right."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from bridge.domain.query_parser import parse

# A sender repeats a delivery for so long; its event is what it is known by.
_LONGEST_REPETITION = timedelta(hours=75)
_NAME = r"[a-z][a-z0-9]*([_-][a-z0-9]+)*"


def positive(value: timedelta) -> timedelta:
    """A span of time."""
    if value <= timedelta():
        raise ValueError("must be longer than nothing")
    return value


def noticeable(value: timedelta) -> timedelta:
    """Long enough for a replica to say meanwhile that it is alive."""
    if value < timedelta(seconds=1):
        raise ValueError('must be "1s" or longer')
    return value


def outlasting(value: timedelta) -> timedelta:
    """Long enough to know a delivery by when it is repeated."""
    if value < _LONGEST_REPETITION:
        raise ValueError('must be "75h" or longer: deliveries are repeated for so long')
    return value


def web_address(value: str) -> str:
    """Where something is on the web, without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError('write an address as "https://bridge.example.com"')
    return value.rstrip("/")


def store_url(value: SecretStr) -> SecretStr:
    """Where a store is, as far as its form tells."""
    url = value.get_secret_value()
    if not re.match(r"(sqlite:///.|postgres(ql)?(\+\w+)?://.)", url):
        raise ValueError('write "sqlite:///bridge.db" or "postgresql://…"')
    return value


def email(value: str) -> str:
    """An e-mail address, by its form."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError("is not an e-mail address")
    return value


def tracker_name(value: str) -> str:
    """A name that can stand in ids and variables."""
    if not re.fullmatch(_NAME, value):
        raise ValueError("name a tracker with a-z, 0-9 and single - or _ between")
    return value


def plain_name(value: str) -> str:
    """The same for anything else that is named."""
    if not re.fullmatch(_NAME, value):
        raise ValueError("name it with a-z, 0-9 and single - or _ between")
    return value


def query(value: str) -> str:
    """A query of the match language; the place of a mistake is told."""
    parse(value)
    return value
