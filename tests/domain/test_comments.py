"""The comment rules, each in the words of the rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.comment_actions import (
    CreateComment,
    DeleteComment,
    EditComment,
    refused,
)
from bridge.domain.comment_places import CommentPolicy, Listing, Place
from bridge.domain.comment_records import CommentBase, CopyStatus, Standing
from bridge.domain.comment_text import Thing, marker_of
from bridge.domain.comments import CommentPlan
from bridge.domain.policy import Direction
from tests.builders import CASE, issue_id
from tests.domain.comment_world import SETTLE, A, B, World, linked

C = issue_id("c")


def targets(plan: CommentPlan) -> list[tuple[str, Thing]]:
    return [(type(action).__name__, action.target) for action in plan.actions]


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


class TestHistory:
    def test_comments_from_before_the_link_stay_where_they_are(self) -> None:
        world = World()
        world.write(A, "old")
        world.write(CASE, "old too")
        world.wait()
        world.link(A)

        plan = world.settle()

        assert plan.actions == ()
        assert {skip.reason for skip in plan.skipped} == {
            "it was written before the link, and comments.history is false"
        }
        assert world.settle().skipped == ()

    def test_with_history_they_are_copied(self) -> None:
        world = World()
        said = world.write(A, "old")
        world.wait()
        world.link(A)

        world.settle(CommentPolicy(history=True))

        assert world.copies_of(A, said).keys() == {CASE}

    def test_a_newcomer_hears_only_what_is_said_after_its_link(self) -> None:
        world = linked(A)
        early = world.write(CASE, "early")
        world.settle()
        world.wait()
        world.link(B)
        world.settle()
        world.wait()
        late = world.write(A, "late")

        world.settle()

        assert world.copies_of(CASE, early).keys() == {A}
        assert world.copies_of(A, late).keys() == {CASE, B}

    @pytest.mark.parametrize("is_dated", [True, False])
    def test_what_the_first_look_did_not_show_is_new_whatever_the_clocks_say(
        self, is_dated: bool
    ) -> None:
        world = World()
        old = world.write(A, "old")
        world.on(A)[old] = replace(world.on(A)[old], created_at=None)
        world.wait()
        world.link(A)
        assert world.settle().actions == ()
        new = world.write(A, "new")
        behind = world.now - 100 * SETTLE if is_dated else None
        world.on(A)[new] = replace(world.on(A)[new], created_at=behind)

        world.settle()

        assert world.copies_of(A, old) == {}
        assert world.copies_of(A, new).keys() == {CASE}

    def test_an_undated_comment_from_before_a_second_link_is_old_to_it(self) -> None:
        world = linked(A)
        said = world.write(CASE, "said")
        world.on(CASE)[said] = replace(world.on(CASE)[said], created_at=None)
        world.wait()
        world.link(B)

        world.settle()

        assert world.copies_of(CASE, said).keys() == {A}

    def test_an_undated_comment_is_new_to_the_second_link_once_it_was_looked_at(
        self,
    ) -> None:
        world = linked(A)
        world.link(B)
        world.settle()
        world.wait()
        said = world.write(CASE, "said")
        world.on(CASE)[said] = replace(world.on(CASE)[said], created_at=None)

        world.settle()

        assert world.copies_of(CASE, said).keys() == {A, B}

    def test_a_first_look_that_broke_off_proves_nothing(self) -> None:
        world = World()
        old = world.write(A, "old")
        world.on(A)[old] = replace(world.on(A)[old], created_at=None)
        world.wait()
        world.link(A)
        world.look(listings={CASE: Listing(), A: Listing((), is_complete=False)})
        world.wait()

        assert world.settle().actions == ()


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


class TestDeletions:
    def test_a_deleted_comment_takes_its_copies_with_it(self) -> None:
        world = linked(A, B)
        said = world.write(A, "said")
        world.settle()
        world.wait()
        world.delete(A, said)

        doubting = world.settle()
        assert (doubting.actions, doubting.look_again) == ((), world.now + SETTLE)
        world.wait(10)
        plan = world.settle()

        assert targets(plan) == [("DeleteComment", CASE), ("DeleteComment", B)]
        assert world.copies_of(A, said) == {}
        assert world.settle() == CommentPlan(world.base)

    def test_a_comment_marked_as_deleted_is_believed_at_once(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)

        assert targets(world.settle()) == [("DeleteComment", CASE)]

    def test_nothing_brings_a_deleted_comment_back(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        kept = world.on(A)[said]
        world.on(A)[said] = replace(kept, is_deleted=True)
        world.settle()
        world.on(A)[said] = replace(kept, text="edited late")

        assert world.settle().actions == ()

    def test_a_deleted_copy_that_is_still_shown_is_not_deleted_again(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        shown = world.listings()[CASE]
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)
        world.settle()

        plan = world.look(listings={**world.listings(), CASE: shown})

        assert plan.actions == ()

    def test_a_comment_met_as_deleted_is_not_copied(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)

        assert world.settle().actions == ()

    def test_a_new_copy_that_is_not_shown_yet_is_still_there(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        old_page = world.listings()[CASE]
        world.settle()
        world.edit(A, said, "edited")
        world.wait(2)

        plan = world.look(listings={**world.listings(), CASE: old_page})

        assert targets(plan) == [("EditComment", CASE)]
        assert plan.look_again == world.now + SETTLE - timedelta(seconds=2)

    def test_a_comment_missed_once_is_not_deleted(self) -> None:
        world = linked(A)
        world.write(A, "said")
        world.settle()
        world.wait()
        whole = world.listings()
        world.look(listings={**whole, A: Listing()})
        world.wait(5)
        world.settle()
        world.wait(60)

        plan = world.look(listings={**whole, A: Listing()})

        assert plan.actions == ()
        assert plan.look_again == world.now + SETTLE

    @pytest.mark.parametrize("listing", [None, Listing((), is_complete=False)])
    def test_what_was_not_read_whole_is_not_missed(
        self, listing: Listing | None
    ) -> None:
        world = linked(A)
        world.write(A, "said")
        world.settle()
        listings = world.listings()
        del listings[A]
        if listing:
            listings[A] = listing

        for _ in range(3):
            world.wait()
            assert world.look(listings=listings).actions == ()
        assert world.settle().actions == ()

    def test_a_copy_somebody_deleted_is_not_made_again(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        world.wait()
        world.delete(CASE, world.copy_id(CASE))

        assert world.settle().actions == ()
        world.edit(A, said, "edited")
        assert world.settle().actions == ()
        world.delete(A, said)
        world.settle()
        world.wait()
        assert world.settle().actions == ()

    def test_a_copy_that_is_found_again_follows_its_original_again(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        world.wait()
        world.look(listings={**world.listings(), CASE: Listing()})
        world.edit(A, said, "edited")

        assert targets(world.settle()) == [("EditComment", CASE)]

    def test_a_comment_deleted_before_it_was_copied_is_never_copied(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.look()
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)

        assert world.settle().actions == ()
        (copy,) = world.base.copies.values()
        assert copy.status is CopyStatus.GONE


class TestRecognition:
    def test_people_may_write_the_very_text_of_a_copy(self) -> None:
        world = linked(A)
        world.write(A, "ok, fixed on Linear, [Case] Ann:")
        world.settle()
        copy = world.on(CASE)[world.copy_id(CASE)]
        world.wait(3)
        short, pasted = world.write(CASE, "ok"), world.write(CASE, copy.text)

        world.settle()

        for said in (short, pasted):
            assert len(world.copies_of(CASE, said)[A]) == 1
        world.wait(1_200)
        assert world.settle().actions == ()

    def test_the_text_of_a_deleted_copy_is_a_persons_own_when_pasted(self) -> None:
        world = linked(A)
        world.write(A, "said")
        world.settle()
        copy = world.copy_id(CASE)
        text = world.on(CASE)[copy].text
        world.delete(CASE, copy)
        world.wait()
        pasted = world.write(CASE, text)

        world.settle()

        assert world.copies_of(CASE, pasted).keys() == {A}

    def test_a_copy_is_found_only_where_it_was_to_be_made(self) -> None:
        world = linked(A, B)
        world.write(A, "said")
        action = world.look().actions[0]
        world.begin(action)
        made = world.arrive(action)
        pasted = world.write(B, world.on(CASE)[made].text)
        listings = world.listings()
        del listings[CASE]

        world.look(listings=listings)
        world.settle()

        assert world.base.copies[action.marker].id == made
        assert world.copies_of(B, pasted).keys() == {CASE, A}

    def test_an_older_copy_is_taken_over_only_where_it_belongs(self) -> None:
        world = linked(A, B)
        world.write(A, "said")
        world.settle()
        text = next(iter(world.on(CASE).values())).text
        world.on(CASE).clear()
        pasted = world.write(B, text)
        world.base = CommentBase()

        world.settle()

        assert world.base.originals[B, pasted].standing is Standing.FOREIGN

    def test_a_copy_whose_answer_was_lost_is_found_by_its_marker(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        (action,) = world.look().actions
        world.begin(action)
        world.arrive(action)
        world.wait(1)
        pasted = world.write(CASE, world.on(CASE)["2"].text)
        world.edit(A, said, "edited meanwhile")

        plan = world.settle()

        assert targets(plan) == [("EditComment", CASE), ("CreateComment", A)]
        assert world.base.copies[action.marker].id == "2"
        assert world.copies_of(CASE, pasted).keys() == {A}

    def test_what_may_be_there_is_made_again_only_after_a_whole_late_look(
        self,
    ) -> None:
        world = linked(A)
        world.write(A, "said")
        (action,) = world.look().actions
        world.begin(action)
        due = world.now + SETTLE

        world.wait(9)
        assert (world.look().actions, world.look().look_again) == ((), due)
        world.wait(1)
        unread = world.listings()
        del unread[CASE]
        assert world.look(listings=unread).actions == ()
        part = {**unread, CASE: Listing((), is_complete=False)}
        assert world.look(listings=part).actions == ()
        assert world.look().actions == (action,)

    def test_what_surely_was_not_made_is_made_at_once(self) -> None:
        world = linked(A)
        world.write(A, "said")
        (action,) = world.look().actions
        world.begin(action)
        failed = world.base.copies[action.marker].not_made()
        world.base = world.base.taking(copies=[failed])

        assert world.look().actions == (action,)

    def test_a_late_copy_of_a_comment_deleted_meanwhile_is_deleted_too(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        (action,) = world.look().actions
        world.begin(action)
        world.wait()
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)
        world.look()
        world.arrive(action)

        assert targets(world.settle()) == [("DeleteComment", CASE)]
        assert world.on(CASE) == {}

    def test_a_copy_from_an_earlier_life_is_taken_over(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        pasted = world.write(CASE, world.on(CASE)["2"].text)
        world.wait()
        world.base = CommentBase()
        world.link(A)

        plan = world.settle(CommentPolicy(history=True))

        assert targets(plan) == [("CreateComment", A)]
        assert world.copies_of(CASE, pasted).keys() == {A}
        world.edit(A, said, "edited")
        assert targets(world.settle()) == [("EditComment", CASE)]

    def test_the_copy_of_a_bridge_unknown_is_not_copied_but_its_quotation_is(
        self,
    ) -> None:
        world = linked(A)
        marker = marker_of(issue_id("elsewhere"), "9", CASE)
        strange = world.write(CASE, f"From Eve:\n\nhello\n\n[bridge:{marker}]")
        world.settle()
        world.wait()
        pasted = world.write(CASE, world.on(CASE)[strange].text)
        quoting = world.write(CASE, f"> [bridge:{marker}]\n\nwho is Eve?")

        world.settle()

        assert world.base.originals[CASE, strange].standing is Standing.FOREIGN
        assert world.copies_of(CASE, strange) == {}
        assert world.copies_of(CASE, pasted).keys() == {A}
        assert world.copies_of(CASE, quoting).keys() == {A}


class TestAbilities:
    def test_a_tracker_that_cannot_create_is_passed_over_and_says_so_once(
        self,
    ) -> None:
        world = World()
        world.link(A, can_create=False)
        world.settle()
        world.wait()
        said = world.write(CASE, "said")

        plan = world.settle()

        assert plan.actions == ()
        (skip,) = plan.skipped
        assert (skip.origin, skip.comment, skip.target) == (CASE, said, A)
        assert skip.reason == "errors cannot create comments"
        assert world.settle().skipped == ()

    def test_what_was_passed_over_is_written_once_the_tracker_can(self) -> None:
        world = World()
        world.link(A, can_create=False)
        world.settle()
        world.wait()
        said = world.write(CASE, "said")
        world.settle()
        world.places[A] = replace(world.places[A], can_create=True)

        world.settle()

        assert world.copies_of(CASE, said).keys() == {A}

    def test_a_tracker_that_cannot_edit_or_delete_keeps_its_copy(self) -> None:
        world = World()
        world.link(A, can_edit=False, can_delete=False)
        world.settle()
        world.wait()
        said = world.write(CASE, "said")
        world.settle()
        world.edit(CASE, said, "edited")
        edited = world.settle()
        world.on(CASE)[said] = replace(world.on(CASE)[said], is_deleted=True)
        deleted = world.settle()

        assert edited.actions == deleted.actions == ()
        assert [skip.reason for skip in edited.skipped + deleted.skipped] == [
            "errors cannot edit comments",
            "errors cannot delete comments",
        ]
        assert "said" in world.copies_of(CASE, said)[A][0]

    def test_a_tracker_that_cannot_list_still_gets_its_copies(self) -> None:
        world = linked(A)
        world.write(CASE, "said")

        plan = world.look(listings={CASE: world.listings()[CASE]})

        assert targets(plan) == [("CreateComment", A)]


class TestRefusals:
    def test_a_refused_copy_is_tried_again_at_the_next_edit_only(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        (action,) = world.look().actions
        world.begin(action)
        copy = refused(world.base.copies[action.marker], action)
        world.base = world.base.taking(copies=[copy])

        assert copy.status is CopyStatus.REFUSED
        assert world.settle().actions == ()
        world.edit(A, said, "said otherwise")
        assert targets(world.settle()) == [("CreateComment", CASE)]

    def test_a_refused_edit_waits_for_the_next_one(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        world.edit(A, said, "edited")
        (action,) = world.look().actions
        assert isinstance(action, EditComment)
        copy = refused(world.base.copies[action.marker], action)
        world.base = world.base.taking(copies=[copy])

        assert world.settle().actions == ()
        world.edit(A, said, "edited again")
        assert targets(world.settle()) == [("EditComment", CASE)]

    def test_a_refused_deletion_is_not_repeated(self) -> None:
        world = linked(A)
        said = world.write(A, "said")
        world.settle()
        world.on(A)[said] = replace(world.on(A)[said], is_deleted=True)
        (action,) = world.look().actions
        assert isinstance(action, DeleteComment)
        copy = refused(world.base.copies[action.marker], action)
        world.base = world.base.taking(copies=[copy])

        assert world.settle().actions == ()


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
