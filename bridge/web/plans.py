"""Plans and events, as models for the API's description."""

from typing import Literal

from pydantic import AwareDatetime

from bridge.web.answers import Answer, ListOf


class Change(Answer):
    """What somebody did, told by its kind: to an issue, to a case, or to a thing."""

    kind: str
    issue: str = ""
    case: str = ""
    thing: str = ""
    before: str = ""
    after: str = ""


class Overruled(Answer):
    """A change that lost against another."""

    change: Change
    reason: str


class Action(Answer):
    """One write to do."""

    kind: str
    target: str
    value: str
    reason: str


class Write(Action):
    """One write and what became of it."""

    status: str
    receipt: str
    at: AwareDatetime | None


class Agreed(Answer):
    """What both sides agreed on, and what is still to be written."""

    state: str | None = None
    status_group: str | None = None
    person: str | None = None
    owed: str | None = None
    refusal: str | None = None
    assignee: "Agreed | None" = None


class BaseOfCase(Answer):
    """A case and its issues as last agreed."""

    case: Agreed | None
    issues: dict[str, Agreed]


class SeenCase(Answer):
    """A case as its tracker shows it."""

    id: str
    key: str
    status: str
    status_group: str
    assignee: str | None


class SeenIssue(Answer):
    """An issue as its tracker shows it."""

    state: str
    assignee: str | None


class Seen(Answer):
    """A case and its issues as the trackers show them."""

    case: SeenCase
    issues: dict[str, SeenIssue]


class Plan(Answer):
    """What would be done for a case now, and what that was decided from."""

    case: str
    case_key: str
    due: bool
    doubtful_until: AwareDatetime | None
    base: BaseOfCase
    seen: Seen
    changes: list[Change]
    actions: list[Action]
    overruled: list[Overruled]
    notes: list[str]


class PlanOrProblem(Answer):
    """The plan for one case of several, or why there is none."""

    case: str
    case_key: str | None = None
    due: bool | None = None
    doubtful_until: AwareDatetime | None = None
    base: BaseOfCase | None = None
    seen: Seen | None = None
    changes: tuple[Change, ...] = ()
    actions: list[Action]
    overruled: tuple[Overruled, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None


class Plans(ListOf[PlanOrProblem]):
    """What looking again at cases would lead to."""


class Event(Answer):
    """Something that came or was seen, and what it led to."""

    delivery: str
    tracker: str
    key: str
    cause: Literal["delivery", "poll", "link", "operator"]
    kind: str
    at: AwareDatetime
    outcome: Literal["applied", "no-op", "ignored", "parked", "dead"] | None
    reason: str
    dry_run: bool
    base: BaseOfCase | None
    seen: Seen | None
    changes: list[Change]
    overruled: list[Overruled]
    notes: list[str]
    config: str
    actions: list[Write]


class Events(ListOf[Event]):
    """A page of events, newest first."""
