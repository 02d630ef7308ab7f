"""Calls Case Management's API, version 2."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog

from bridge.domain.model import (
    Case,
    CaseId,
    Comment,
    Issue,
    IssueId,
    Person,
    StatusGroup,
    TrackerName,
    own_id,
)
from bridge.ports.clock import Clock
from bridge.ports.errors import PermanentError
from bridge.ports.trackers import (
    COMMENTING,
    Abilities,
    Ability,
    NewCase,
    RateBudget,
    Side,
)
from bridge.trackers.datadog.client import http_of
from bridge.trackers.datadog.ids import case_called
from bridge.trackers.datadog.people import People
from bridge.trackers.datadog_case_management import comments, mapping, search
from bridge.trackers.datadog_case_management.catalog import Catalog
from bridge.trackers.datadog_case_management.settings import CaseManagementSettings
from bridge.trackers.datadog_case_management.wire import CaseAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.failures import RefusedError

ABILITIES: Abilities = COMMENTING | {
    Ability.READ_STATE,
    Ability.WRITE_STATE,
    Ability.READ_ASSIGNEE,
    Ability.WRITE_ASSIGNEE,
    Ability.FIND_PEOPLE,
    Ability.CREATE,
    Ability.LIST_ISSUES,
    Ability.SEARCH,
    Ability.MODIFICATION_TIME,
    Ability.WEBHOOK_STATE,
    Ability.WEBHOOK_ASSIGNEE,
    Ability.WEBHOOK_NEW,
}

_BAD_REQUEST = 400
_log = structlog.get_logger(__name__)


class CaseManagement:
    """A case tracker of the kind ``datadog_case_management``."""

    side = Side.CASES
    abilities = ABILITIES

    def __init__(
        self,
        name: TrackerName,
        http: TrackerHttp,
        catalog: Catalog,
        settings: CaseManagementSettings,
    ) -> None:
        self.name = name
        self.comment_limit = settings.comment_limit
        self._http = http
        self._catalog = catalog
        self._people = People(name, http)
        self._app_url = settings.app_url
        self._case_type = settings.case_type

    @property
    def budget(self) -> RateBudget | None:
        """The rate limit as last heard."""
        return self._http.budget

    async def find_people(self, email: str) -> tuple[Person, ...]:
        """The organisation's users with that e-mail."""
        return await self._people.find(email)

    async def get_case(self, id_or_key: str) -> Case:
        """The case by its UUID or its key."""
        return self._case(await self._read(id_or_key))

    async def find_cases(self, filter_text: str) -> AsyncIterator[Case]:
        """The cases found, oldest first so that a new one moves no page, each once.

        A case with a status we do not know is passed over with a warning.
        """
        async for data, included in search.read(self._http, filter_text):
            try:
                yield mapping.case_from(self.name, self._app_url, data, included)
            except PermanentError as exc:
                _log.warning("case.unreadable", tracker=self.name, reason=str(exc))

    async def create_case(self, new: NewCase) -> Case:
        """Create a case of the configured type in the default status of its group."""
        relationships = {
            "project": _ref(await self._catalog.project_id(new.project), "project")
        }
        if new.assignee is not None:
            relationships["assignee"] = _ref(new.assignee, "user")
        attributes = {
            "title": new.title,
            "type_id": self._case_type,
            "description": new.description,
            "status_name": await self._catalog.default_status(
                self._case_type, new.group
            ),
        }
        body = {**_body(attributes), "relationships": relationships}
        call = Call(Effect.ADD, "POST", _path(), body={"data": body})
        return self._case(await self._http.fetch(call, CaseAnswer))

    async def set_group(self, case: CaseId, group: StatusGroup) -> Case:
        """Move the case to the default status of *group*.

        A case that is in the group already keeps the status it has.
        """
        before = await self._read(own_id(case))
        told = before.data.attributes
        if mapping.group_of(told) is group:
            return self._case(before)
        name = await self._catalog.default_status(told.type_id, group)
        try:
            return await self._post(case, "status", {"status_name": name})
        except RefusedError as exc:
            if exc.status != _BAD_REQUEST:
                raise
            _log.info("status_name.refused", tracker=self.name, reason=str(exc))
            legacy = {"status": mapping.LEGACY_STATUS[group]}
            return await self._post(case, "status", legacy)

    async def set_assignee(self, case: CaseId, person: str | None) -> Case:
        """Assign a Datadog user by their UUID, or nobody.

        An answer that does not name the assignee confirms nothing: the case is read.
        """
        if person is None:
            call = _write(case, "unassign", {})
        else:
            call = _write(case, "assign", {"assignee_id": person})
        answer = await self._http.fetch_if_told(call, CaseAnswer)
        is_named = answer and answer.data.relationships.assignee.data
        if answer is None or (person is not None and not is_named):
            return self._case(await self._read(own_id(case)))
        return self._case(answer)

    async def list_issue(self, case: CaseId, issue: Issue) -> Case:
        """Add an insight for the issue unless the case has it."""
        before = await self._read(own_id(case))
        if own_id(issue.id) in mapping.issue_ids(before.data.attributes):
            return self._case(before)
        return await self._change_insights("PUT", case, issue)

    async def unlist_issue(self, case: CaseId, issue: Issue) -> Case:
        """Remove the insight for the issue if the case has it."""
        before = await self._read(own_id(case))
        if own_id(issue.id) not in mapping.issue_ids(before.data.attributes):
            return self._case(before)
        return await self._change_insights("DELETE", case, issue)

    def comments(self, thing: IssueId | CaseId) -> AsyncIterator[Comment]:
        """The comments of the case, newest first, those marked as deleted too."""
        return comments.read(self._http, own_id(thing))

    async def add_comment(self, thing: IssueId | CaseId, text: str) -> Comment:
        """Write a comment in Markdown."""
        return await comments.add(self._http, own_id(thing), text)

    async def edit_comment(
        self, thing: IssueId | CaseId, comment: str, text: str
    ) -> None:
        """Replace the text of a comment."""
        await comments.edit(self._http, own_id(thing), comment, text)

    async def delete_comment(self, thing: IssueId | CaseId, comment: str) -> None:
        """Delete a comment; one that is gone already counts as deleted."""
        await comments.delete(self._http, own_id(thing), comment)

    async def _read(self, id_or_key: str) -> CaseAnswer:
        call = Call(Effect.READ, "GET", _path(case_called(id_or_key)))
        return await self._http.fetch(call, CaseAnswer)

    async def _post(
        self, case: CaseId, what: str, attributes: Mapping[str, object]
    ) -> Case:
        call = _write(case, what, attributes)
        return self._case(await self._http.fetch(call, CaseAnswer))

    async def _change_insights(self, method: str, case: CaseId, issue: Issue) -> Case:
        insight = mapping.insight_of(own_id(issue.id)).model_dump()
        path = _path(own_id(case), "insights")
        body = {"data": _body({"insights": [insight]})}
        call = Call(Effect.SET, method, path, body=body)
        return self._case(await self._http.fetch(call, CaseAnswer))

    def _case(self, answer: CaseAnswer) -> Case:
        return mapping.case_from(self.name, self._app_url, answer.data, answer.included)


@asynccontextmanager
async def connect(
    name: TrackerName, settings: CaseManagementSettings, clock: Clock
) -> AsyncIterator[CaseManagement]:
    """The tracker, connected while the context lasts."""
    async with http_of(name, settings, clock) as http:
        yield CaseManagement(name, http, Catalog(name, http, clock), settings)


def _write(case: CaseId, what: str, attributes: Mapping[str, object]) -> Call:
    body = {"data": _body(attributes)}
    return Call(Effect.SET, "POST", _path(own_id(case), what), body=body)


def _body(attributes: Mapping[str, object]) -> dict[str, object]:
    """A case to be written; without attributes only its type is sent."""
    return {"type": "case", **({"attributes": attributes} if attributes else {})}


def _ref(own: str, kind: str) -> dict[str, object]:
    return {"data": {"id": own, "type": kind}}


def _path(*segments: str) -> str:
    return path_of("api", "v2", "cases", *segments)
