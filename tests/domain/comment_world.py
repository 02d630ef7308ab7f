"""A case and its issues with comments, in memory; time goes on only when it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.comment_actions import (
    CommentAction,
    CreateComment,
    EditComment,
    confirmed,
)
from bridge.domain.comment_places import CommentPolicy, Listing, Place
from bridge.domain.comment_records import CommentBase
from bridge.domain.comment_text import Marker, Thing, markers_in
from bridge.domain.comments import CommentPlan, plan_comments
from bridge.domain.model import Comment, IssueId, Person
from tests.builders import CASE, NOON, issue_id

SETTLE = timedelta(seconds=10)
A, B = issue_id("a"), issue_id("b")
ANN = Person("1", name="Ann")
TWO_WAY = CommentPolicy()


@dataclass
class World:
    """What both trackers hold, and what the bridge knows of it."""

    now: datetime = NOON
    places: dict[Thing, Place] = field(default_factory=lambda: {CASE: Place(CASE)})
    comments: dict[Thing, dict[str, Comment]] = field(default_factory=dict)
    base: CommentBase = field(default_factory=CommentBase)
    made: dict[tuple[Thing, str], Marker] = field(default_factory=dict)
    writes: int = 0
    count: int = 0

    def wait(self, seconds: float = 60) -> None:
        self.now += timedelta(seconds=seconds)

    def link(self, *issues: IssueId, **abilities: bool) -> None:
        for issue in issues:
            self.places[issue] = replace(Place(issue, self.now), **abilities)  # type: ignore[arg-type]

    def on(self, thing: Thing) -> dict[str, Comment]:
        return self.comments.setdefault(thing, {})

    def write(self, thing: Thing, text: str, created_at: datetime | None = None) -> str:
        self.count += 1
        own_id = str(self.count)
        at = created_at or self.now
        self.on(thing)[own_id] = Comment(own_id, text, ANN, at)
        return own_id

    def edit(self, thing: Thing, comment: str, text: str) -> None:
        self.on(thing)[comment] = replace(self.on(thing)[comment], text=text)

    def delete(self, thing: Thing, comment: str) -> None:
        del self.on(thing)[comment]

    def listings(self) -> dict[Thing, Listing]:
        """The comments everywhere, newest first."""
        return {
            thing: Listing(tuple(reversed(self.on(thing).values())))
            for thing in self.places
        }

    def look(
        self,
        policy: CommentPolicy = TWO_WAY,
        listings: Mapping[Thing, Listing] | None = None,
    ) -> CommentPlan:
        """One look, taken into the base and not carried out yet."""
        shown = self.listings() if listings is None else listings
        places = [
            replace(place, listing=shown.get(place.thing))
            for place in self.places.values()
        ]
        plan = plan_comments(self.base, places, policy, self.now, SETTLE)
        self.base = plan.base
        return plan

    def begin(self, action: CommentAction) -> None:
        """Write down that *action* is tried now."""
        copy = self.base.copies[action.marker]
        if isinstance(action, CreateComment):
            self.base = self.base.taking(copies=[copy.tried(self.now)])

    def arrive(self, action: CommentAction) -> str:
        """*action* reaches its tracker; the id of what it made."""
        self.writes += 1
        if isinstance(action, CreateComment):
            own_id = self.write(action.target, action.text)
            self.made[action.target, own_id] = action.marker
            return own_id
        if isinstance(action, EditComment):
            if action.comment in self.on(action.target):
                self.edit(action.target, action.comment, action.text)
        else:
            self.on(action.target).pop(action.comment, None)
            self.made.pop((action.target, action.comment), None)
        return ""

    def confirm(self, action: CommentAction, own_id: str) -> None:
        """The answer to *action* is here and written down."""
        copy = self.base.copies[action.marker]
        after = confirmed(copy, action, self.now, own_id)
        self.base = self.base.taking(copies=[after])

    def carry_out(self, plan: CommentPlan) -> None:
        for action in plan.actions:
            self.begin(action)
            self.confirm(action, self.arrive(action))

    def settle(self, policy: CommentPolicy = TWO_WAY) -> CommentPlan:
        """One whole pass without faults."""
        plan = self.look(policy)
        self.carry_out(plan)
        return plan

    def copies_of(self, thing: Thing, comment: str) -> dict[Thing, list[str]]:
        """The texts of the copies of a comment, by where they are."""
        markers = {
            copy.marker: copy.target
            for copy in self.base.copies.values()
            if (copy.origin, copy.origin_id) == (thing, comment)
        }
        found: dict[Thing, list[str]] = {}
        for place, comments in self.comments.items():
            for one in comments.values():
                for marker in markers_in(one.text):
                    if markers.get(marker) == place:
                        found.setdefault(place, []).append(one.text)
        return found

    def copy_id(self, target: Thing) -> str:
        """The id of the only copy on *target*."""
        (copy,) = (c for c in self.base.copies.values() if c.target == target)
        return copy.id


def linked(*issues: IssueId) -> World:
    """A world in which *issues* were linked and everything was looked at."""
    world = World()
    world.link(*(issues or (A,)))
    world.settle()
    world.wait()
    return world


def targets(plan: CommentPlan) -> list[tuple[str, Thing]]:
    """What a plan does, and where."""
    return [(type(action).__name__, action.target) for action in plan.actions]
