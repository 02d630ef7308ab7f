"""A pass over a case at its beginning: what was seen and decided, nothing written."""

from datetime import datetime

from bridge.domain.advance import advance
from bridge.engine.case_pass import CasePass
from bridge.engine.decide import Decision
from bridge.engine.means import Means
from bridge.engine.observe import Observation
from bridge.ports.commits import CommentsKnown
from bridge.ports.records import CaseRecord, Job, Link
from bridge.ports.sightings import Sighting

LINKED = "linked"
"""What rules led to for an issue that has a case: nothing more."""


def begun(
    pass_id: str,
    job: Job,
    record: CaseRecord,
    decision: Decision,
    observation: Observation,
    *,
    now: datetime,
) -> CasePass:
    """The pass that has taken over what *decision* is about."""
    case_pass = CasePass(
        pass_id,
        job,
        now,
        decision.seen,
        decision.plan,
        record,
        {link.issue: link for link in job.links},
    )
    if decision.comments:
        case_pass.copies.update(decision.comments.plan.base.copies)
    decided = advance(job.base, decision.seen, decision.plan, now, decision.policy)
    case_pass.take_over(decided, observation)
    return case_pass


def news_of_comments(decision: Decision, record: CaseRecord) -> list[CommentsKnown]:
    """What the look at the comments found out."""
    look = decision.comments
    if look is None:
        return []
    news = look.plan.base.since(look.known)
    if not (news.originals or news.copies or news.looks):
        return []
    return [CommentsKnown(record.id, news, record.since)]


def changed_links(case_pass: CasePass) -> list[Link]:
    """The links that are not as they are kept."""
    before = {link.issue: link for link in case_pass.job.links}
    return [link for issue, link in case_pass.links.items() if link != before[issue]]


def links_to_keep(case_pass: CasePass) -> list[Link]:
    """Those, and what the last step is about, whatever it was before."""
    last = [case_pass.links[link.issue] for link in case_pass.last_step.links]
    kept = {link.issue: link for link in (*changed_links(case_pass), *last)}
    return list(kept.values())


def differs(after: CasePass, record: CaseRecord) -> bool:
    """True when a pass would leave anything but what is kept already."""
    kept = (record.base, record.drift, record.gone)
    left = (after.case.base, after.case.drift, after.case.gone)
    return left != kept or bool(changed_links(after))


def unlike_before(means: Means, observation: Observation) -> list[Sighting]:
    """The issues that rules might judge otherwise than when they were last kept."""
    snapshot = observation.snapshot
    unread = {*observation.unreadable, *observation.unread}
    read = [i for i in (snapshot.issues if snapshot else ()) if i.id not in unread]
    return means.noticing.news(read, means.clock.now(), LINKED)
