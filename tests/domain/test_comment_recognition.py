"""Which comment is whose: copies, people quoting copies, copies of earlier lives."""

from dataclasses import replace

from bridge.domain.comment_places import CommentPolicy, Listing
from bridge.domain.comment_records import CommentBase, Standing
from bridge.domain.comment_text import marker_of
from tests.builders import CASE, issue_id
from tests.domain.comment_world import SETTLE, A, B, linked, targets


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
