"""Issues as they were last seen: what rules are tried on, and which still await one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.model import Issue, IssueId


@dataclass(frozen=True, slots=True)
class Sighting:
    """One issue as last seen; *handled* says what the rules led to, empty until then.

    Kept anew it replaces what was kept, but for a *handled* or a *first_seen* that it
    does not know: those stay.
    """

    issue: IssueId
    seen_at: datetime
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: str = ""
    url: str = ""
    state: str = ""
    first_seen: datetime | None = None
    handled: str = ""


def sighting_of(issue: Issue, seen_at: datetime, handled: str = "") -> Sighting:
    """What is kept of *issue* as read at *seen_at*."""
    return Sighting(
        issue=issue.id,
        seen_at=seen_at,
        attributes=issue.attributes,
        title=issue.title,
        url=issue.url,
        state=issue.state.value,
        first_seen=issue.first_seen,
        handled=handled,
    )
