"""Bodies that Datadog made of our template by pasting values in."""

import json
from pathlib import Path

import orjson
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
        b'{"title": "a "b" c"}',
        pasted(text='"')[:-2],
        f'{{"link": "https://x/?issueId={ISSUE}", "text": "a "b'.encode(),
        b"x" + pasted(text='"'),
    ],
)
def test_any_other_broken_body_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedDelivery):
        read(body)


TITLE = 'it said "no",\nbecause of {"a": 1, "b": "2"}'


@pytest.mark.parametrize(
    "body",
    [
        f'{{"link": "https://x/?issueId={ISSUE}", "text": "{TITLE}"}}',
        f'{{"text": "{TITLE}", "issue_id": "{ISSUE}"}}',
        f'{{ "issue_id" : "{ISSUE}" , "title" : "{TITLE}" , "n" : 7 }}',
        f'{{"title": "{TITLE}", "tags": "issue.id:{ISSUE}", "text": ""}}',
        f'{{"event_id": 7, "text": "{TITLE} issue.id:{ISSUE}"}}',
        f'{{"issue_id": "{ISSUE}", "text": "\\ud800"}}',
    ],
)
def test_a_title_that_breaks_a_template_of_their_own_loses_nothing(body: str) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(body)

    assert read(body.encode()).heard.issues == (ISSUE,)


def test_short_fields_of_a_broken_body_hold_no_title() -> None:
    body = f'{{"event_id": 7, "event_type": "alert", "title": "{TITLE}", "text": ""}}'

    reading = read(body.encode())

    assert (reading.heard.kind, reading.identity[:1]) == ("alert", "7")


@pytest.mark.parametrize("text", ["fine", TITLE, '"}', '",', "\\"])
def test_the_template_in_the_manual_is_read_whatever_is_pasted(text: str) -> None:
    manual = Path(__file__).parents[3] / "docs" / "how-to" / "datadog.md"
    template = manual.read_text().partition("```json\n")[2].partition("```")[0]
    assert list(json.loads(template))[-1] == "text"

    body = template.replace("$LINK", f"https://x/?issueId={ISSUE}")
    body = body.replace("$TEXT_ONLY_MSG", text).replace("$ID", "7")

    assert read(body.encode()).heard.issues == (ISSUE,)
    assert read(body.encode()).identity.startswith("7:")


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


@pytest.mark.parametrize("filling", [", ", ',"text" ', '{"text":"', ",\n" + " " * 40])
def test_a_long_broken_body_of_their_own_is_read_in_one_go(filling: str) -> None:
    text = filling * (900_000 // len(filling))

    fields = pasted_fields(f'{{"link": "x", "text": "{text}" "}}'.encode())

    assert fields is not None
    assert fields["link"] == "x"


def test_a_long_body_of_partings_is_read_in_one_go() -> None:
    body = pasted(text='", "tags": "' * 80_000 + '"')

    fields = pasted_fields(body)

    assert fields is not None
    assert len(fields["text"]) > 900_000
