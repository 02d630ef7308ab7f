"""The notification rule that makes a project of Case Management call our webhook."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from bridge.ports.errors import PermanentError
from bridge.ports.setup import Doing, Step
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import Wire

_SURE = ("CASE_CREATED", "STATUS_TRANSITIONED")
# The names of fields are not published; a rule is asked for with it, and if that is
# refused without it.
_ASSIGNEE = {"type": "ATTRIBUTE_VALUE_CHANGED", "data": {"field": "assignee"}}
_WITHOUT = (
    "without the trigger for assignees, which Datadog refused: polling finds them"
)

_log = structlog.get_logger(__name__)


class NotificationRuleAttributes(Wire):
    """Which changes of cases are told to whom; kept as it came where it is not ours."""

    is_enabled: bool = True
    query: str = ""
    recipients: tuple[dict[str, Any], ...] = ()
    triggers: tuple[dict[str, Any], ...] = ()


class NotificationRule(Wire):
    """A notification rule of a project."""

    id: str
    attributes: NotificationRuleAttributes = NotificationRuleAttributes()

    @property
    def heard(self) -> tuple[dict[str, Any], ...]:
        """The triggers in force."""
        return self.attributes.triggers if self.attributes.is_enabled else ()

    def is_to(self, webhook: str) -> bool:
        """True when *webhook* is told."""
        return any(_is_webhook(one, webhook) for one in self.attributes.recipients)

    def is_only_to(self, webhook: str) -> bool:
        """True when nobody else is told."""
        return self.is_to(webhook) and not self.others_than(webhook)

    def others_than(self, webhook: str) -> list[dict[str, Any]]:
        """Everybody else who is told."""
        recipients = self.attributes.recipients
        return [one for one in recipients if not _is_webhook(one, webhook)]


class NotificationRulesAnswer(Wire):
    """The notification rules of a project."""

    data: tuple[NotificationRule, ...] = ()


def _is_webhook(recipient: dict[str, Any], webhook: str) -> bool:
    data = recipient.get("data")
    named = data.get("name") if isinstance(data, dict) else None
    return recipient.get("type") == "HTTP" and named in (webhook, f"@webhook-{webhook}")


class Notifications:
    """The rules, project by project, whose recipient is *webhook*."""

    def __init__(self, http: TrackerHttp, webhook: str) -> None:
        self._http = http
        self._webhook = webhook

    async def installation(self, project: str, project_id: str) -> Step:
        """What makes the project tell us of its cases."""
        what = f"notification rule of {project}"
        ours = await self._ours(project_id)
        if not ours:
            act = partial(self._create, project_id)
            return Step(Doing.CREATE, what, f"tells {self._webhook}", act=act)
        told = {trigger.get("type") for rule in ours for trigger in rule.heard}
        missing = [trigger for trigger in _SURE if trigger not in told]
        if not missing:
            return Step(Doing.KEEP, what, _narrowed(ours))
        why = f"wrong: it is not told of {', '.join(missing)}"
        act = partial(self._mend, project_id, ours[0])
        return Step(Doing.REPAIR, what, why, act=act)

    async def removal(self, project: str, project_id: str) -> tuple[Step, ...]:
        """What makes the project stop telling us; others are told as before."""
        what = f"notification rule of {project}"
        return tuple(
            Step(
                Doing.REMOVE,
                what,
                "" if rule.is_only_to(self._webhook) else "others are told still",
                act=partial(self._leave, project_id, rule),
            )
            for rule in await self._ours(project_id)
        )

    async def _ours(self, project_id: str) -> list[NotificationRule]:
        call = Call(Effect.READ, "GET", _path(project_id))
        answer = await self._http.fetch(call, NotificationRulesAnswer)
        return [rule for rule in answer.data if rule.is_to(self._webhook)]

    async def _create(self, project_id: str) -> str:
        triggers = [{"type": name, "data": {}} for name in _SURE]
        recipient = {"type": "HTTP", "data": {"name": self._webhook}}
        rule = {"is_enabled": True, "query": "", "recipients": [recipient]}
        with_assignee = {**rule, "triggers": [*triggers, _ASSIGNEE]}
        try:
            await self._send("POST", _path(project_id), with_assignee)
        except PermanentError as exc:
            _log.info("trigger.refused", reason=str(exc))
            await self._send("POST", _path(project_id), {**rule, "triggers": triggers})
            return _WITHOUT
        return ""

    async def _mend(self, project_id: str, rule: NotificationRule) -> str:
        """Add what is missing and leave the rest as somebody wanted it."""
        told = [dict(trigger) for trigger in rule.attributes.triggers]
        types = {trigger.get("type") for trigger in told}
        missing = [{"type": name, "data": {}} for name in _SURE if name not in types]
        changed = {
            **rule.attributes.model_dump(),
            "is_enabled": True,
            "triggers": [*told, *missing],
        }
        await self._send("PUT", _path(project_id, rule.id), changed)
        return ""

    async def _leave(self, project_id: str, rule: NotificationRule) -> str:
        path = _path(project_id, rule.id)
        if rule.is_only_to(self._webhook):
            await self._http.send(Call(Effect.SET, "DELETE", path))
            return ""
        changed = {
            **rule.attributes.model_dump(),
            "recipients": rule.others_than(self._webhook),
        }
        await self._send("PUT", path, changed)
        return ""

    async def _send(self, method: str, path: str, rule: Mapping[str, Any]) -> None:
        body = {"data": {"type": "notification_rule", "attributes": rule}}
        effect = Effect.ADD if method == "POST" else Effect.SET
        await self._http.send(Call(effect, method, path, body=body))


def _narrowed(rules: list[NotificationRule]) -> str:
    queries = [rule.attributes.query for rule in rules if rule.attributes.is_enabled]
    return "" if "" in queries else f"but only for cases that match {queries[0]}"


def _path(project_id: str, *segments: str) -> str:
    rules = ("projects", project_id, "notification_rules")
    return path_of("api", "v2", "cases", *rules, *segments)
