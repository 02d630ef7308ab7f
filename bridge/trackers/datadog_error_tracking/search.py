"""Searches Error Tracking, which gives at most 100 results and no second page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import TrackerName
from bridge.ports.errors import PermanentError
from bridge.trackers.datadog.wire import Included
from bridge.trackers.datadog_error_tracking.wire import IssueData, SearchAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import millis_of

SEARCH_LIMIT = 100
"""The most results of one search; there are no further pages."""

MOST_SEARCHES = 500
"""How many windows one look may be split into."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """An issue that was found; *details* is None where nothing was told of it."""

    id: str
    details: IssueData | None
    included: tuple[Included, ...]


async def read(
    http: TrackerHttp, name: TrackerName, query: str, since: datetime, until: datetime
) -> AsyncIterator[Found]:
    """What has errors in [since, until), each issue once.

    A search that comes back full may hide more, so its window is halved until none
    does.
    """
    seen: set[str] = set()
    async for answer in _searches(http, name, query, since, until):
        included = tuple(x for x in answer.included if isinstance(x, Included))
        details = {x.id: x for x in answer.included if isinstance(x, IssueData)}
        for result in answer.data:
            ref = result.relationships.issue.data
            wanted = ref.id if ref else result.id
            if wanted not in seen:
                seen.add(wanted)
                yield Found(wanted, details.get(wanted), included)


async def _searches(
    http: TrackerHttp, name: TrackerName, query: str, since: datetime, until: datetime
) -> AsyncIterator[SearchAnswer]:
    """The answers for windows, earliest first, that together cover the time."""
    windows = [(millis_of(since), _millis_not_before(until))]
    for _ in range(MOST_SEARCHES):
        if not windows:
            return
        start, end = windows.pop()
        if start >= end:
            continue
        answer = await http.fetch(_call(query, start, end), SearchAnswer)
        if len(answer.data) < SEARCH_LIMIT:
            yield answer
        elif end - start > 1:
            middle = (start + end) // 2
            windows += [(middle, end), (start, middle)]
        else:
            _log.warning("search.cut", tracker=name, at_millis=start)
            yield answer
    if windows:
        raise PermanentError(f"{name}: the search {query!r} finds too many issues")


def _call(query: str, start: int, end: int) -> Call:
    attributes = {
        "query": query or "*",
        "from": start,
        "to": end,
        "persona": "ALL",
        "order_by": "FIRST_SEEN",
    }
    return Call(
        Effect.READ,
        "POST",
        path_of("api", "v2", "error-tracking", "issues", "search"),
        {"include": "issue,issue.assignee,issue.case,issue.team_owners"},
        {"data": {"type": "search_request", "attributes": attributes}},
    )


def _millis_not_before(when: datetime) -> int:
    return millis_of(when + timedelta(milliseconds=1) - timedelta(microseconds=1))
