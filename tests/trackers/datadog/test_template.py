"""Bodies that Datadog made of our template by pasting values in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from pydantic import SecretStr

from bridge.ports.errors import MalformedDelivery
from bridge.ports.trackers import Heard, Reading, Side
from bridge.trackers.datadog.template import FIELDS, PAYLOAD, pasted_fields
from bridge.trackers.datadog.webhook import DatadogWebhook
from tests.clocks import StoppedClock

ISSUE = "5f8ebd5c-6dd9-11f0-8a28-da7ad0900002"
OTHER = "9daaa414-8843-46e2-8360-c36d3713285f"
GOOD = CIMultiDict({"Authorization": "Bearer secret"})


def pasted(**values: str) -> bytes:
    """The payload with *values* pasted in as text; the rest stays unexpanded."""
    text = PAYLOAD
    for name, value in values.items():
        text = text.replace(f'"{FIELDS[name]}"', f'"{value}"')
    return text.encode()


def read(body: bytes, side: Side = Side.ISSUES) -> Reading:
    reader = DatadogWebhook((SecretStr("secret"),), side)
    return reader.read(GOOD, body, StoppedClock().now())


def test_the_payload_is_json_with_what_the_reader_knows() -> None:
    assert json.loads(PAYLOAD) == FIELDS
    assert list(FIELDS)[-1] == "text"


@pytest.mark.parametrize(
    "text",
    ['it said "no"', "first line\nsecond line", "C:\\temp\\x", '"', '"}', "\t\x00"],
)
def test_a_title_that_breaks_the_json_hides_no_id(text: str) -> None:
    body = pasted(event_id="7", link=f"https://x/?issueId={ISSUE}", text=text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)

    reading = read(body)

    assert reading.heard == Heard(issues=(ISSUE,))
    assert reading.identity.startswith("7:")


def test_what_a_title_pretends_does_not_win_over_the_link() -> None:
    forged = f'", "link": "https://x/?issueId={OTHER}", "text": "'
    body = pasted(link=f"https://x/?issueId={ISSUE}", text=f'"{forged}')

    assert read(body).heard.issues[0] == ISSUE


def test_the_key_of_a_case_is_found_too() -> None:
    body = pasted(link="https://app.datadoghq.com/cases/SHOP-12", text='a "b"')

    assert read(body, Side.CASES).heard == Heard(cases=("SHOP-12",))


@pytest.mark.parametrize(
    "body",
    [
        b'{"issue_id": "' + ISSUE.encode(),
        b'{"text": "a "b" c"}',
        pasted(text='"')[:-2],
        pasted(text='"').replace(b'"tags"', b'"labels"'),
        b"x" + pasted(text='"'),
    ],
)
def test_any_other_broken_body_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedDelivery):
        read(body)


@given(st.text(), st.text(alphabet='"{},: abtextlink\\\n', max_size=60))
def test_whatever_is_pasted_the_fields_before_it_stay_apart(
    text: str, tags: str
) -> None:
    body = pasted(event_id="7", link="https://x/1", text=text)

    fields = pasted_fields(body)

    assert fields is not None
    assert (fields["event_id"], fields["link"]) == ("7", "https://x/1")
    assert fields["text"] == text.encode(errors="replace").decode()
    assert pasted_fields(pasted(tags=tags)) is not None


def test_a_long_body_of_partings_is_read_in_one_go() -> None:
    body = pasted(text='", "tags": "' * 80_000 + '"')

    fields = pasted_fields(body)

    assert fields is not None
    assert len(fields["text"]) > 900_000
