"""What deliveries say, however odd the operator's template."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from pydantic import SecretStr

from bridge.ports.errors import BadCredentials, DeliveryRefused, MalformedDelivery
from bridge.ports.trackers import Heard, Reading, Side
from bridge.trackers.datadog.ids import MOST
from bridge.trackers.datadog.webhook import DatadogWebhook
from tests.clocks import StoppedClock

A = "5f8ebd5c-6dd9-11f0-8a28-da7ad0900002"
B = "9daaa414-8843-46e2-8360-c36d3713285f"
NOW = StoppedClock().now()
SECRETS = (SecretStr("new-secret"), SecretStr("old-secret"))
GOOD = CIMultiDict({"authorization": "Bearer new-secret"})


def read(body: Any, side: Side = Side.ISSUES) -> Reading:
    return DatadogWebhook(SECRETS, side).read(GOOD, orjson.dumps(body), NOW)


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_any_configured_secret_is_accepted(secret: str) -> None:
    headers = CIMultiDict({"AUTHORIZATION": f"Bearer {secret}"})

    reading = DatadogWebhook(SECRETS, Side.CASES).read(headers, b"{}", NOW)

    assert reading.heard == Heard()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer new-secre",
        "Bearer new-secret-",
        "Basic new-secret",
        "new-secret",
        "Bearer \udcff\udcfe",
        "Bearer \ud800",
        "Bearer näw",
        "Bearer " + "x" * 100_000,
    ],
)
def test_anything_else_is_refused_and_never_says_which_part(header: str) -> None:
    with pytest.raises(BadCredentials, match="bearer secret is missing or wrong"):
        DatadogWebhook(SECRETS, Side.CASES).read({"Authorization": header}, b"{}", NOW)


@pytest.mark.parametrize("secrets", [(), (SecretStr(""),)])
def test_without_a_secret_nothing_is_accepted(secrets: tuple[SecretStr, ...]) -> None:
    for header in ("Bearer ", "Bearer x"):
        with pytest.raises(BadCredentials):
            DatadogWebhook(secrets, Side.CASES).read(
                {"Authorization": header}, b"{}", NOW
            )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"a": NaN}',
        b'{"a": 1} trailing',
        b"\xff\xfe{}",
        b"payload=%7B%7D",
        b"[" * 100_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_plain_object_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedDelivery):
        DatadogWebhook(SECRETS, Side.CASES).read(GOOD, body, NOW)


@pytest.mark.parametrize(
    ("body", "issues", "cases"),
    [
        ({"issue_id": A}, (A,), ()),
        ({"issue_id": A.upper()}, (A,), ()),
        ({"issue_id": f" {A} ", "case_id": "SHOP-12"}, (A,), ("SHOP-12",)),
        ({"case_id": B}, (), (B,)),
        ({"case_id": "shop-12"}, (), ("SHOP-12",)),
        ({"issue_id": "$ISSUE", "case_id": "$CASE_ID"}, (), ()),
        ({"issue_id": "", "case_id": None}, (), ()),
        ({"issue_id": 7, "case_id": 12}, (), ()),
        ({"issue_id": True, "case_id": {"id": B}}, (), ()),
        ({"issue_id": "SHOP-12"}, (), ()),
        ({"issue_id": f"{A}0"}, (), ()),
        ({"issue_id": [A]}, (A,), ()),
        ({"link": f"https://app.datadoghq.com/error-tracking?issueId={A}"}, (A,), ()),
        ({"link": f"https://x.test/?q=a&issueId%3D{A}&b"}, (A,), ()),
        ({"link": f"https://app.datadoghq.com/error-tracking/issue/{A}?x"}, (A,), ()),
        ({"link": "https://app.datadoghq.com/cases/SHOP-12?x=1"}, (), ("SHOP-12",)),
        ({"link": f"https://app.datadoghq.com/cases/{B}"}, (), (B,)),
        ({"tags": f"env:prod,issue.id:{A},team:x"}, (A,), ()),
        ({"tags": ["env:prod", f"@issue.id:{A}", 7, None]}, (A,), ()),
        ({"tags": {"issue.id": A, "n": 1}}, (A,), ()),
        ({"tags": "case_id:SHOP-12"}, (), ("SHOP-12",)),
        ({"alert_scope": f"@issue.id:{A}"}, (A,), ()),
        ({"alert_scope": "issue.id:$X"}, (), ()),
        ({"text": f'the "issue_id": "{A}" again'}, (A,), ()),
        ({"text": f"moved case_id = {B}"}, (), (B,)),
        ({"text": f"see {A}"}, (A,), ()),
        ({"text": f"see {A} and {A.upper()}"}, (A,), ()),
        ({"text": f"see {A} and {B}"}, (A, B), ()),
        ({"text": f"trace {A}", "case_id": "SHOP-12"}, (A,), ("SHOP-12",)),
        ({"text": f"trace {A}, issue.id:{B}"}, (B, A), ()),
        ({"link": f"https://x.test/{A}", "tags": f"trace_id:{A}"}, (A,), ()),
        ({"issue_id": A, "tags": f"issue.id:{B}"}, (A, B), ()),
        ({"issue_id": "$ID", "link": f"?issueId={A}", "text": f"{B}"}, (A, B), ()),
        ({"text": f"/cases/{B} and /cases/SHOP-12 {A}"}, (A,), (B, "SHOP-12")),
        ({"issue_id": [A, B], "case_id": "SHOP-1"}, (A, B), ("SHOP-1",)),
        ({"text": "SHOP-1 was closed, so was WEB2-31"}, (), ("SHOP-1", "WEB2-31")),
        ({"text": "shop-1, SHOP-1-2, X_SHOP-1 and SHOP-0"}, (), ()),
        ({"text": f"SHOP-1 of issue.id:{A}"}, (A,), ()),
        ({"text": "nothing of use, and little: SHA-2", "unknown": A}, (), ("SHA-2",)),
        ({"text": f"tissue.id:{A} {B}"}, (A, B), ()),
        ({}, (), ()),
    ],
    ids=str,
)
def test_ids_are_found_where_the_template_put_them(
    body: dict[str, Any], issues: tuple[str, ...], cases: tuple[str, ...]
) -> None:
    heard = read(body).heard

    assert (heard.issues, heard.cases) == (issues, cases)


def test_a_lone_uuid_is_a_case_where_cases_live() -> None:
    assert read({"text": f"see {B}"}, Side.CASES).heard == Heard(cases=(B,))


def test_a_bare_key_is_offered_behind_a_bare_uuid() -> None:
    heard = read({"text": f"SHOP-1 was closed, trace {B}"}, Side.CASES).heard

    assert heard == Heard(cases=(B, "SHOP-1"))


def test_ids_without_end_are_not_all_offered() -> None:
    text = " ".join(f"{n:08x}{A[8:]}" for n in range(10_000))

    assert len(read({"text": text}).heard.issues) == MOST
    lines = text.replace(" ", "\n")
    assert len(read({"issue_id": lines}).heard.issues) == MOST


def test_what_happened_is_told_as_far_as_it_is_fit_to_show() -> None:
    told = read(
        {"event_type": "STATUS\nTRANSITIONED\x00", "occurred_at": 1_753_944_082_256}
    )
    nothing = read({"event_type": "$EVENT_TYPE", "occurred_at": "null"})

    assert told.heard.kind == "STATUS TRANSITIONED"
    assert told.heard.occurred_at == "1753944082256"
    assert nothing.heard == Heard()


def test_a_repetition_has_the_same_identity_and_another_event_has_not() -> None:
    first = read({"event_id": "e1", "event_type": "opened"})
    again = read({"event_id": "e1", "event_type": "opened"})
    other_words = read({"event_id": "e1", "event_type": "closed"})
    other_id = read({"event_id": "e2", "event_type": "opened"})

    assert first == again
    assert len({r.identity for r in (first, other_words, other_id)}) == 3
    assert first.is_exact


@pytest.mark.parametrize("event_id", ["", "$ID", "x-$ID", None, "null", True, {}, []])
def test_without_a_usable_event_id_the_words_are_the_identity(event_id: Any) -> None:
    one = read({"event_id": event_id, "event_type": "opened"})
    other = read({"event_id": event_id, "event_type": "closed"})

    assert not one.is_exact
    assert one.identity != other.identity


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([A, f"issueId={A}", "/cases/SHOP-12", "$ID", "\ud800"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
FIELDS = st.sampled_from(
    [
        "issue_id",
        "case_id",
        "event_id",
        "event_type",
        "occurred_at",
        "text",
        "link",
        "tags",
        "alert_scope",
        "something_else",
    ]
)
BODIES = st.binary() | st.builds(
    lambda value: json.dumps(value).encode(), st.dictionaries(FIELDS, JSON) | JSON
)


@given(body=BODIES, header=st.text() | st.just("Bearer new-secret"))
def test_whatever_comes_is_read_or_refused(body: bytes, header: str) -> None:
    reader = DatadogWebhook(SECRETS, Side.ISSUES)

    try:
        reading = reader.read({"Authorization": header}, body, NOW)
    except DeliveryRefused:
        return

    assert reading.identity.isprintable()
    assert all(len(issue) == len(A) for issue in reading.heard.issues)
    assert reader.read({"Authorization": header}, body, NOW) == reading
