"""Error Tracking's words as the bridge's, and back."""

from collections.abc import Iterable, Mapping

from bridge.domain.model import (
    Comment,
    Issue,
    IssueId,
    Person,
    State,
    TrackerName,
    qualify,
)
from bridge.ports.errors import UnknownWordError
from bridge.trackers.datadog.mapping import person_at
from bridge.trackers.datadog.wire import Included, ToMany
from bridge.trackers.datadog_error_tracking.wire import (
    CommentData,
    IssueAttributes,
    IssueData,
)

# The API's names differ from those on Datadog's pages: five against five, in order.
WORD_OF_STATE = {
    State.FOR_REVIEW: "OPEN",
    State.REVIEWED: "ACKNOWLEDGED",
    State.RESOLVED: "RESOLVED",
    State.IGNORED: "IGNORED",
    State.EXCLUDED: "EXCLUDED",
}

_STATE_OF_WORD = {
    **{word: state for state, word in WORD_OF_STATE.items()},
    "FOR_REVIEW": State.FOR_REVIEW,
    "REVIEWED": State.REVIEWED,
}


def state_of(word: str) -> State:
    """The state named *word*, by the API or by the pages; never a guess."""
    state = _STATE_OF_WORD.get("_".join(word.upper().split()))
    if state is None:
        raise UnknownWordError(f"Datadog names an issue state we do not know: {word!r}")
    return state


def issue_from(
    tracker: TrackerName, app_url: str, data: IssueData, included: Iterable[Included]
) -> Issue:
    """An issue as read; UnknownWordError when its state is unknown."""
    included = tuple(included)
    told = data.attributes
    native = data.relationships.case.data
    return Issue(
        id=IssueId(qualify(tracker, data.id)),
        state=state_of(told.state),
        title=": ".join(filter(None, (told.error_type, told.error_message))),
        url=f"{app_url}/error-tracking?issueId={data.id}",
        assignee=person_at(data.relationships.assignee, included),
        first_seen=told.first_seen,
        native_case=native.id if native else None,
        attributes=_attributes(told, _teams(data.relationships.team_owners, included)),
    )


def comment_from(data: CommentData) -> Comment:
    """A comment as read."""
    told = data.attributes
    who = told.author
    return Comment(
        id=data.id,
        text=told.text,
        author=Person(who.id, who.email, who.name, who.active) if who.id else None,
        created_at=told.created_at,
        edited_at=told.modified_at,
        is_deleted=told.deleted_at is not None,
        url=told.url,
    )


def _attributes(
    told: IssueAttributes, teams: tuple[str, ...]
) -> Mapping[str, tuple[str, ...]]:
    values = {
        "service": (told.service,),
        "team": teams,
        "platform": (told.platform,),
        "language": told.languages,
        "type": (told.error_type,),
        "message": (told.error_message,),
    }
    return {
        name: kept
        for name, given in values.items()
        if (kept := tuple(dict.fromkeys(filter(None, given))))
    }


def _teams(owners: ToMany, included: tuple[Included, ...]) -> tuple[str, ...]:
    """The names and handles of the owning teams; the id of a team not included."""
    names = []
    for owner in owners.data:
        told = [
            thing.attributes
            for thing in included
            if thing.id == owner.id and thing.type in ("team", "teams")
        ]
        known = [word for team in told for word in (team.name, team.handle) if word]
        names += known or [owner.id]
    return tuple(names)
