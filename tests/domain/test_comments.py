"""The comment rules, each in the words of the rules."""

import pytest

from bridge.domain.comment_actions import CreateComment
from bridge.domain.comment_places import CommentPolicy, Listing, Place
from bridge.domain.comment_records import CommentBase
from bridge.domain.comment_text import Thing, marker_of
from bridge.domain.policy import Direction
from tests.builders import CASE, issue_id
from tests.domain.comment_world import A, B, World, linked, targets

C = issue_id("c")


class TestCopying:
    @pytest.mark.parametrize("origin", [CASE, A, B])
    def test_a_comment_appears_once_everywhere_else(self, origin: Thing) -> None:
        world = linked(A, B)
        said = world.write(origin, "it is the cache")

        plan = world.settle()

        others = {CASE, A, B} - {origin}
        assert world.copies_of(origin, said).keys() == others
        assert len(plan.actions) == 2
        assert world.settle().actions == ()

    def test_without_fan_out_issues_do_not_hear_of_each_other(self) -> None:
        world = linked(A, B)
        policy = CommentPolicy(fan_out=False)
        on_issue, on_case = world.write(A, "one"), world.write(CASE, "two")

        world.settle(policy)

        assert world.copies_of(A, on_issue).keys() == {CASE}
        assert world.copies_of(CASE, on_case).keys() == {A, B}

    @pytest.mark.parametrize(
        ("direction", "from_issue", "from_case"),
        [
            (Direction.TWO_WAY, {CASE, B}, {A, B}),
            (Direction.ISSUE_TO_CASE, {CASE}, set()),
            (Direction.CASE_TO_ISSUE, set(), {A, B}),
            (Direction.OFF, set(), set()),
        ],
    )
    def test_comments_go_the_way_the_operator_chose(
        self, direction: Direction, from_issue: set[Thing], from_case: set[Thing]
    ) -> None:
        world = linked(A, B)
        on_issue, on_case = world.write(A, "one"), world.write(CASE, "two")

        plan = world.settle(CommentPolicy(direction))

        assert world.copies_of(A, on_issue).keys() == from_issue
        assert world.copies_of(CASE, on_case).keys() == from_case
        assert len(plan.actions) + len(plan.skipped) == 4

    def test_copies_come_in_the_order_of_their_originals(self) -> None:
        world = linked()
        for n in range(12):
            world.write(A if n % 2 else CASE, f"number {n}")
            world.wait(1)

        plan = world.look()

        numbers = [
            int(action.text.partition("number ")[2].split()[0])
            for action in plan.actions
            if isinstance(action, CreateComment)
        ]
        assert numbers == list(range(12))

    def test_the_order_of_listings_and_places_does_not_matter(self) -> None:
        world, other = linked(A, B), linked(B, A)
        for each in (world, other):
            for thing in (A, B, CASE):
                each.write(thing, f"on {thing}")
        turned = {
            thing: Listing(listing.comments[::-1])
            for thing, listing in other.listings().items()
        }

        assert world.look() == other.look(listings=turned)


class TestEdits:
    def test_an_edit_reaches_every_copy(self) -> None:
        world = linked(A, B)
        said = world.write(A, "first")
        world.settle()
        world.edit(A, said, "second")

        plan = world.settle()

        assert targets(plan) == [("EditComment", CASE), ("EditComment", B)]
        for texts in world.copies_of(A, said).values():
            assert ["second" in text for text in texts] == [True]
        assert world.settle().actions == ()

    def test_an_edited_copy_stays_until_its_original_is_edited(self) -> None:
        world = linked(A)
        said = world.write(A, "first")
        world.settle()
        world.wait()
        assert world.settle().notes == ()
        copy = world.copy_id(CASE)
        world.edit(CASE, copy, "somebody's words")

        plan = world.settle()

        assert plan.actions == ()
        assert len(plan.notes) == 1
        assert "somebody edited the copy" in plan.notes[0]
        assert world.settle().notes == ()
        assert world.on(CASE)[copy].text == "somebody's words"
        world.edit(A, said, "second")
        world.settle()
        assert "second" in world.on(CASE)[copy].text
        world.wait()
        assert world.settle().notes == ()

    def test_an_old_copy_served_after_our_write_is_nobodys_edit(self) -> None:
        world = linked(A)
        said = world.write(A, "first")
        world.settle()
        world.wait()
        world.settle()
        stale = world.listings()[CASE]
        world.edit(A, said, "second")
        world.settle()
        world.wait(1)

        notes = world.look(listings={CASE: stale}).notes
        world.wait()

        assert notes + world.settle().notes == ()


class TestLinks:
    def test_a_thing_that_left_keeps_its_copies_and_hears_no_more(self) -> None:
        world = linked(A, B)
        said = world.write(CASE, "said")
        world.settle()
        del world.places[B]
        world.edit(CASE, said, "edited")

        assert targets(world.settle()) == [("EditComment", A)]

    def test_a_link_made_anew_goes_on_with_its_copies(self) -> None:
        world = linked(A, B)
        said = world.write(CASE, "said")
        world.settle()
        del world.places[B]
        world.settle()
        world.wait()
        missed = world.write(B, "said meanwhile")
        world.edit(CASE, said, "edited")
        world.settle()
        world.wait()
        world.link(B)

        plan = world.settle()

        assert targets(plan) == [("EditComment", B)]
        assert world.copies_of(B, missed) == {}

    def test_a_case_alone_has_nothing_to_copy(self) -> None:
        world = World()
        world.write(CASE, "said")

        assert world.settle().actions == ()


def test_no_text_is_kept_or_shown() -> None:
    world = linked(A, C)
    said = world.write(A, "a secret word")
    plans = [world.settle()]
    world.edit(A, said, "another secret word")
    plans.append(world.settle())

    assert [len(plan.actions) for plan in plans] == [2, 2]
    assert "secret" not in repr((plans, world.base))


def test_only_what_changed_is_to_be_stored() -> None:
    world = linked(A)
    before = world.base
    said = world.write(A, "said")
    world.settle()

    changed = world.base.since(before)

    assert changed.originals.keys() == {(A, said)}
    assert changed.copies.keys() == {marker_of(A, said, CASE)}
    assert changed.looks == {}
    assert world.base.since(world.base) == CommentBase()


def test_a_place_without_a_link_time_is_the_case() -> None:
    assert Place(CASE).is_case
    assert not linked(A).places[A].is_case
