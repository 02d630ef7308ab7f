"""The body that our webhooks at Datadog send, and how to read it when it breaks.

Datadog pastes the values of its variables into the template as text and promises no
escaping: a quotation mark or a line break in an error's message makes the body no
JSON. In our template what may hold them comes last, and the words between the fields
are ours, so the fields can still be told apart. In another template they are told
apart by the names that we know.
"""

import json
import re

# https://docs.datadoghq.com/integrations/webhooks/
FIELDS = {
    "event_id": "$ID",
    "occurred_at": "$DATE",
    "event_type": "$EVENT_TYPE",
    "alert_scope": "$ALERT_SCOPE",
    "link": "$LINK",
    "tags": "$TAGS",
    "text": "$TEXT_ONLY_MSG",
}

PAYLOAD = json.dumps(FIELDS, indent=2)

SHORT = ("event_id", "occurred_at", "event_type", "issue_id", "case_id")
"""Fields whose value holds no quotation mark."""

_FIRST, *_LATER = FIELDS
_OPENING = re.compile(rf'\s*\{{\s*"{_FIRST}"\s*:\s*"')
_CLOSING = re.compile(r'"\s*\}\s*\Z')
_NAMES = "|".join(dict.fromkeys((*SHORT, *FIELDS)))
_PARTING = re.compile(rf'[{{,]\s*"({_NAMES})"\s*:\s*"?')


def pasted_fields(body: bytes) -> dict[str, str] | None:
    """The fields of an object that is no JSON for what was pasted into it; None for
    any other body. A field that comes twice counts as it was the first time."""
    text = body.decode(errors="replace").strip()
    if not text.startswith("{") or not text.endswith("}"):
        return None
    return _laid_out_as_ours(text) or _by_name(text)


def _laid_out_as_ours(text: str) -> dict[str, str] | None:
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, max(0, len(text) - 100))
    if opening is None or closing is None:
        return None
    found: dict[str, str] = {}
    start, name = opening.end(), _FIRST
    for later in _LATER:
        parting = re.compile(rf'",\s*"{later}"\s*:\s*"').search(text, start)
        if parting is None:
            return None
        found[name] = text[start : parting.start()]
        start, name = parting.end(), later
    found[name] = text[start : max(start, closing.start())]
    return found


def _by_name(text: str) -> dict[str, str] | None:
    """The fields whose names we know, each to where the next of them begins."""
    partings: dict[str, re.Match[str]] = {}
    for parting in _PARTING.finditer(text):
        partings.setdefault(parting[1], parting)
    starts = [parting.start() for parting in partings.values()]
    ends = [*starts[1:], len(text) - 1]
    found = {
        name: text[parting.end() : end].strip().removesuffix('"')
        for (name, parting), end in zip(partings.items(), ends, strict=False)
    }
    short = {name: found[name].partition('"')[0] for name in SHORT if name in found}
    return {**found, **short} or None
