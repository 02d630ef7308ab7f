"""The status of the bridge, as models for the API's description."""

from typing import Literal

from pydantic import AwareDatetime

from bridge.web.answers import Answer, Count


class Reload(Answer):
    """How the last reload of the configuration went."""

    ok: bool
    error: str | None
    at: AwareDatetime
    restart_needed: list[str]


class PausedCase(Answer):
    """A case that waits to be resumed."""

    case: str
    case_key: str
    reason: str


class Unmatched(Answer):
    """A person without an account where one is needed."""

    tracker: str
    person: str
    reason: str
    since: AwareDatetime


class Circuit(Answer):
    """What a tracker forbids, and when it is tried again."""

    project: str | None
    writes: str | None
    reason: str
    since: AwareDatetime
    next_probe: AwareDatetime
    parked: Count


class RateLimit(Answer):
    """What a tracker last said of its limit."""

    limit: int
    remaining: int
    resets_at: AwareDatetime


class TrackerStanding(Answer):
    """What a tracker can do, and how it is."""

    side: Literal["issues", "cases"]
    kind: str
    abilities: list[str]
    last_answer: AwareDatetime | None
    last_delivery: AwareDatetime | None
    silent_since: AwareDatetime | None
    paused_until: AwareDatetime | None
    failing_since: AwareDatetime | None
    problem: str | None
    problem_since: AwareDatetime | None
    circuits: list[Circuit]
    rate_limit: RateLimit | None


class Alert(Answer):
    """Something to look at: one for each cause, however often it fails."""

    cause: str
    tracker: str | None
    text: str


class NotifiedReceiver(Answer):
    """Somebody who is told of alerts, and how that went last."""

    name: str
    kind: str
    last_told: AwareDatetime | None
    problem: str | None
    problem_since: AwareDatetime | None


class Status(Answer):
    """How much waits, and how the trackers are."""

    pending: Count
    waiting: Count
    oldest_due: AwareDatetime | None
    running: Count
    retrying: Count
    dead: Count
    parked: Count
    paused: Count
    drifted: Count
    creating: Count
    held_back: Count
    settled: bool
    dry_run: bool
    alerts: list[Alert]
    config: str
    reload: Reload | None
    links: Count
    cases: Count
    outcomes: dict[str, Count]
    paused_cases: list[PausedCase]
    unmatched_people: list[Unmatched]
    comments_not_copied: Count
    trackers: dict[str, TrackerStanding]
    notify: list[NotifiedReceiver]
