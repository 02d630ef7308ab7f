"""What the fast tracker says and what its webhooks send: the size and shape of real
answers, put together from prepared pieces."""

from collections.abc import Iterable

import orjson

GROUPS = (("OPEN", "Open"), ("IN_PROGRESS", "In Progress"), ("CLOSED", "Closed"))
"""The groups of a case in their order, with the default status of each."""

STATES = ("OPEN", "ACKNOWLEDGED", "RESOLVED")
"""The API's words for the issue states that the groups map to, in the same order."""

ERROR_TRACKING_TYPE = "00000000-0000-0000-0000-000000000005"
SECRET = "hook-secret"
_PROJECT = "00000000-0000-4000-8000-0000000000aa"
_SOMEBODY = "00000000-0000-4000-8000-0000000000bb"
_EPOCH_MS = 1_760_000_000_000

TYPES = orjson.dumps({"data": []})
"""The case types: none was changed, so the usual statuses stand for the groups."""


def case_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-00000000ca5e"


def issue_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-0000000155ce"


def number_of(own_id: bytes) -> int:
    return int(own_id[:8], 16)


def case_body(number: int, group: int, issues: Iterable[int]) -> bytes:
    """The answer to reading or writing a case."""
    word, name = GROUPS[group]
    insights = [
        {
            "type": "ERROR_TRACKING",
            "ref": f"/error-tracking?issueId={issue_id(issue)}",
            "resource_id": issue_id(issue),
        }
        for issue in issues
    ]
    attributes = {
        "attributes": {},
        "comment_count": 0,
        "created_at": "2026-01-02T03:04:05.000000000Z",
        "creation_source": "ERROR_TRACKING",
        "custom_attributes": {},
        "description": "An error that customers meet at the checkout. " * 4,
        "insights": insights,
        "internal_id": case_id(number),
        "key": f"BENCH-{number}",
        "merge_status": "NOT_MERGED",
        "priority": "NOT_DEFINED",
        "public_id": str(number),
        "status": word,
        "status_group": f"SG_{word}",
        "status_name": name,
        "title": f"TypeError in the checkout, number {number}",
        "type": "ERROR_TRACKING_ISSUE",
        "type_id": ERROR_TRACKING_TYPE,
    }
    relationships = {
        "created_by": {"data": {"id": _SOMEBODY, "type": "user"}},
        "project": {"data": {"id": _PROJECT, "type": "project"}},
    }
    return orjson.dumps(
        {
            "data": {
                "id": case_id(number),
                "type": "case",
                "attributes": attributes,
                "relationships": relationships,
            }
        }
    )


def issue_body(number: int, state: int) -> bytes:
    """The answer to reading or writing an issue."""
    attributes = {
        "error_message": "cannot read properties of undefined (reading 'total')",
        "error_type": "TypeError",
        "file_path": "src/checkout/basket.ts",
        "first_seen": _EPOCH_MS,
        "first_seen_version": "1.4.2",
        "function_name": "totalOf",
        "is_crash": False,
        "languages": ["JAVASCRIPT"],
        "last_seen": _EPOCH_MS + number,
        "last_seen_version": "1.4.9",
        "platform": "BROWSER",
        "service": "web-store",
        "state": STATES[state],
    }
    return orjson.dumps(
        {"data": {"id": issue_id(number), "type": "issue", "attributes": attributes}}
    )


_TEXT = "The status of the case was changed by somebody at the other end. " * 26


class Webhook:
    """Deliveries of some 2 kB to one hook, each with an event id of its own."""

    def __init__(self, port: int, tracker: str = "cases") -> None:
        self._head = (
            f"POST /hooks/{tracker} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n"
            "User-Agent: Datadog/Webhook\r\nAccept: */*\r\nContent-Length: "
        ).encode()
        self._tail = (
            b',"occurred_at":"2026-01-02T03:04:05Z","event_type":"case_status",'
            b'"alert_scope":"env:prod,service:web-store","link":"","tags":'
            b'"env:prod,service:web-store,team:shop","text":'
        ) + orjson.dumps(_TEXT + "\n")
        self._sent = 0
        self.prefix = ""

    @property
    def last(self) -> str:
        """The event id of the last request."""
        return f"{self.prefix}{self._sent}"

    def request(self, case: int) -> bytes:
        """The bytes of one delivery about a case."""
        self._sent += 1
        body = b'{"event_id":"%b","case_id":"%b"%b}' % (
            self.last.encode(),
            case_id(case).encode(),
            self._tail,
        )
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)
