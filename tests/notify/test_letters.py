"""What each kind of receiver is sent."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.notify.slack import slack
from bridge.notify.webhook import key_of, signature, webhook
from tests.builders import NOON
from tests.notify.samples import BEGUN, OVER, TRIED

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def hmac_by_hand(key: bytes, signed: bytes) -> bytes:
    """HMAC-SHA-256 as RFC 2104 writes it, for keys of up to a block."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + signed).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()


def test_a_webhook_is_signed_as_its_receiver_computes_it() -> None:
    letter = webhook(SecretStr(SECRET))(BEGUN, NOON + timedelta(seconds=3))

    at = str(int(NOON.timestamp()) + 3)
    signed = f"msg_1.{at}.".encode() + letter.body
    expected = base64.b64encode(hmac_by_hand(KEY, signed)).decode()
    assert letter.headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{expected}",
    }


def test_the_signature_is_that_of_the_published_library() -> None:
    # What `standardwebhooks` 1.0 for Python gives for these values.
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    message, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'

    found = signature(key, message, "1614265330", body)

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_tells_an_alert_that_began() -> None:
    letter = webhook(SecretStr(SECRET))(BEGUN, NOON)

    assert json.loads(letter.body) == {
        "type": "alert.began",
        "timestamp": "2026-03-01T12:00:00Z",
        "data": {
            "cause": "circuit-open",
            "tracker": "cases",
            "text": "cases: GET <case> & co answered 401",
            "since": "2026-03-01T12:00:00Z",
            "ended": None,
            "dry_run": False,
        },
    }


def test_a_webhook_tells_an_alert_that_is_over() -> None:
    told = json.loads(webhook(SecretStr(SECRET))(OVER, NOON).body)

    assert told["type"] == "alert.ended"
    assert told["timestamp"] == told["data"]["ended"] == "2026-03-01T12:05:00Z"
    assert told["data"]["tracker"] is None
    assert told["data"]["dry_run"] is True


def test_a_test_message_is_no_alert() -> None:
    told = json.loads(webhook(SecretStr(SECRET))(TRIED, NOON).body)
    line = json.loads(slack(TRIED, NOON).body)["text"]

    assert (told["type"], told["data"]["cause"]) == ("test", "test")
    assert line == "bridge: a test message: nothing is wrong."


def test_slack_is_told_a_line_of_text() -> None:
    assert [json.loads(slack(one, NOON).body) for one in (BEGUN, OVER)] == [
        {
            "text": "bridge: circuit-open (cases): cases: GET &lt;case&gt; &amp; co "
            "answered 401. Since 2026-03-01 12:00:00 UTC."
        },
        {
            "text": "bridge: over: dead-letters. From 2026-03-01 12:00:00 UTC to "
            "2026-03-01 12:05:00 UTC. (dry run)"
        },
    ]


@pytest.mark.parametrize(
    "secret",
    [
        SECRET.removeprefix("whsec_"),
        "whsec_" + base64.b64encode(b"short").decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsec_no base64!",
        "whsec_ümlaut",
    ],
    ids=["no prefix", "too short", "too long", "no base64", "no ASCII"],
)
def test_a_secret_of_another_form_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 random bytes"):
        key_of(secret)
