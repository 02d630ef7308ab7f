"""Sets Case Management up for the bridge: what the API can, and what people must."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from bridge.domain.model import StatusGroup, TrackerName
from bridge.ports.clock import Clock
from bridge.ports.errors import PermanentError, TrackerError
from bridge.ports.setup import (
    Doing,
    Finding,
    Step,
    Wanted,
    bad,
    good,
    hook_address,
    unclear,
)
from bridge.trackers.datadog import permissions
from bridge.trackers.datadog.client import http_of
from bridge.trackers.datadog.installed import webhook_finding
from bridge.trackers.datadog.integration import OurWebhook
from bridge.trackers.datadog.permissions import Permission
from bridge.trackers.datadog_case_management import mapping
from bridge.trackers.datadog_case_management.catalog import Catalog
from bridge.trackers.datadog_case_management.notifications import Notifications
from bridge.trackers.datadog_case_management.settings import CaseManagementSettings
from bridge.trackers.datadog_case_management.wire import TypesAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp


class CaseManagementSetup:
    """The setting up of one tracker of the kind ``datadog_case_management``."""

    def __init__(
        self,
        name: TrackerName,
        http: TrackerHttp,
        settings: CaseManagementSettings,
        clock: Clock,
    ) -> None:
        self._name = name
        self._http = http
        self._case_type = settings.case_type
        self._catalog = Catalog(name, http, clock)
        self._webhook = OurWebhook(http, name, settings)
        self._notifications = Notifications(http, self._webhook.name)

    async def probe(self, wanted: Wanted) -> tuple[Finding, ...]:
        """The keys, both permissions, projects, default statuses, and the webhook."""
        asked = (Permission("Cases Read", _read()), Permission("Cases Write", _write()))
        found = await permissions.findings(self._http, asked)
        projects = await self.projects(wanted.projects)
        statuses = await self._statuses()
        webhook = await webhook_finding(self.installation, wanted)
        return (*found, *(projects or [_NO_PROJECT]), statuses, webhook)

    async def projects(self, named: Sequence[str]) -> tuple[Finding, ...]:
        """Whether each of the projects is there."""
        return tuple([await self._project(project) for project in named])

    async def installation(self, wanted: Wanted) -> tuple[Step, ...]:
        """The webhook, a notification rule for each project, and what is by hand."""
        rules = [await self._rule(project) for project in wanted.projects]
        address = hook_address(wanted, self._name) or "<public_url>"
        return (
            await self._webhook.installation(wanted),
            *(rules or [_NO_RULE]),
            self._workflow(address),
        )

    async def removal(self, wanted: Wanted) -> tuple[Step, ...]:
        """The rules of every project first, for they name the webhook.

        While the webhook is another bridge's, its rules are left alone too.
        """
        webhook = await self._webhook.removal(wanted)
        rules: list[Step] = []
        if webhook.doing is Doing.REMOVE:
            for key, project_id in (await self._catalog.projects()).items():
                rules += await self._notifications.removal(key, project_id)
        by_hand = "delete the automation rule and the workflow that tell of comments"
        hand = Step(Doing.BY_HAND, "webhook for comments", by_hand=(by_hand,))
        return (*rules, webhook, hand)

    async def _rule(self, project: str) -> Step:
        try:
            project_id = await self._catalog.known_project(project)
        except PermanentError as exc:
            return Step(Doing.BLOCKED, f"notification rule of {project}", str(exc))
        return await self._notifications.installation(project, project_id)

    async def _project(self, project: str) -> Finding:
        name = f"project {project}"
        try:
            await self._catalog.known_project(project)
        except PermanentError as exc:
            remedy = "create it, or correct default_project or the rules"
            return bad(name, str(exc), remedy)
        except TrackerError as exc:
            return unclear(name, exc)
        return good(name, "exists")

    async def _statuses(self) -> Finding:
        name = "default statuses"
        call = Call(Effect.READ, "GET", path_of("api", "v2", "cases", "types"))
        try:
            answer = await self._http.fetch(call, TypesAnswer)
        except TrackerError as exc:
            return unclear(name, exc)
        types = {kind.id: kind.attributes for kind in answer.data}
        if self._case_type not in types:
            told = f"there is no case type {self._case_type}"
            return bad(name, told, "correct case_type")
        config = types[self._case_type].statuses_config
        told = ", ".join(
            f"{group.name} is written as {mapping.default_status(config, group)!r}"
            for group in StatusGroup
        )
        return good(name, f"{types[self._case_type].name}: {told}")

    def _workflow(self, address: str) -> Step:
        secret = f"<the first of trackers.{self._name}.webhook_secrets>"
        # https://docs.datadoghq.com/incident_response/work_management/automation_rules/
        return Step(
            Doing.BY_HAND,
            "webhook for comments",
            "so that comments are heard of at once; polling finds them all the same",
            (
                "make a workflow with a Case trigger and one HTTP step: Make request",
                f"it sends POST to {address}",
                f"with the header Authorization: Bearer {secret}",
                f"and the body {_BODY}, with the id of the trigger's case",
                "publish the workflow and note its handle; each run of it is billed",
                "in each project let an automation rule run it when a comment is added",
            ),
        )


_BODY = '{"case_id": "…", "event_type": "case.comment"}'
_NO_PROJECT = bad(
    "projects", "none is named", "set default_project or projects of rules"
)
_NO_RULE = Step(
    Doing.BLOCKED, "notification rules", "no project is named: set default_project"
)


@asynccontextmanager
async def setting_up(
    name: TrackerName, settings: CaseManagementSettings, clock: Clock
) -> AsyncIterator[CaseManagementSetup]:
    """The setup, connected while the context lasts."""
    async with http_of(name, settings, clock) as http:
        yield CaseManagementSetup(name, http, settings, clock)


def _read() -> Call:
    params = {"page[size]": "1"}
    return Call(Effect.READ, "GET", path_of("api", "v2", "cases"), params)


def _write() -> Call:
    path = path_of("api", "v2", "cases", str(uuid4()), "status")
    data = {"type": "case", "attributes": {"status": "OPEN"}}
    return Call(Effect.SET, "POST", path, body={"data": data})
