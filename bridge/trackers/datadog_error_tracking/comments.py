"""Calls the comment service that an operator put beside Datadog's API."""

from collections.abc import AsyncIterator

from bridge.domain.model import Comment, IssueId, TrackerName, own_id
from bridge.ports.errors import GoneError, PermanentError
from bridge.trackers.datadog.ids import issue_called
from bridge.trackers.datadog_error_tracking import mapping
from bridge.trackers.datadog_error_tracking.settings import ISSUE_PLACE
from bridge.trackers.datadog_error_tracking.wire import CommentAnswer, CommentsAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp

PAGE_SIZE = 100


class Comments:
    """The comments of issues at *path*; without one there are none to be had."""

    def __init__(self, name: TrackerName, http: TrackerHttp, path: str) -> None:
        self._name = name
        self._http = http
        self._path = path

    async def read(self, issue: IssueId) -> AsyncIterator[Comment]:
        """The comments of an issue, newest first, each once; pages count from 0."""
        seen: set[str] = set()
        number = 0
        while True:
            params = {"page[size]": str(PAGE_SIZE), "page[number]": str(number)}
            call = Call(Effect.READ, "GET", self._place(issue), params)
            answer = await self._http.fetch(call, CommentsAnswer)
            fresh = [data for data in answer.data if data.id not in seen]
            seen.update(data.id for data in fresh)
            for data in fresh:
                yield mapping.comment_from(data)
            if not fresh:
                return
            number += 1

    async def add(self, issue: IssueId, text: str) -> Comment:
        """Write a comment."""
        call = Call(Effect.ADD, "POST", self._place(issue), body=_body(text))
        return mapping.comment_from((await self._http.fetch(call, CommentAnswer)).data)

    async def edit(self, issue: IssueId, comment: str, text: str) -> None:
        """Replace the text of a comment."""
        path = self._place(issue, comment)
        await self._http.send(Call(Effect.SET, "PUT", path, body=_body(text)))

    async def delete(self, issue: IssueId, comment: str) -> None:
        """Delete a comment; it may be gone already."""
        try:
            await self._http.send(
                Call(Effect.SET, "DELETE", self._place(issue, comment))
            )
        except GoneError:
            return

    def _place(self, issue: IssueId, *comment: str) -> str:
        if not self._path:
            raise PermanentError(f"{self._name}: issues have no comments at Datadog")
        place = self._path.replace(
            ISSUE_PLACE, path_of(issue_called(own_id(issue)))[1:]
        )
        return place + (path_of(*comment) if comment else "")


def _body(text: str) -> dict[str, object]:
    return {"data": {"type": "comment", "attributes": {"text": text}}}
