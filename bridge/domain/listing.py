"""Which linked issues are still to be shown on the case itself."""

from collections.abc import Iterator

from bridge.domain.actions import ListIssueOnCase
from bridge.domain.base import Base
from bridge.domain.model import Issue, Snapshot, own_id


def is_listed(seen: Snapshot, issue: Issue) -> bool:
    """True when the case's tracker shows *issue* on the case."""
    return own_id(issue.id) in seen.case.issues


def plan_listing(base: Base, seen: Snapshot) -> Iterator[ListIssueOnCase]:
    """A newcomer is put on its case once; who takes it off there is left alone."""
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        is_owed = agreed is None or agreed.listed.live is not None
        if is_owed and not is_listed(seen, issue):
            reason = "it was linked to this case"
            yield ListIssueOnCase(seen.case.id, issue.id, reason)


def notes_of_unlisted(base: Base, seen: Snapshot) -> Iterator[str]:
    """What a case shows no longer, said once: that alone takes no link away."""
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        was_listed = agreed is not None and agreed.listed.value
        if was_listed and not is_listed(seen, issue):
            case = seen.case.key or seen.case.id
            yield (
                f"{case} does not show {issue.id} any more: it stays linked until "
                "somebody unlinks it here"
            )
