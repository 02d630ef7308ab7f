"""What one transaction writes, and the history that it leaves; times in UTC."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bridge.domain.comment_records import CommentBase
from bridge.domain.model import CaseId, IssueId, TrackerName
from bridge.ports.creations import Creation
from bridge.ports.records import CaseRecord, Cause, Due, Key, Link, Outcome
from bridge.ports.sightings import Sighting

_FINGERPRINT_LENGTH = 16


class ActionStatus(StrEnum):
    """How far one action of a pass has come."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    WOULD = "would"


@dataclass(frozen=True, slots=True)
class PassRecord:
    """One look that had something to say, finished once.

    *base*, *seen*, *changes*, *overruled*, *notes* are JSON values made for people;
    *config* names the version of the operator's choices that decided, *plan* what was
    decided (:func:`fingerprint`). *events* are those that it works for, told when it is
    written and not given back.
    """

    id: str
    key: Key
    cause: Cause
    started_at: datetime
    is_dry: bool
    base: Any
    seen: Any
    changes: Any
    overruled: Any
    notes: Any
    config: str = ""
    plan: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One action of a pass: the outbox row, written before it is tried."""

    pass_id: str
    n: int
    kind: str
    target: str
    value: str
    reason: str
    status: ActionStatus = ActionStatus.PLANNED
    receipt: str = ""
    at: datetime | None = None


def fingerprint(actions: Iterable[ActionRecord]) -> str:
    """The same for plans of the same actions, whatever became of them."""
    told = [[one.kind, one.target, one.value, one.reason] for one in actions]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_FINGERPRINT_LENGTH]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pass, and with it the events it answered, ended."""

    outcome: Outcome
    reason: str
    at: datetime
    pass_id: str | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that no tracker sent: a poll that found something, an operator's act."""

    id: str
    tracker: TrackerName
    key: Key
    cause: Cause
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkDone:
    """The key needs no look any more, unless its version has moved since *version*."""

    key: Key
    version: int


@dataclass(frozen=True, slots=True)
class WorkLater:
    """Look again at *at*; *attempts* failed so far since *failing_since*.

    When the key's version has moved since *version* it is due at once instead,
    except while *holds* is set, which keeps *at* (a tracker that asked to wait).
    """

    key: Key
    version: int
    at: datetime
    attempts: int = 0
    failing_since: datetime | None = None
    reason: str = ""
    holds: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An action given up, kept until an operator retries or skips it."""

    id: str
    key: Key
    kind: str
    target: str
    value: str
    reason: str
    since: datetime
    pass_id: str


@dataclass(frozen=True, slots=True)
class Healed:
    """Dead letters of *key* are closed, but for those of these kinds and targets."""

    key: Key
    still_refused: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class CommentsKnown:
    """Records about the comments of *case* that are new or have changed.

    With *since*, that of the case's record, they are dropped when the case was made
    anew meanwhile.
    """

    case: CaseId
    comments: CommentBase
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction writes. Links and cases replace the stored ones by id and
    are dropped when no such link or case is stored any more (it was unlinked; made
    anew, it has another *since*). *work* comes before *due*, which wakes a key
    even where it is held; *events* that are open then although their key, forgotten
    meanwhile, is not due end as ignored. *creations* replace by issue, those of
    *dropped* issues are forgotten, *marks* are moments by name. With *look_at_all*
    every case's next look is ASKED. What is known of comments is dropped where no such
    case is stored. A pass with the id of an unfinished one takes its place, as an
    action does, but began when that one did and works for the events of both."""

    passes: Sequence[PassRecord] = ()
    actions: Sequence[ActionRecord] = ()
    links: Sequence[Link] = ()
    cases: Sequence[CaseRecord] = ()
    comments: Sequence[CommentsKnown] = ()
    events: Sequence[NewEvent] = ()
    endings: Sequence[Ending] = ()
    dead: Sequence[DeadLetter] = ()
    revived: Sequence[str] = ()
    healed: Sequence[Healed] = ()
    work: Sequence[WorkDone | WorkLater] = ()
    due: Sequence[Due] = ()
    sightings: Sequence[Sighting] = ()
    creations: Sequence[Creation] = ()
    dropped: Sequence[IssueId] = ()
    marks: Mapping[str, datetime] = field(default_factory=dict)
    look_at_all: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as listed: what came, and the passes that worked for it, oldest first,
    with the *actions* of all of them in that order."""

    id: str
    tracker: TrackerName
    key: Key
    cause: Cause
    kind: str
    at: datetime
    outcome: Outcome | None
    reason: str
    records: tuple[PassRecord, ...]
    actions: tuple[ActionRecord, ...]

    @property
    def record(self) -> PassRecord | None:
        """The last pass, if there was one."""
        return self.records[-1] if self.records else None

    def actions_of(self, record: PassRecord) -> tuple[ActionRecord, ...]:
        """Those of one of its passes."""
        return tuple(one for one in self.actions if one.pass_id == record.id)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits. *waiting* are keys due now or later, *retrying* those of them
    that failed before; *oldest_due* is when the first of them was or will be due, also
    while a pass over it runs. *pending* are events without an outcome, *creating*
    issues whose case is reserved and not there yet, *held_back* those that wait because
    their rule has made as many cases as it may."""

    pending: int = 0
    waiting: int = 0
    retrying: int = 0
    oldest_due: datetime | None = None
    dead: int = 0
    parked: int = 0
    paused: int = 0
    drifted: int = 0
    creating: int = 0
    held_back: int = 0
    links: int = 0
    cases: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
