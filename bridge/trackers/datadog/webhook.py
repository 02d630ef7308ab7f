"""Verifies and reads what our webhook template makes Datadog send."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import SecretStr

from bridge.ports.errors import BadCredentials, MalformedDelivery
from bridge.ports.trackers import Heard, Reading, Side
from bridge.trackers.datadog import ids, template
from bridge.trackers.datadog.ids import NOTHING, Named
from bridge.transport import signing
from bridge.transport.jsonapi import one_line

DEEPEST = 32
"""How far objects and lists may be nested; ours are at most two deep."""

_PLACES = ("link", "tags", "alert_scope", "text")
"""Where ids are looked for that are not given by themselves, best place first."""

_UNEXPANDED = re.compile(r"\$[A-Z][A-Z0-9_]*")
_NOTHING = ("", "null", "none", "n/a")
_WORD_LENGTH = 200


class DatadogWebhook:
    """Reads deliveries that present one of *secrets*; without secrets refuses all.

    A UUID that nothing names is an issue or a case according to *side*.
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
        secret = signing.place_of(presented or b"", self._secrets)
        if not secret:
            raise BadCredentials("the bearer secret is missing or wrong")
        fields = _object_in(body)
        event = _word(fields, "event_id")
        digest = hashlib.sha256(body).hexdigest()
        named = self._named_in(fields)
        # An event id can come again for another transition, so the words count too.
        return Reading(
            identity=f"{event}:{digest}" if event else digest,
            heard=Heard(
                issues=named.issues,
                cases=named.cases,
                kind=_word(fields, "event_type"),
                occurred_at=_word(fields, "occurred_at"),
            ),
            is_exact=bool(event),
            secret=secret,
        )

    def _named_in(self, fields: Mapping[str, Any]) -> Named:
        """Every id, best first: given by itself, named, bare; a bare key at last."""
        texts = [_text(fields.get(place)) for place in _PLACES]
        named = NOTHING | Named(
            _given(fields, "issue_id", ids.uuid_of),
            _given(fields, "case_id", ids.case_id_of),
        )
        for text in filter(None, texts):
            named |= ids.named_in(text)
        bare = self._bare_in(texts, named)
        if named == NOTHING:
            bare |= Named(cases=ids.keys_in(_text(fields.get("text"))))
        return named | bare

    def _bare_in(self, texts: Iterable[str], named: Named) -> Named:
        known = {*named.issues, *named.cases}
        found = (uuid for text in texts for uuid in ids.uuids_in(text))
        bare = tuple(uuid for uuid in found if uuid not in known)
        is_issue = self._side is Side.ISSUES
        return Named(issues=bare) if is_issue else Named(cases=bare)


def _given(
    fields: Mapping[str, Any], name: str, read: Callable[[str], str | None]
) -> tuple[str, ...]:
    lines = _text(fields.get(name)).splitlines()
    return tuple(found for line in lines if (found := read(line.strip())))


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
