"""A webhook signed by Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import binascii
import hmac
from collections.abc import Callable
from datetime import datetime

import orjson
from pydantic import SecretStr

from bridge.notify.letters import Letter
from bridge.ports.notifying import TEST, Notice

PREFIX = "whsec_"
_SIZES = range(24, 65)


def key_of(secret: str) -> bytes:
    """The key that *secret* stands for; ValueError says how one looks."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in _SIZES:
        raise ValueError(
            'write "whsec_" and 24 to 64 random bytes in base64, as '
            "`echo whsec_$(openssl rand -base64 32)` prints them"
        )
    return key


def webhook(secret: SecretStr) -> Callable[[Notice, datetime], Letter]:
    """Writes notices as signed events; a repeated notice keeps its webhook-id."""
    key = key_of(secret.get_secret_value())

    def write(notice: Notice, now: datetime) -> Letter:
        body = orjson.dumps(
            {
                "type": _type_of(notice),
                "timestamp": notice.ended or notice.since,
                "data": {
                    "cause": notice.cause,
                    "tracker": notice.tracker or None,
                    "text": notice.text,
                    "since": notice.since,
                    "ended": notice.ended,
                    "dry_run": notice.is_dry,
                },
            },
            option=orjson.OPT_UTC_Z,
        )
        at = str(int(now.timestamp()))
        return Letter(
            body,
            {
                "webhook-id": notice.id,
                "webhook-timestamp": at,
                "webhook-signature": signature(key, notice.id, at, body),
            },
        )

    return write


def _type_of(notice: Notice) -> str:
    if notice.cause == TEST:
        return TEST
    return "alert.began" if notice.ended is None else "alert.ended"


def signature(key: bytes, message: str, timestamp: str, body: bytes) -> str:
    """What proves that *body* is ours and was sent at *timestamp*, in Unix seconds."""
    signed = b".".join((message.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
