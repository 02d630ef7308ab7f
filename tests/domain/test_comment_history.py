"""Comments from before the link."""

from dataclasses import replace

import pytest

from bridge.domain.comment_places import CommentPolicy, Listing
from tests.builders import CASE
from tests.domain.comment_world import SETTLE, A, B, World, linked


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
