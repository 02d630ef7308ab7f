"""What people look at, as models: cases as they stand, rules at work, the pulse."""

from typing import Literal

from pydantic import AwareDatetime

from bridge.domain.policy import Direction
from bridge.web.answers import Answer, Count, DeadLetter, Link, ListOf
from bridge.web.plans import BaseOfCase


class CaseRow(Answer):
    """A case as it was last seen, with its issues."""

    case: str
    case_key: str
    title: str
    url: str
    status: str
    status_group: str
    drift: str | None
    gone: str | None
    paused: str | None
    next_look: AwareDatetime | None
    since: AwareDatetime
    issues: list[Link]


class Cases(ListOf[CaseRow]):
    """A page of cases, the one linked last first."""


class Case(CaseRow):
    """The same with what was agreed, and what was given up; *due* while it waits."""

    due: bool
    base: BaseOfCase
    dead: list[DeadLetter]


class Pulse(Answer):
    """How the work flows. *lag* is the longest wait in seconds; *ended* counts events
    by the minute of the last hour, the present minute last."""

    at: AwareDatetime
    oldest_pending: AwareDatetime | None
    lag: float
    ended: list[Count]


class RuleAtWork(Answer):
    """A rule in force: how many recorded issues meet it as their first, and how many
    cases it has created; *warning* is why it may decide nothing."""

    name: str
    match: str
    cases: str | None
    project: str | None
    auto_create: bool
    max_cases_per_hour: int | None
    meets: Count
    created: Count
    warning: str | None


class DefaultAtWork(Answer):
    """Where cases go that no rule sends elsewhere."""

    cases: str | None
    project: str | None
    meets: Count
    created: Count


class RulesAtWork(Answer):
    """The rules in their order; tried on so many recorded issues, perhaps all."""

    version: str
    rules: list[RuleAtWork]
    default: DefaultAtWork
    recorded: Count
    is_all: bool


class Synced(Answer):
    """Which way a value travels between two trackers, and why no further."""

    what: Literal["state", "assignee", "comments"]
    issues: str
    cases: str
    direction: Direction
    why: str


class TrackerAbilities(Answer):
    """What a tracker can do, or why not; looked at every so many seconds."""

    can: list[str]
    lacks: dict[str, str]
    poll_interval: float


class Abilities(Answer):
    """What is synced, and what each tracker can do of *all* there is to do."""

    sync: list[Synced]
    trackers: dict[str, TrackerAbilities]
    all: list[str]
