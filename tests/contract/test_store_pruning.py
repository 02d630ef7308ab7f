"""What every store lets go of in time, and what it keeps."""

from dataclasses import replace

from bridge.ports.commits import Commit, Ending, WorkDone
from bridge.ports.records import Due, Key, Outcome
from bridge.ports.store import Store
from tests.builders import minutes
from tests.store.records import (
    CASE,
    OTHER_CASE,
    action,
    dead_letter,
    delivery,
    due,
    ids,
    link,
    outcomes,
    pass_record,
)

OLD = minutes(10)


async def finished(
    store: Store, name: str, at: float, *, record: str | None = None
) -> None:
    """A delivery that ended *at* minutes, by a pass of its own if *record* is given."""
    await store.accept(delivery(name, CASE))
    if record:
        begun = replace(pass_record(record), started_at=minutes(at), events=(name,))
        await store.commit(Commit(passes=[begun], actions=[action(0, of=record)]))
    how = Ending(Outcome.APPLIED, "", minutes(at), record, (name,))
    await store.commit(Commit(endings=[how]))


async def prune_all(store: Store, limit: int = 100) -> int:
    """Prunes until nothing is left to go; how many rows went."""
    total = 0
    while gone := await store.prune(OLD, limit):
        total += gone
    return total


async def test_what_ended_long_ago_goes_with_its_pass(store: Store) -> None:
    await finished(store, "1", 9, record="a")
    await finished(store, "2", 11, record="b")
    counted = await store.counts()

    assert await prune_all(store) == 2

    (row,) = await store.events()
    assert (row.id, [one.id for one in row.records]) == ("2", ["b"])
    assert row.actions == (action(0, of="b"),)
    assert await store.counts() == counted


async def test_a_pass_that_went_is_not_there_any_more(store: Store) -> None:
    await finished(store, "1", 9, record="a")
    await store.commit(Commit(actions=[action(1, of="a")]))

    await prune_all(store)

    await finished(store, "2", 9, record="a")
    (row,) = await store.events()
    assert (row.id, row.actions) == ("2", (action(0, of="a"),))


async def test_rows_go_oldest_first_and_a_few_at_a_time(store: Store) -> None:
    for n in range(7):
        await finished(store, f"{n}", 7 - n)

    assert await store.prune(OLD, 3) == 3
    assert ids(await store.events()) == ["3", "2", "1", "0"]
    assert await store.prune(OLD, 3) == 3
    assert await store.prune(OLD, 3) == 1
    assert await store.prune(OLD, 3) == 0


async def test_what_waits_stays_however_old(store: Store) -> None:
    await store.accept(delivery("waits", CASE))
    await store.accept(delivery("parked", CASE))
    begun = replace(pass_record("a"), events=("waits", "parked"))
    parked = Ending(Outcome.PARKED, "paused", minutes(1), None, ("parked",))
    await store.commit(
        Commit(passes=[begun], actions=[action(of="a")], endings=[parked])
    )

    assert await prune_all(store) == 0

    assert await outcomes(store) == {"waits": None, "parked": Outcome.PARKED}
    assert all(row.actions == (action(of="a"),) for row in await store.events())


async def test_a_pass_stays_while_a_younger_event_tells_of_it(store: Store) -> None:
    await store.accept(delivery("1", CASE))
    await store.accept(delivery("2", CASE))
    begun = replace(pass_record("a"), events=("1", "2"))
    await store.commit(Commit(passes=[begun], actions=[action(of="a")]))
    await store.commit(
        Commit(
            endings=[
                Ending(Outcome.IGNORED, "", minutes(1), None, ("1",)),
                Ending(Outcome.APPLIED, "", minutes(20), "a", ("2",)),
            ]
        )
    )

    assert await prune_all(store) == 1

    (row,) = await store.events()
    assert (row.id, row.actions) == ("2", (action(of="a"),))


async def test_what_led_to_a_dead_letter_stays_as_long_as_that(store: Store) -> None:
    await finished(store, "1", 1, record="pass")
    await store.commit(Commit(dead=[dead_letter("letter")]))

    assert await prune_all(store) == 0
    assert ids(await store.dead()) == ["letter"]
    assert (await store.events())[0].record is not None

    await store.commit(Commit(revived=["letter"]))
    assert await prune_all(store) == 2
    assert await store.events() == []


async def test_a_pass_without_an_event_goes_unless_its_key_is_due(store: Store) -> None:
    passes = [pass_record("a", CASE), pass_record("b", OTHER_CASE)]
    await store.commit(Commit(passes=passes, due=[Due(Key(OTHER_CASE), minutes(99))]))

    assert await prune_all(store) == 1

    job = await store.load(Key(OTHER_CASE))
    await store.commit(Commit(work=[WorkDone(job.key, job.version)]))
    assert await prune_all(store) == 1


async def test_links_and_what_is_due_are_left_alone(store: Store) -> None:
    await link(store)
    await store.commit(Commit(due=[Due(Key(CASE), minutes(1))]))
    before = (await store.load(Key(CASE)), await due(store))

    assert await prune_all(store) == 1

    assert (await store.load(Key(CASE)), await due(store)) == before


async def test_a_repetition_is_known_until_its_event_goes(store: Store) -> None:
    await finished(store, "1", 9)
    assert not (await store.accept(delivery("2", identity="identity of 1"))).is_new

    await prune_all(store)

    assert (await store.accept(delivery("3", identity="identity of 1"))).is_new


async def test_bodies_go_earlier_than_their_events(store: Store) -> None:
    await finished(store, "1", 9)
    await finished(store, "2", 12)
    await finished(store, "3", 20)
    await store.accept(delivery("4"))

    gone = [await store.prune(minutes(0), 1, bodies_before=minutes(15)) for _ in "123"]

    assert gone == [1, 1, 0]
    assert ids(await store.events()) == ["4", "3", "2", "1"]
    assert not (await store.accept(delivery("5", identity="identity of 1"))).is_new
