"""What a case is created with for an issue, and the mark by which it is found again."""

from hashlib import sha256

from bridge.domain.model import Issue, IssueId

LONGEST_TITLE = 250


def marker_of(issue: IssueId) -> str:
    """One word that stands in the description of the case made for *issue*, and in no
    other: trackers' searches find words."""
    return f"bridgecase{sha256(issue.encode()).hexdigest()[:16]}"


def title_of(issue: Issue) -> str:
    """The title of the new case."""
    title = " ".join(issue.title.split()) or f"Issue {issue.id}"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def description_of(issue: Issue) -> str:
    """The description of the new case: the error, a link to it, the marker."""
    told = [", ".join(issue.attributes.get(name, ())) for name in ("service", "env")]
    where = ", ".join(part for part in told if part)
    seen = issue.first_seen.strftime("%Y-%m-%d %H:%M UTC") if issue.first_seen else ""
    lines = [
        issue.title,
        issue.url,
        f"Service: {where}" if where else "",
        f"First seen: {seen}" if seen else "",
        f"Created by the bridge for {issue.id} ({marker_of(issue.id)}).",
    ]
    return "\n\n".join(line for line in lines if line)
