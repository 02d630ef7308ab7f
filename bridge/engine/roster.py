"""The trackers of this bridge by name, and how the names people write are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bridge.domain.model import CaseId, IssueId, TrackerName, qualify, tracker_of
from bridge.ports.errors import PermanentError, Unclear
from bridge.ports.records import Key
from bridge.ports.trackers import (
    CaseTracker,
    Commented,
    IssueTracker,
    Tracker,
    WebhookReader,
)

T = TypeVar("T")

READS_AT_ONCE = 32
"""How many things one pass reads at once, at most."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Every tracker, the readers of their webhooks, how often each is polled, and how
    many calls each takes at a time."""

    issues: Mapping[TrackerName, IssueTracker]
    cases: Mapping[TrackerName, CaseTracker]
    readers: Mapping[TrackerName, WebhookReader]
    kinds: Mapping[TrackerName, str] = field(default_factory=dict)
    poll_intervals: Mapping[TrackerName, timedelta] = field(default_factory=dict)
    concurrency: Mapping[TrackerName, int] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[TrackerName, Tracker]:
        """Both sides together."""
        return {**self.issues, **self.cases}

    def reads_at_once(self, things: Iterable[str]) -> int:
        """How many of *things* are read at once, so that none of these reads is given
        up because the others keep it from a free connection."""
        names = {TrackerName(one.partition(":")[0]) for one in things}
        calls = {self.concurrency.get(name) for name in names}
        return min([READS_AT_ONCE, *(2 * count for count in calls if count)])

    def issue_tracker(self, issue: IssueId) -> IssueTracker:
        """The tracker in which *issue* lives."""
        return _known(self.issues, tracker_of(issue))

    def case_tracker(self, case: CaseId) -> CaseTracker:
        """The tracker in which *case* lives."""
        return _known(self.cases, tracker_of(case))

    def commented(self, thing: IssueId | CaseId) -> Commented:
        """The tracker of *thing*, as far as comments go."""
        name = tracker_of(thing)
        return self.cases[name] if name in self.cases else self.issues[name]

    def is_case(self, key: Key) -> bool:
        """True when *key* names a case, or the case trackers' side."""
        return tracker_of(CaseId(key)) in self.cases

    def names_issue(self, text: str) -> bool:
        """True when *text* begins with the name of an issue tracker."""
        return TrackerName(text.partition(":")[0]) in self.issues

    def names_case(self, text: str) -> bool:
        """True when *text* begins with the name of a case tracker."""
        return TrackerName(text.partition(":")[0]) in self.cases

    def read_issue(self, text: str) -> IssueId:
        """The issue a person means by ``errors:ID`` or plain ``ID``; Unclear."""
        return IssueId(_read(text, "issue", self.issues))

    def read_case(self, text: str) -> CaseId:
        """The case a person means, by id or key (``cases:SHOP-12``); Unclear."""
        return CaseId(_read(text, "case", self.cases))

    def subjects(
        self, tracker: TrackerName, issues: Sequence[str], cases: Sequence[str]
    ) -> tuple[str, ...]:
        """Every key that ids heard from *tracker* may mean, the likeliest first.

        An issue tracker that names no issue may mean any: what looks like the key of
        a case in an error's text counts only if there is such a case.
        """
        at_large = f"{tracker}:*"
        its_cases = _candidates(cases, tracker, self.cases)
        its_issues = _candidates(issues, tracker, self.issues)
        if tracker not in self.issues:
            return (*its_cases, *its_issues) or (at_large,)
        return (*(its_issues or (at_large,)), *its_cases)


def _known(side: Mapping[TrackerName, T], name: TrackerName) -> T:
    if name not in side:
        raise PermanentError(f"no tracker {name} is configured any more")
    return side[name]


def _candidates(
    heard: Sequence[str], tracker: TrackerName, side: Mapping[TrackerName, object]
) -> tuple[str, ...]:
    names = [tracker] if tracker in side else sorted(side)
    return tuple(qualify(name, own) for own in heard for name in names)


def _read(text: str, what: str, side: Mapping[TrackerName, object]) -> str:
    name, colon, rest = text.strip().partition(":")
    if colon and TrackerName(name) in side and rest:
        return f"{name}:{rest}"
    known = ", ".join(sorted(side))
    if colon:
        raise Unclear(
            f"{text!r} names no {what}: write it as tracker:id, "
            f"where the tracker is one of: {known}"
        )
    if not name:
        raise Unclear(f"no {what} given: write it as tracker:id ({known})")
    if len(side) > 1:
        raise Unclear(
            f"which tracker has {what} {text!r}? Write one of: {known}, a colon, the id"
        )
    return qualify(next(iter(side)), name)
