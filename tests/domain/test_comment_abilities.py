"""Comments between trackers that cannot do everything."""

from dataclasses import replace

from tests.builders import CASE
from tests.domain.comment_world import A, World, linked, targets


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
