"""What an incoming webhook of Slack, or of something that speaks like it, is sent."""

from datetime import datetime

import orjson

from bridge.notify.letters import Letter
from bridge.ports.notifying import TEST, Notice

# https://docs.slack.dev/messaging/formatting-message-text#escaping
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def slack(notice: Notice, _: datetime) -> Letter:
    """One line of text."""
    what = f"{notice.cause} ({notice.tracker})" if notice.tracker else notice.cause
    since = _plain(notice.since)
    if notice.cause == TEST:
        text = f"bridge: {notice.text}."
    elif notice.ended is None:
        text = f"bridge: {what}: {notice.text}. Since {since}."
    else:
        text = f"bridge: over: {what}. From {since} to {_plain(notice.ended)}."
    if notice.is_dry:
        text += " (dry run)"
    return Letter(orjson.dumps({"text": text.translate(_ESCAPES)}))


def _plain(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
