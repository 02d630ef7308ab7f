"""Deleted comments, refused ones, and what is merely missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.comment_actions import (
    DeleteComment,
    EditComment,
    refused,
)
from bridge.domain.comment_places import Listing
from bridge.domain.comment_records import CopyStatus
from bridge.domain.comments import CommentPlan
from tests.builders import CASE
from tests.domain.comment_world import SETTLE, A, B, linked, targets


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
        assert copy.status is CopyStatus.WITHDRAWN


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
