"""Case Management's words as the bridge's, and back."""

from collections.abc import Iterable

import orjson

from bridge.domain.model import (
    Case,
    CaseId,
    Comment,
    Person,
    StatusGroup,
    TrackerName,
    qualify,
)
from bridge.ports.errors import PermanentError
from bridge.trackers.datadog.mapping import person_at
from bridge.trackers.datadog.wire import Included
from bridge.trackers.datadog_case_management.wire import (
    CaseAttributes,
    CaseData,
    CellAttributes,
    CommentCell,
    GroupStatuses,
    Insight,
    StatusesConfig,
)

LEGACY_STATUS = {
    StatusGroup.OPEN: "OPEN",
    StatusGroup.IN_PROGRESS: "IN_PROGRESS",
    StatusGroup.CLOSED: "CLOSED",
}

USUAL_STATUS = {
    StatusGroup.OPEN: "Open",
    StatusGroup.IN_PROGRESS: "In Progress",
    StatusGroup.CLOSED: "Closed",
}
"""The default statuses of every type that nobody changed."""

_GROUP_OF_WORD = {
    **{f"SG_{word}": group for group, word in LEGACY_STATUS.items()},
    **{word: group for group, word in LEGACY_STATUS.items()},
}

_ISSUE_INSIGHT = "ERROR_TRACKING"
_NOT_MERGED = "NOT_MERGED"


def group_of(told: CaseAttributes) -> StatusGroup:
    """The status group, from whichever of the three words the answer has."""
    words = (told.status_group, told.status, told.status_name)
    for word in words:
        group = _GROUP_OF_WORD.get("_".join(word.upper().split()))
        if group is not None:
            return group
    raise PermanentError(
        f"Datadog gives case {told.key} a status we do not know: "
        + ", ".join(repr(word) for word in words if word)
    )


def default_status(config: StatusesConfig, group: StatusGroup) -> str:
    """The status that stands for *group* when we write to a case of this type."""
    of_group: GroupStatuses = {
        StatusGroup.OPEN: config.open,
        StatusGroup.IN_PROGRESS: config.in_progress,
        StatusGroup.CLOSED: config.closed,
    }[group]
    options = [option.name for option in of_group.status_options]
    return next(filter(None, [of_group.default, *options]), USUAL_STATUS[group])


def case_from(
    tracker: TrackerName, app_url: str, data: CaseData, included: Iterable[Included]
) -> Case:
    """A case as read; PermanentError when its status is unknown."""
    told = data.attributes
    project = data.relationships.project.data
    group = group_of(told)
    return Case(
        id=CaseId(qualify(tracker, data.id)),
        group=group,
        status=told.status_name or USUAL_STATUS[group],
        key=told.key,
        title=told.title,
        description=told.description,
        url=f"{app_url}/cases/{told.key or data.id}",
        project=told.key.rpartition("-")[0] or (project.id if project else ""),
        assignee=person_at(data.relationships.assignee, included),
        modified_at=told.modified_at or told.created_at,
        issues=tuple(dict.fromkeys(issue_ids(told))),
        withdrawn=_withdrawn(told),
    )


def issue_ids(told: CaseAttributes) -> list[str]:
    """The own ids of the Error Tracking issues that the case points at."""
    return [
        insight.resource_id
        for insight in told.insights
        if insight.type == _ISSUE_INSIGHT and insight.resource_id
    ]


def insight_of(issue: str) -> Insight:
    """How a case points at *issue*, as Datadog's own cases do."""
    return Insight(
        type=_ISSUE_INSIGHT,
        ref=f"/error-tracking?issueId={issue}",
        resource_id=issue,
    )


def comment_from(cell: CommentCell) -> Comment:
    """A comment as read."""
    told = cell.attributes
    edited = told.modified_at if told.modified_at != told.created_at else None
    return Comment(
        id=cell.id,
        text=_message(told),
        author=_author(told),
        created_at=told.created_at,
        edited_at=edited,
        is_deleted=told.deleted_at is not None,
    )


def _withdrawn(told: CaseAttributes) -> str:
    if told.archived_at is not None:
        return "archived"
    if told.merge_status not in ("", _NOT_MERGED):
        return "merged"
    return ""


def _author(told: CellAttributes) -> Person | None:
    who = told.author.content
    return Person(who.id, who.email, who.name, who.active) if who.id else None


def _message(told: CellAttributes) -> str:
    if told.cell_content.message is not None:
        return told.cell_content.message
    try:
        content = orjson.loads(told.content)
    except orjson.JSONDecodeError:
        return ""
    message = content.get("message") if isinstance(content, dict) else None
    return message if isinstance(message, str) else ""
