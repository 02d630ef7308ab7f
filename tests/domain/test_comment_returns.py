"""Comments that seemed to be deleted and are shown again."""

from dataclasses import replace

import pytest

from bridge.domain.comment_places import Listing
from tests.builders import CASE
from tests.domain.comment_world import A, B, linked, targets


def test_an_old_list_brings_no_deleted_comment_back() -> None:
    world = linked(A)
    said = world.write(A, "said")
    world.settle()
    kept = world.on(A)[said]
    world.on(A)[said] = replace(kept, is_deleted=True)
    world.settle()
    world.wait(1)

    plan = world.look(listings={**world.listings(), A: Listing((kept,))})

    assert plan.actions == ()
    world.wait(60)
    assert world.settle().actions == ()


def test_a_comment_whose_deletion_was_undone_is_copied_again() -> None:
    world = linked(A, B)
    said = world.write(A, "said")
    world.settle()
    kept = world.on(A)[said]
    world.on(A)[said] = replace(kept, is_deleted=True)
    world.settle()
    world.wait()
    world.on(A)[said] = replace(kept, text="said anew")

    assert targets(world.settle()) == [
        ("CreateComment", CASE),
        ("CreateComment", B),
    ]
    copies = world.copies_of(A, said)
    assert {len(texts) for texts in copies.values()} == {1}
    assert "said anew" in copies[CASE][0]
    world.wait()
    assert world.settle().actions == ()


@pytest.mark.parametrize("is_marked", [False, True], ids=["removed", "marked"])
def test_a_list_that_was_wrong_for_long_takes_no_copy_for_good(is_marked: bool) -> None:
    world = linked(A)
    world.write(A, "said")
    world.settle()
    world.wait()
    for _ in range(3):
        listings = {**world.listings(), A: Listing()}
        plan = world.look(listings=listings)
        if is_marked and plan.actions:
            own_id = world.copy_id(CASE)
            deleted = replace(world.on(CASE)[own_id], is_deleted=True)
            world.carry_out(plan)
            world.on(CASE)[own_id] = deleted
        else:
            world.carry_out(plan)
        world.wait()

    assert targets(world.settle()) == [("CreateComment", CASE)]
    world.wait()
    assert world.settle().actions == ()
    shown = [one for one in world.on(CASE).values() if not one.is_deleted]
    assert len(shown) == 1


def test_a_copy_that_people_deleted_stays_away_when_its_original_returns() -> None:
    world = linked(A)
    world.write(A, "said")
    world.settle()
    world.wait()
    world.delete(CASE, world.copy_id(CASE))
    world.settle()
    for _ in range(3):
        world.carry_out(world.look(listings={**world.listings(), A: Listing()}))
        world.wait()

    assert world.settle().actions == ()
