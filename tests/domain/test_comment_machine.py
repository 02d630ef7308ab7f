"""Whatever people, trackers and faults do, every comment ends with its copies, once."""

from dataclasses import dataclass, field

from hypothesis import settings, stateful
from hypothesis import strategies as st

from bridge.domain.comment_actions import CreateComment, EditComment
from bridge.domain.comment_places import Listing
from bridge.domain.comment_records import Copy, CopyStatus
from bridge.domain.comment_text import (
    Thing,
    fingerprint,
    harmless,
    marker_of,
    markers_in,
)
from bridge.domain.model import IssueId
from tests.builders import CASE, issue_id
from tests.domain.comment_world import SETTLE, World

ISSUES = [issue_id(name) for name in "abc"]
THINGS: list[Thing] = [CASE, *ISSUES]
NOT_YET_SHOWN = SETTLE / 2

OTHER_WORDS = "somebody else's words"

things = st.sampled_from(THINGS)
some_issues = st.sampled_from(ISSUES)
faults = st.sampled_from(["none", "none", "killed before", "lost answer", "refusal"])


@dataclass
class Said:
    """A person's comment, as the people remember it."""

    thing: Thing
    id: str
    text: str
    reaches: set[Thing]
    is_deleted: bool = False
    gone_copies: set[Thing] = field(default_factory=set)
    edited_copies: set[Thing] = field(default_factory=set)


