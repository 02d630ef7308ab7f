"""Error Tracking's JSON, API v2: what is read of it, nearly all optional."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from bridge.trackers.datadog.wire import Included, ToMany, ToOne
from bridge.transport.jsonapi import MillisMoment, Moment, Wire


class IssueAttributes(Wire):
    """Times are milliseconds since 1970."""

    state: str = ""
    error_type: str = ""
    error_message: str = ""
    service: str = ""
    platform: str = ""
    languages: tuple[str, ...] = ()
    first_seen: MillisMoment | None = None


class IssueRelationships(Wire):
    """Left out one by one where there is nothing at the other end."""

    assignee: ToOne = ToOne()
    case: ToOne = ToOne()
    team_owners: ToMany = ToMany()


class IssueData(Wire):
    """One issue."""

    id: str
    attributes: IssueAttributes = IssueAttributes()
    relationships: IssueRelationships = IssueRelationships()


class IssueAnswer(Wire):
    """What reading or writing an issue answers."""

    data: IssueData
    included: tuple[Included, ...] = ()


class ResultRelationships(Wire):
    """Which issue a search result is about."""

    issue: ToOne = ToOne()


class ResultData(Wire):
    """One search result; its id is the issue's."""

    id: str
    relationships: ResultRelationships = ResultRelationships()


def _kind_of_included(thing: Any) -> str:
    kind = thing.get("type") if isinstance(thing, dict) else None
    return "issue" if kind == "issue" else "other"


SearchIncluded = Annotated[
    Annotated[IssueData, Tag("issue")] | Annotated[Included, Tag("other")],
    Discriminator(_kind_of_included),
]


class SearchAnswer(Wire):
    """At most 100 results; the issues themselves are told beside them."""

    data: tuple[ResultData, ...] = ()
    included: tuple[SearchIncluded, ...] = ()


class CommentAuthor(Wire):
    """Who wrote a comment."""

    id: str = ""
    name: str = ""
    email: str = ""
    active: bool = True


class CommentAttributes(Wire):
    """One comment of the service beside Datadog's API."""

    text: str = ""
    author: CommentAuthor = CommentAuthor()
    created_at: Moment | None = None
    modified_at: Moment | None = None
    deleted_at: Moment | None = None
    url: str = ""


class CommentData(Wire):
    """A comment with its id."""

    id: str
    attributes: CommentAttributes = CommentAttributes()


class CommentAnswer(Wire):
    """The one comment that was written."""

    data: CommentData


class CommentsAnswer(Wire):
    """One page of comments, newest first."""

    data: tuple[CommentData, ...] = ()
