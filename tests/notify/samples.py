"""Notices as they are told in these tests."""

from datetime import timedelta

from bridge.ports.notifying import TEST, Notice
from tests.builders import NOON

BEGUN = Notice(
    id="msg_1",
    cause="circuit-open",
    tracker="cases",
    text="cases: GET <case> & co answered 401",
    since=NOON,
)
OVER = Notice(
    id="msg_2",
    cause="dead-letters",
    tracker="",
    text="dead letters: over",
    since=NOON,
    ended=NOON + timedelta(minutes=5),
    is_dry=True,
)
TRIED = Notice(
    id="msg_3",
    cause=TEST,
    tracker="",
    text="a test message: nothing is wrong",
    since=NOON,
)
