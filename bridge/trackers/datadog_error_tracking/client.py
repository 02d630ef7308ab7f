"""Calls Error Tracking's API, version 2."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from bridge.domain.model import (
    CaseId,
    Comment,
    Issue,
    IssueId,
    Person,
    State,
    TrackerName,
    own_id,
)
from bridge.ports.clock import Clock
from bridge.ports.errors import GoneError, PermanentError
from bridge.ports.trackers import COMMENTING, Abilities, Ability, RateBudget, Side
from bridge.trackers.datadog.client import http_of
from bridge.trackers.datadog.ids import issue_called
from bridge.trackers.datadog.people import People
from bridge.trackers.datadog_error_tracking import mapping, search
from bridge.trackers.datadog_error_tracking.comments import Comments
from bridge.trackers.datadog_error_tracking.search import Found
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from bridge.trackers.datadog_error_tracking.wire import IssueAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp

ABILITIES: Abilities = frozenset(
    {
        Ability.READ_STATE,
        Ability.WRITE_STATE,
        Ability.READ_ASSIGNEE,
        Ability.WRITE_ASSIGNEE,
        Ability.FIND_PEOPLE,
        Ability.SEARCH,
        Ability.WEBHOOK_NEW,
    }
)
"""What Datadog itself offers; comments come with a service beside it."""

_log = structlog.get_logger(__name__)


class ErrorTracking:
    """An issue tracker of the kind ``datadog_error_tracking``."""

    side = Side.ISSUES

    def __init__(
        self, name: TrackerName, http: TrackerHttp, settings: ErrorTrackingSettings
    ) -> None:
        self.name = name
        self.comment_limit = settings.comment_limit
        self.abilities = ABILITIES | (COMMENTING if settings.comments_path else set())
        self._http = http
        self._app_url = settings.app_url
        self._people = People(name, http)
        self._comments = Comments(name, http, settings.comments_path)

    @property
    def budget(self) -> RateBudget | None:
        """The rate limit as last heard."""
        return self._http.budget

    async def find_people(self, email: str) -> tuple[Person, ...]:
        """The organisation's users with that e-mail."""
        return await self._people.find(email)

    async def get_issue(self, issue: IssueId) -> Issue:
        """The issue as it is now; GoneError when there is none."""
        params = {"include": "assignee,case,team_owners"}
        return await self._fetch(Call(Effect.READ, "GET", _place(issue), params))

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        """Give the issue a state; writing the one it has changes nothing."""
        body = {
            "data": {
                "type": "error_tracking_issue",
                "id": own_id(issue),
                "attributes": {"state": mapping.WORD_OF_STATE[state]},
            }
        }
        path = _place(issue, "state")
        return await self._fetch(Call(Effect.SET, "PUT", path, body=body))

    async def set_assignee(self, issue: IssueId, person: str | None) -> Issue:
        """Assign a Datadog user by their UUID, or nobody.

        An answer that does not name the assignee confirms nothing: the issue is read.
        """
        path = _place(issue, "assignee")
        if person is None:
            await self._http.send(Call(Effect.SET, "DELETE", path))
            return await self.get_issue(issue)
        body = {"data": {"type": "assignee", "id": person}}
        call = Call(Effect.SET, "PUT", path, body=body)
        answer = await self._http.fetch_if_told(call, IssueAnswer)
        if answer is None or answer.data.relationships.assignee.data is None:
            return await self.get_issue(issue)
        return self._issue(answer)

    async def find_issues(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[Issue]:
        """Issues with errors in [since, until), each once.

        An issue in a state we do not know is passed over with a warning.
        """
        async for found in search.read(self._http, self.name, query, since, until):
            issue = await self._found(found)
            if issue is not None:
                yield issue

    async def comments(self, thing: IssueId | CaseId) -> AsyncIterator[Comment]:
        """The comments of the issue, newest first, those marked as deleted too."""
        issue = IssueId(thing)
        try:
            async for comment in self._comments.read(issue):
                yield comment
        except GoneError as exc:
            raise await self._missing(issue, exc) from exc

    async def add_comment(self, thing: IssueId | CaseId, text: str) -> Comment:
        """Write a comment."""
        issue = IssueId(thing)
        try:
            return await self._comments.add(issue, text)
        except GoneError as exc:
            raise await self._missing(issue, exc) from exc

    async def edit_comment(
        self, thing: IssueId | CaseId, comment: str, text: str
    ) -> None:
        """Replace the text of a comment."""
        await self._comments.edit(IssueId(thing), comment, text)

    async def delete_comment(self, thing: IssueId | CaseId, comment: str) -> None:
        """Delete a comment; one that is gone already counts as deleted."""
        await self._comments.delete(IssueId(thing), comment)

    async def _missing(self, issue: IssueId, told: GoneError) -> PermanentError:
        """Why the comments of an issue are not there; GoneError when it is not either.

        A wrong path must not look as if the issue were gone.
        """
        await self.get_issue(issue)
        return PermanentError(f"{told}, though the issue is there: see comments_path")

    async def _found(self, found: Found) -> Issue | None:
        try:
            if found.details is None:
                return await self.get_issue(IssueId(f"{self.name}:{found.id}"))
            return mapping.issue_from(
                self.name, self._app_url, found.details, found.included
            )
        except GoneError:
            return None
        except PermanentError as exc:
            _log.warning("issue.unreadable", tracker=self.name, reason=str(exc))
            return None

    async def _fetch(self, call: Call) -> Issue:
        return self._issue(await self._http.fetch(call, IssueAnswer))

    def _issue(self, answer: IssueAnswer) -> Issue:
        return mapping.issue_from(
            self.name, self._app_url, answer.data, answer.included
        )


@asynccontextmanager
async def connect(
    name: TrackerName, settings: ErrorTrackingSettings, clock: Clock
) -> AsyncIterator[ErrorTracking]:
    """The tracker, connected while the context lasts."""
    async with http_of(name, settings, clock) as http:
        yield ErrorTracking(name, http, settings)


def _place(issue: IssueId, *segments: str) -> str:
    """The path below which *issue* is, which Datadog knows by a UUID only."""
    own = issue_called(own_id(issue))
    return path_of("api", "v2", "error-tracking", "issues", own, *segments)
