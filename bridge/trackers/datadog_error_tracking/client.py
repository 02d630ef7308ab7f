"""Calls Error Tracking's API, version 2."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import Issue, IssueId, State, TrackerName, own_id
from bridge.ports.clock import Clock
from bridge.ports.errors import GoneError, PermanentError
from bridge.ports.trackers import Abilities, Ability, RateBudget, Side
from bridge.trackers.datadog.client import http_of
from bridge.trackers.datadog.wire import Included
from bridge.trackers.datadog_error_tracking import mapping
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from bridge.trackers.datadog_error_tracking.wire import (
    IssueAnswer,
    IssueData,
    SearchAnswer,
)
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import millis_of

ABILITIES: Abilities = frozenset(
    {
        Ability.READ_STATE,
        Ability.WRITE_STATE,
        Ability.READ_ASSIGNEE,
        Ability.WRITE_ASSIGNEE,
        Ability.SEARCH,
        Ability.WEBHOOK_NEW,
    }
)

SEARCH_LIMIT = 100
"""The most results of one search; there are no further pages."""

MOST_SEARCHES = 500
"""How many windows one look may be split into."""

_log = structlog.get_logger(__name__)


class ErrorTracking:
    """An issue tracker of the kind ``datadog_error_tracking``."""

    side = Side.ISSUES
    abilities = ABILITIES

    def __init__(self, name: TrackerName, http: TrackerHttp, app_url: str) -> None:
        self.name = name
        self._http = http
        self._app_url = app_url

    @property
    def budget(self) -> RateBudget | None:
        """The rate limit as last heard."""
        return self._http.budget

    async def get_issue(self, issue: IssueId) -> Issue:
        """The issue as it is now; GoneError when there is none."""
        params = {"include": "assignee,case,team_owners"}
        return await self._fetch(Call(Effect.READ, "GET", _path(own_id(issue)), params))

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        """Give the issue a state; writing the one it has changes nothing."""
        body = {
            "data": {
                "type": "error_tracking_issue",
                "id": own_id(issue),
                "attributes": {"state": mapping.WORD_OF_STATE[state]},
            }
        }
        path = _path(own_id(issue), "state")
        return await self._fetch(Call(Effect.SET, "PUT", path, body=body))

    async def set_assignee(self, issue: IssueId, person: str | None) -> Issue:
        """Assign a Datadog user by their UUID, or nobody."""
        path = _path(own_id(issue), "assignee")
        if person is None:
            await self._http.send(Call(Effect.SET, "DELETE", path))
            return await self.get_issue(issue)
        body = {"data": {"type": "assignee", "id": person}}
        return await self._fetch(Call(Effect.SET, "PUT", path, body=body))

    async def find_issues(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[Issue]:
        """Issues with errors in [since, until), each once.

        A search that comes back full may hide more, so its window is halved until none
        does. An issue in a state we do not know is passed over with a warning.
        """
        seen: set[str] = set()
        async for answer in self._searches(query, since, until):
            included = [x for x in answer.included if isinstance(x, Included)]
            details = {x.id: x for x in answer.included if isinstance(x, IssueData)}
            for result in answer.data:
                ref = result.relationships.issue.data
                wanted = ref.id if ref else result.id
                if wanted in seen:
                    continue
                seen.add(wanted)
                issue = await self._found(wanted, details.get(wanted), included)
                if issue is not None:
                    yield issue

    async def _searches(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[SearchAnswer]:
        """The answers for windows, earliest first, that together cover the time."""
        windows = [(millis_of(since), _millis_not_before(until))]
        for _ in range(MOST_SEARCHES):
            if not windows:
                return
            start, end = windows.pop()
            if start >= end:
                continue
            answer = await self._search(query, start, end)
            if len(answer.data) < SEARCH_LIMIT:
                yield answer
            elif end - start > 1:
                middle = (start + end) // 2
                windows += [(middle, end), (start, middle)]
            else:
                _log.warning("search.cut", tracker=self.name, at_millis=start)
                yield answer
        if windows:
            raise PermanentError(
                f"{self.name}: the search {query!r} finds too many issues"
            )

    async def _search(self, query: str, start: int, end: int) -> SearchAnswer:
        attributes = {
            "query": query or "*",
            "from": start,
            "to": end,
            "persona": "ALL",
            "order_by": "FIRST_SEEN",
        }
        call = Call(
            Effect.READ,
            "POST",
            _path("search"),
            {"include": "issue,issue.assignee,issue.case,issue.team_owners"},
            {"data": {"type": "search_request", "attributes": attributes}},
        )
        return await self._http.fetch(call, SearchAnswer)

    async def _found(
        self, wanted: str, details: IssueData | None, included: list[Included]
    ) -> Issue | None:
        try:
            if details is None:
                return await self.get_issue(IssueId(f"{self.name}:{wanted}"))
            return mapping.issue_from(self.name, self._app_url, details, included)
        except GoneError:
            return None
        except PermanentError as exc:
            _log.warning("issue.unreadable", tracker=self.name, reason=str(exc))
            return None

    async def _fetch(self, call: Call) -> Issue:
        answer = await self._http.fetch(call, IssueAnswer)
        return mapping.issue_from(
            self.name, self._app_url, answer.data, answer.included
        )


@asynccontextmanager
async def connect(
    name: TrackerName, settings: ErrorTrackingSettings, clock: Clock
) -> AsyncIterator[ErrorTracking]:
    """The tracker, connected while the context lasts."""
    async with http_of(name, settings, clock) as http:
        yield ErrorTracking(name, http, settings.app_url)


def _path(*segments: str) -> str:
    return path_of("api", "v2", "error-tracking", "issues", *segments)


def _millis_not_before(when: datetime) -> int:
    return millis_of(when + timedelta(milliseconds=1) - timedelta(microseconds=1))
