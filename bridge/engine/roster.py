"""The trackers of this bridge by name, and how the names people write are read."""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Roster:
    """Every tracker, the readers of their webhooks, and how often each is polled."""

    issues: Mapping[TrackerName, IssueTracker]
    cases: Mapping[TrackerName, CaseTracker]
    readers: Mapping[TrackerName, WebhookReader]
    kinds: Mapping[TrackerName, str] = field(default_factory=dict)
    poll_intervals: Mapping[TrackerName, timedelta] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[TrackerName, Tracker]:
        """Both sides together."""
        return {**self.issues, **self.cases}

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
        self, tracker: TrackerName, issue: str | None, case: str | None
    ) -> tuple[str, ...]:
        """Every key that ids heard from *tracker* may mean, the likeliest first."""
        cases = _candidates(case, tracker, self.cases)
        issues = _candidates(issue, tracker, self.issues)
        found = (*issues, *cases) if tracker in self.issues else (*cases, *issues)
        return found or (f"{tracker}:*",)


def _known(side: Mapping[TrackerName, T], name: TrackerName) -> T:
    if name not in side:
        raise PermanentError(f"no tracker {name} is configured any more")
    return side[name]


def _candidates(
    heard: str | None, tracker: TrackerName, side: Mapping[TrackerName, object]
) -> tuple[str, ...]:
    if heard is None:
        return ()
    names = [tracker] if tracker in side else sorted(side)
    return tuple(qualify(name, heard) for name in names)


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
