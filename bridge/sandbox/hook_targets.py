"""What is sent out and to whom: direct targets, configured webhooks, the bodies."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.documents import nine_digits
from bridge.sandbox.records import Happening
from bridge.sandbox.world import World

_APP = "https://app.datadoghq.com"
_ISSUE_NEWS = {"issue.created", "issue.regressed"}
_ISSUE_CHANGES = {
    "issue.state",
    "issue.assignee",
    "issue.comment",
    "issue.comment_edited",
    "issue.comment_deleted",
}
_CASE_NEWS = {"case.created", "case.status", "case.assignee", "case.comment"}
_VARIABLE = re.compile(r"\$([A-Z_]+)")
_DEFAULT_PAYLOAD = json.dumps(
    {
        "body": "$EVENT_MSG",
        "last_updated": "$LAST_UPDATED",
        "event_type": "$EVENT_TYPE",
        "title": "$EVENT_TITLE",
        "date": "$DATE",
        "org": {"id": "$ORG_ID", "name": "$ORG_NAME"},
        "id": "$ID",
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver of our own template, for one side: ``issues`` or ``cases``.

    With *ids_in_text* the ids stand only inside link, tags and alert_scope, as they do
    when Datadog's monitors send them.
    """

    url: str
    side: str
    secret: str = field(default="", repr=False)
    ids_in_text: bool = False


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of the Webhooks integration, as configured through the API."""

    name: str
    url: str
    payload: str | None = None
    custom_headers: str | None = field(default=None, repr=False)
    encode_as: str = "json"


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """Which case changes of a project are told to which webhooks."""

    id: str
    project: str
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One request to send."""

    url: str
    headers: dict[str, str] = field(repr=False)
    body: str


def is_told(happening: Happening, side: str, *, issue_states: bool) -> bool:
    """Whether a direct target of *side* hears of *happening*.

    Datadog sends nothing when an issue is edited; *issue_states* pretends it did.
    """
    if side == "issues":
        told = _ISSUE_NEWS | _ISSUE_CHANGES if issue_states else _ISSUE_NEWS
        return happening.kind in told
    return happening.kind in _CASE_NEWS


def direct_message(
    world: World, happening: Happening, target: Target, event_id: str
) -> Message:
    """Our own template, filled in."""
    values = variables(world, happening, event_id)
    body = {
        "event_type": happening.kind,
        "event_id": event_id,
        "occurred_at": nine_digits(happening.at),
        "text": values["EVENT_MSG"],
        "link": values["LINK"],
        "tags": values["TAGS"],
        "alert_scope": values["ALERT_SCOPE"],
    }
    if not target.ids_in_text:
        body["issue_id"] = happening.issue_id or ""
        body["case_id"] = happening.case_id or ""
    headers = {"Content-Type": "application/json"}
    if target.secret:
        headers["Authorization"] = f"Bearer {target.secret}"
    return Message(target.url, headers, json.dumps(body))


def webhook_message(
    world: World, happening: Happening, webhook: Webhook, event_id: str
) -> Message:
    """A configured webhook's payload with its ``$VARIABLES`` put in.

    What Datadog's variables hold for a case is not published; unknown ones stay.
    """
    values = variables(world, happening, event_id)

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return match[0] if found is None else json.dumps(found)[1:-1]

    body = _VARIABLE.sub(value, webhook.payload or _DEFAULT_PAYLOAD)
    headers = {"Content-Type": "application/json"}
    headers |= json.loads(webhook.custom_headers or "{}")
    return Message(webhook.url, headers, body)


def variables(world: World, happening: Happening, event_id: str) -> dict[str, str]:
    """The webhook variables that the sandbox fills in."""
    millis = str(happening.at // 1_000_000)
    if happening.issue_id:
        link = f"{_APP}/error-tracking?issueId={happening.issue_id}"
        tags = scope = f"issue.id:{happening.issue_id}"
        issue = world.issues.get(happening.issue_id)
        title = issue.title if issue else "issue"
        if issue:
            tags = f"{tags},service:{issue.service}"
    else:
        case = world.cases.get(happening.case_id or "")
        link = f"{_APP}/cases/{case.key if case else happening.case_id}"
        tags, scope = f"case_id:{happening.case_id}", ""
        title = f"{case.key}: {case.title}" if case else "case"
    return {
        "ID": event_id,
        "DATE": millis,
        "LAST_UPDATED": millis,
        "EVENT_TYPE": happening.kind,
        "EVENT_TITLE": title,
        "EVENT_MSG": f"{happening.kind.replace('.', ' ')}: {title}",
        "TEXT_ONLY_MSG": f"{happening.kind.replace('.', ' ')}: {title}",
        "LINK": link,
        "TAGS": tags,
        "ALERT_SCOPE": scope,
        "ORG_ID": "1",
        "ORG_NAME": "sandbox",
    }


def is_triggered(rule: NotificationRule, happening: Happening) -> bool:
    """Whether one of the rule's triggers names what happened."""
    if rule.attributes.get("is_enabled") is False:
        return False
    triggers = rule.attributes.get("triggers") or []
    return any(_is_trigger(trigger, happening) for trigger in triggers)


def _is_trigger(trigger: dict[str, Any], happening: Happening) -> bool:
    asked = trigger.get("data") or {}
    match trigger.get("type"):
        case "CASE_CREATED":
            return happening.kind == "case.created"
        case "STATUS_TRANSITIONED":
            return (
                happening.kind == "case.status"
                and asked.get("from_status_name") in {None, "", happening.old}
                and asked.get("to_status_name") in {None, "", happening.new}
            )
        case "ATTRIBUTE_VALUE_CHANGED":
            # The field names for these are not published; any of these spellings do.
            name = str(asked.get("field", "")).removesuffix("_id")
            return happening.kind in {"case.assignee", "case.priority"} and (
                happening.kind == f"case.{name}"
            )
        case _:
            return False
