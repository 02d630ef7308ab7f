"""Reads the comments of a case and its issues, and decides about their copies."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bridge.domain.comment_places import Listing, Place
from bridge.domain.comment_records import CommentBase
from bridge.domain.comments import CommentPlan, plan_comments
from bridge.domain.model import Case, Issue, Snapshot, TrackerName, tracker_of
from bridge.domain.policy import Direction
from bridge.engine.current import Choices
from bridge.engine.gate import Gate
from bridge.engine.roster import Roster
from bridge.ports.clock import Clock
from bridge.ports.errors import (
    GoneError,
    PermanentError,
    TrackerError,
)
from bridge.ports.records import Job
from bridge.ports.store import Store
from bridge.ports.trackers import COMMENTING, Abilities, Ability

log = structlog.get_logger(__name__)

HISTORY = "it was written before the link"
"""What the reason begins with when nothing was lost: the operator wants it so."""

REMEMBERED = 10_000
"""How many warnings are remembered as given; there are no more of them."""

MOST_NAMED = 3
"""How many places one reason names."""


@dataclass(frozen=True, slots=True)
class CommentLook:
    """What one look at the comments found; *problem* is a tracker that could not be
    read this time, whose comments wait; *unreadable* says whose comments never are."""

    known: CommentBase
    plan: CommentPlan
    problem: TrackerError | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of: comments that do not travel, and why."""
        targets: dict[str, dict[str, None]] = {}
        for skipped in self.plan.skipped:
            if not skipped.reason.startswith(HISTORY):
                targets.setdefault(skipped.reason, {})[skipped.target] = None
        reasons = (
            f"not copied to {_told(tuple(names))}: {why}"
            for why, names in targets.items()
        )
        return (*self.plan.notes, *self.unreadable, *reasons)

    @property
    def left_out(self) -> Counter[TrackerName]:
        """How many comments, new or changed, were not copied to each tracker."""
        return Counter(
            target
            for _, _, target in {
                (skipped.origin, skipped.comment, tracker_of(skipped.target))
                for skipped in self.plan.skipped
                if not skipped.reason.startswith(HISTORY)
            }
        )


class CommentReader:
    """Looks at comments where both sides can hold them."""

    def __init__(self, roster: Roster, gate: Gate, store: Store, clock: Clock) -> None:
        self._roster = roster
        self._gate = gate
        self._store = store
        self._clock = clock
        self.skipped: Counter[TrackerName] = Counter()
        self._unreadable: set[str] = set()

    def lacking(self, seen: Snapshot, choices: Choices) -> str:
        """Why a comment heard of on this case stays where it is; empty where it can
        travel."""
        if choices.options.comments.direction is Direction.OFF:
            return "sync.comments is off"
        things: tuple[Case | Issue, ...] = (seen.case, *seen.issues)
        names = sorted({tracker_of(thing.id) for thing in things})
        unable = [name for name in names if not self._abilities(name) >= COMMENTING]
        return f"{', '.join(unable)} cannot hold comments" if unable else ""

    async def look(
        self, job: Job, seen: Snapshot, choices: Choices
    ) -> CommentLook | None:
        """The decision about the comments of a case; None where none can travel.

        Those that cannot are looked at where an event may tell of one, so that nobody
        waits for its copy in vain.
        """
        options = choices.options
        able = any(self._can(i, Ability.CREATE_COMMENT) for i in seen.issues)
        can_travel = able and self._can(seen.case, Ability.LIST_COMMENTS)
        if options.comments.direction is Direction.OFF:
            return None
        if not can_travel and not self._may_tell_of_one(job):
            return None
        now = self._clock.now()
        known = await self._store.load_comments(seen.case.id)
        since = {link.issue: link.since for link in job.links}
        things = [seen.case.id, *(issue.id for issue in seen.issues)]
        room = asyncio.Semaphore(self._roster.reads_at_once(things))
        found = await asyncio.gather(
            self._place(seen.case, None, room),
            *(
                self._place(issue, since.get(issue.id), room)
                for issue in seen.issues
                if tracker_of(issue.id) in self._roster.all
            ),
        )
        places = [place if can_travel else _closed(place) for place, _ in found]
        failures = [(place.thing, exc) for place, exc in found if exc is not None]
        refused = (GoneError, PermanentError) if can_travel else (TrackerError,)
        problem = next((e for _, e in failures if not isinstance(e, refused)), None)
        unreadable = tuple(
            f"comments of {thing} cannot be read: {exc}"
            for thing, exc in failures
            if isinstance(exc, refused)
        )
        self._warn(unreadable)
        plan = plan_comments(known, places, options.comments, now, options.settle)
        return CommentLook(known, plan, problem, unreadable)

    def _may_tell_of_one(self, job: Job) -> bool:
        """True where a tracker that has comments called, and not about something else.

        Senders that name no kind may mean anything.
        """
        heard = (self._abilities(one.tracker) for one in job.arrivals)
        is_able = any(Ability.LIST_COMMENTS in abilities for abilities in heard)
        return is_able and any(not kind or names_comment(kind) for kind in job.kinds)

    async def _place(
        self, thing: Case | Issue, linked_at: datetime | None, room: asyncio.Semaphore
    ) -> tuple[Place, TrackerError | None]:
        place = Place(
            thing.id,
            linked_at,
            url=thing.url,
            limit=self._roster.commented(thing.id).comment_limit,
            can_create=self._can(thing, Ability.CREATE_COMMENT),
            can_edit=self._can(thing, Ability.EDIT_COMMENT),
            can_delete=self._can(thing, Ability.DELETE_COMMENT),
        )
        if not self._can(thing, Ability.LIST_COMMENTS):
            return place, None
        try:
            async with room:
                listing = await self._gate.through(
                    tracker_of(thing.id), self._read(thing), thing.id
                )
        except TrackerError as exc:
            return place, exc
        return replace(place, listing=listing), None

    def _warn(self, unreadable: tuple[str, ...]) -> None:
        """Say so once each."""
        for why in unreadable:
            if why not in self._unreadable and len(self._unreadable) < REMEMBERED:
                self._unreadable.add(why)
                log.warning("comments.unreadable", reason=why)

    async def _read(self, thing: Case | Issue) -> Listing:
        comments = self._roster.commented(thing.id).comments(thing.id)
        return Listing(tuple([comment async for comment in comments]))

    def _can(self, thing: Case | Issue, ability: Ability) -> bool:
        return ability in self._abilities(tracker_of(thing.id))

    def _abilities(self, name: TrackerName) -> Abilities:
        """Those of a tracker that is still configured, else none."""
        tracker = self._roster.all.get(name)
        return tracker.abilities if tracker else frozenset()


def names_comment(kind: str) -> bool:
    """True where a sender calls its event one about a comment."""
    return "comment" in kind.casefold()


def _closed(place: Place) -> Place:
    return replace(place, can_create=False, can_edit=False, can_delete=False)


def _told(targets: tuple[str, ...]) -> str:
    shown = ", ".join(targets[:MOST_NAMED])
    more = len(targets) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
