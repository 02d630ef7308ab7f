"""Verifies and reads what our webhook template makes Datadog send."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import SecretStr

from bridge.ports.errors import BadCredentials, MalformedDelivery
from bridge.ports.trackers import Heard, Reading, Side
from bridge.trackers.datadog import ids, template
from bridge.trackers.datadog.ids import Named
from bridge.transport import signing
from bridge.transport.jsonapi import one_line

DEEPEST = 32
"""How far objects and lists may be nested; ours are at most two deep."""

_PLACES = ("link", "tags", "alert_scope", "text")
"""Where an id is looked for when it is not given by itself, best place first."""

_UNEXPANDED = re.compile(r"\$[A-Z][A-Z0-9_]*")
_NOTHING = ("", "null", "none", "n/a")
_WORD_LENGTH = 200


class DatadogWebhook:
    """Reads deliveries that present one of *secrets*; without secrets refuses all.

    A UUID without a name in the text is an issue or a case according to *side*.
    """

    def __init__(self, secrets: tuple[SecretStr, ...], side: Side) -> None:
        self._secrets = secrets
        self._side = side

    def read(
        self,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,  # noqa: ARG002 -- the port's; Datadog signs no time
    ) -> Reading:
        """What the delivery says; values that are of no use count as left out."""
        presented = signing.bearer(headers)
        if presented is None or not signing.is_any_of(presented, self._secrets):
            raise BadCredentials("the bearer secret is missing or wrong")
        fields = _object_in(body)
        event = _word(fields, "event_id")
        digest = hashlib.sha256(body).hexdigest()
        named = self._named_in(fields)
        # An event id can come again for another transition, so the words count too.
        return Reading(
            identity=f"{event}:{digest}" if event else digest,
            heard=Heard(
                issue=named.issue,
                case=named.case,
                kind=_word(fields, "event_type"),
                occurred_at=_word(fields, "occurred_at"),
            ),
            is_exact=bool(event),
        )

    def _named_in(self, fields: Mapping[str, Any]) -> Named:
        named = Named(
            ids.uuid_of(_word(fields, "issue_id")),
            ids.case_id_of(_word(fields, "case_id")),
        )
        for place in _PLACES:
            named |= ids.named_in(_text(fields.get(place)))
        if named != Named():
            return named
        alone = ids.only_uuid_in(_text(fields.get("text")))
        return Named(issue=alone) if self._side is Side.ISSUES else Named(case=alone)


def _object_in(body: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        pasted = template.pasted_fields(body)
        if pasted is None:
            raise MalformedDelivery("the body is not JSON") from exc
        return pasted
    if not isinstance(content, dict):
        raise MalformedDelivery("the body is not a JSON object")
    if _is_too_deep(content):
        raise MalformedDelivery("the body is nested too deeply")
    return content


def _is_too_deep(content: object) -> bool:
    level = [content]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(content: object) -> list[Any]:
    if isinstance(content, dict):
        return list(content.values())
    return content if isinstance(content, list) else []


def _word(fields: Mapping[str, Any], name: str) -> str:
    """One short value on one line; empty when it is missing, odd or not filled in."""
    text = _text(fields.get(name)).strip()
    if text.lower() in _NOTHING or _UNEXPANDED.search(text):
        return ""
    return one_line(text)[:_WORD_LENGTH]


def _text(value: object) -> str:
    """What of *value* can hold an id; a list's items are put on lines of their own."""
    match value:
        case bool():
            return ""
        case str():
            return value
        case int():
            return str(value)
        case list():
            return "\n".join(item for item in value if isinstance(item, str))
        case dict():
            return "\n".join(f"{k}:{v}" for k, v in value.items() if isinstance(v, str))
        case _:
            return ""
