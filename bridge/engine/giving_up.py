"""What is left when work is given up: dead letters, drift, and events that end dead."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from bridge.domain.base import CaseBase, Held, IssueBase, V
from bridge.engine.case_pass import rebased_case, rebased_link
from bridge.engine.record import word
from bridge.ports.commits import Commit, DeadLetter, Ending, WorkDone
from bridge.ports.creations import Creation, CreationStatus
from bridge.ports.records import CaseRecord, Job, Link, Outcome

NewLetter = Callable[[str, str, str], DeadLetter]
"""Makes a dead letter of kind, target and value."""


def given_up(job: Job, why: str, now: datetime, new_id: Callable[[], str]) -> Commit:
    """Everything that is owed counts as refused; where nothing is, the case drifts."""

    def letter(kind: str, target: str, value: str) -> DeadLetter:
        return DeadLetter(new_id(), job.key, kind, target, value, why, now, "")

    links = [_refused_link(link, why) for link in job.links]
    changed = [new for new, old in zip(links, job.links, strict=True) if new != old]
    letters = [*_issue_letters(changed, why, letter)]
    cases: list[CaseRecord] = []
    if job.case is not None:
        case = _refused_case(job.case, why)
        letters += _case_letters(job.case, letter)
        if not letters:
            case = replace(case, drift=why)
        cases.append(case)
    if not letters:
        letters.append(letter("look", job.key, ""))
    ending = Ending(Outcome.DEAD, why, now, None, job.events)
    return Commit(
        links=changed,
        cases=cases,
        dead=letters,
        endings=[ending],
        work=[WorkDone(job.key, job.version)],
    )


def stuck(
    job: Job, creation: Creation, why: str, now: datetime, letter_id: str
) -> Commit:
    """A creation waits for an operator, who finds its dead letter."""
    kept = replace(creation, status=CreationStatus.STUCK)
    what, value = creation.issue, creation.project
    letter = DeadLetter(letter_id, job.key, "create_case", what, value, why, now, "")
    return Commit(creations=[kept], dead=[letter])


def unreadable(
    job: Job, why: str, now: datetime, again: datetime, new_id: Callable[[], str]
) -> Commit:
    """The case itself cannot be read, for good: it drifts until it can be."""
    assert job.case
    letters = []
    if job.case.drift != why:
        letters = [DeadLetter(new_id(), job.key, "look", job.key, "", why, now, "")]
    return Commit(
        cases=[replace(job.case, drift=why, next_look=again)],
        dead=letters,
        endings=[Ending(Outcome.DEAD, why, now, None, job.events)],
        work=[WorkDone(job.key, job.version)] if job.version else [],
    )


def _refused(held: Held[V] | None, why: str) -> Held[V] | None:
    return held.refused(why) if held and held.live else held


def _refused_link(link: Link, why: str) -> Link:
    if link.base is None:
        return link
    state = _refused(link.base.state, why)
    listed = _refused(link.base.listed, why)
    assert state
    assert listed
    assignee = _refused(link.base.assignee, why)
    base = IssueBase(link.issue, state, listed, assignee)
    return rebased_link(link, base) if base != link.base else link


def _refused_case(case: CaseRecord, why: str) -> CaseRecord:
    if case.base is None:
        return case
    group = _refused(case.base.group, why)
    assert group
    base = CaseBase(group, _refused(case.base.assignee, why))
    return rebased_case(case, base) if base != case.base else case


def _issue_letters(
    links: list[Link], why: str, letter: NewLetter
) -> Iterator[DeadLetter]:
    for link in links:
        assert link.base
        values: tuple[tuple[str, Held[Any] | None], ...] = (
            ("set_issue_state", link.base.state),
            ("set_issue_assignee", link.base.assignee),
        )
        for kind, held in values:
            if held and held.owed and held.owed.refusal == why:
                yield letter(kind, link.issue, word(held.owed.value))
        if link.base.listed.owed and link.base.listed.owed.refusal == why:
            yield letter("list_issue_on_case", link.case, link.issue)


def _case_letters(case: CaseRecord, letter: NewLetter) -> Iterator[DeadLetter]:
    if case.base and case.base.group.live:
        value = word(case.base.group.live.value)
        yield letter("set_case_status", case.id, value)
    if case.base and case.base.assignee and case.base.assignee.live:
        yield letter("set_case_assignee", case.id, case.base.assignee.live.value)