class CommentMachine(stateful.RuleBasedStateMachine):
    """People on one side, a bridge that is killed at any point on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.said: list[Said] = []
        self.older: dict[Thing, Listing] = {}
        self.texts = 0
        self.allowed_writes = 0

    def linked(self, thing: Thing) -> bool:
        return thing in self.world.places

    def reach(self, thing: Thing) -> set[Thing]:
        """Where a comment on *thing* goes, if it is written now."""
        everywhere = set(self.world.places)
        return everywhere - {thing} if thing in everywhere else set()

    def write(self, thing: Thing, text: str) -> None:
        reaches = self.reach(thing)
        self.allowed_writes += len(reaches)
        said = self.world.write(thing, text)
        self.said.append(Said(thing, said, text, reaches))
        self.world.wait(1)

    def new_text(self) -> str:
        self.texts += 1
        return f"words {self.texts} end"

    @stateful.rule(issue=some_issues)
    def link(self, issue: IssueId) -> None:
        """A link is looked at before people go on (what else it is, examples tell)."""
        if not self.linked(issue):
            self.world.wait(1)
            self.world.link(issue)
            self.world.wait(1)
            self.look()

    @stateful.rule(thing=things)
    def somebody_writes(self, thing: Thing) -> None:
        self.write(thing, self.new_text())

    @stateful.rule(thing=things, data=st.data())
    def somebody_pastes_a_copy(self, thing: Thing, data: st.DataObject) -> None:
        copies = [
            comment.text
            for place in THINGS
            for comment in self.world.on(place).values()
            if markers_in(comment.text)
        ]
        if copies and self.reach(thing):
            self.write(thing, data.draw(st.sampled_from(copies)))

    @stateful.precondition(lambda self: self.alive())
    @stateful.rule(data=st.data())
    def somebody_edits(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(self.alive()))
        said.text = self.new_text()
        self.allowed_writes += len(said.reaches)
        said.edited_copies.clear()
        # Its old text, served late, would pass for one more edit and back.
        self.older.clear()
        self.world.edit(said.thing, said.id, said.text)

    @stateful.precondition(lambda self: self.alive())
    @stateful.rule(data=st.data())
    def somebody_deletes(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(self.alive()))
        said.is_deleted = True
        self.allowed_writes += len(said.reaches)
        self.world.delete(said.thing, said.id)

    @stateful.precondition(lambda self: self.made())
    @stateful.rule(data=st.data())
    def somebody_deletes_a_copy(self, data: st.DataObject) -> None:
        said, copy = data.draw(st.sampled_from(self.made()))
        said.gone_copies.add(copy.target)
        self.world.delete(copy.target, copy.id)
        # Before that, a look may only have missed it.
        self.world.wait(SETTLE.total_seconds())
        self.older.clear()
        self.look()

    @stateful.precondition(lambda self: self.made())
    @stateful.rule(data=st.data())
    def somebody_edits_a_copy(self, data: st.DataObject) -> None:
        said, copy = data.draw(st.sampled_from(self.made()))
        if copy.shows == fingerprint(said.text):
            said.edited_copies.add(copy.target)
        self.world.edit(copy.target, copy.id, OTHER_WORDS)

    def alive(self) -> list[Said]:
        return [said for said in self.said if not said.is_deleted]

    def made(self) -> list[tuple[Said, Copy]]:
        """The copies that are there, with what they are copies of."""
        return [
            (said, copy)
            for said in self.alive()
            for copy in self.world.base.copies.values()
            if (copy.origin, copy.origin_id) == (said.thing, said.id)
            and copy.status is CopyStatus.DONE
            and copy.id in self.world.on(copy.target)
        ]

    @stateful.rule(seconds=st.sampled_from([1, 5, 60]))
    def time_passes(self, seconds: int) -> None:
        self.world.wait(seconds)

    @stateful.rule()
    def trackers_keep_an_old_page(self) -> None:
        """What is kept may be served for a moment, until something is looked at."""
        self.older = self.world.listings()
        self.kept_at = self.world.now

    @stateful.rule(thing=things, fault=faults, at=st.integers(0, 3))
    def the_bridge_looks(self, thing: Thing, fault: str, at: int) -> None:
        self.look(fault, at, stale=thing)
        self.world.wait(1)

    @stateful.rule(thing=things)
    def a_list_is_empty_for_long(self, thing: Thing) -> None:
        """People's comments there seem to be deleted, until the list is right again.

        A list of copies that is wrong for so long is beyond what can be told apart."""
        if any(thing in said.reaches for said in self.said):
            return
        self.older.clear()
        for said in self.alive():
            if said.thing == thing:
                self.allowed_writes += 2 * len(said.reaches)
                said.edited_copies.clear()
        for _ in range(2):
            listings = {**self.world.listings(), thing: Listing()}
            self.world.carry_out(self.world.look(listings=listings))
            self.world.wait(SETTLE.total_seconds())

    @stateful.rule(thing=things)
    def the_bridge_cannot_read_one(self, thing: Thing) -> None:
        listings = self.world.listings()
        listings.pop(thing, None)
        self.world.carry_out(self.world.look(listings=listings))

    def look(
        self, fault: str = "none", at: int = 0, stale: Thing | None = None
    ) -> None:
        listings = self.world.listings()
        if stale in self.older and self.world.now - self.kept_at < NOT_YET_SHOWN:
            listings[stale] = self.older[stale]
        plan = self.world.look(listings=listings)
        for n, action in enumerate(plan.actions):
            is_struck = n == at
            if is_struck and fault == "killed before":
                self.world.begin(action)
                return
            self.world.begin(action)
            if is_struck and fault == "refusal":
                copy = self.world.base.copies[action.marker]
                if isinstance(action, CreateComment):
                    self.world.base = self.world.base.taking(copies=[copy.not_made()])
                continue
            own_id = self.world.arrive(action)
            if is_struck and fault == "lost answer":
                self.allowed_writes += isinstance(action, EditComment)
                self.allowed_writes += not isinstance(action, CreateComment)
                return
            self.world.confirm(action, own_id)

    def teardown(self) -> None:
        """In the end, once everything is quiet, each comment has its copies, once."""
        for _ in range(3):
            self.world.wait()
            self.world.settle()
        self.world.wait()
        assert self.world.settle().actions == ()
        for said in self.said:
            self.check(said)
        assert self.world.writes <= self.allowed_writes

    @stateful.invariant()
    def no_copy_is_made_twice(self) -> None:
        made = list(self.world.made.values())
        assert len(made) == len(set(made))

    def check(self, said: Said) -> None:
        wanted = set() if said.is_deleted else said.reaches - said.gone_copies
        there = {
            thing: self.world.on(thing)[own_id].text
            for (thing, own_id), marker in self.world.made.items()
            if marker == marker_of(said.thing, said.id, thing)
            and own_id in self.world.on(thing)
        }
        assert there.keys() == wanted
        for target in wanted - said.edited_copies:
            assert f"\n\n{harmless(said.text)}\n\n" in there[target]
        for target in wanted & said.edited_copies:
            assert there[target] == OTHER_WORDS


TestComments = CommentMachine.TestCase
TestComments.settings = settings(max_examples=150, stateful_step_count=30)
