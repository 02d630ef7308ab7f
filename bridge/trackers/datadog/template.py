"""The body that our webhooks at Datadog send, and how to read it when it breaks.

Datadog pastes the values of its variables into the template as text and promises no
escaping: a quotation mark or a line break in an error's message makes the body no
JSON. What may hold them comes last, and the words between the fields are ours, so the
fields can still be told apart.
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

_FIRST, *_LATER = FIELDS
_OPENING = re.compile(rf'\s*\{{\s*"{_FIRST}"\s*:\s*"')
_CLOSING = re.compile(r'"\s*\}\s*\Z')


def pasted_fields(body: bytes) -> dict[str, str] | None:
    """The fields of a body laid out as PAYLOAD that is no JSON; None for any other."""
    text = body.decode(errors="replace")
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
