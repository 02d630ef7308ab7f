"""What every store tells: events, dead letters and how much waits."""

from dataclasses import replace

from bridge.ports.commits import Commit, Counts, Ending, WorkLater
from bridge.ports.records import Key, Outcome
from bridge.ports.store import Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    OTHER_ISSUE,
    action,
    case_record,
    dead_letter,
    delivery,
    ids,
    link,
    linked,
    pass_record,
)


class TestLists:
    async def test_events_are_listed_newest_first_and_page_by_page(
        self, store: Store
    ) -> None:
        for n in range(7):
            await store.accept(delivery(f"{n}", f"errors:{n % 2}"))

        first = await store.events(limit=3)
        second = await store.events(before=first[-1].id, limit=3)
        even = await store.events(key=Key("errors:0"), before="6")

        assert ids(first) == ["6", "5", "4"]
        assert ids(second) == ["3", "2", "1"]
        assert ids(even) == ["4", "2", "0"]

    async def test_each_event_has_the_actions_of_its_own_pass(
        self, store: Store
    ) -> None:
        for name in "abc":
            await store.accept(delivery(name, CASE))
            await store.commit(
                Commit(
                    passes=[pass_record(f"pass {name}")],
                    actions=[action(n, of=f"pass {name}") for n in range(3)],
                    endings=[
                        Ending(Outcome.APPLIED, "", NOON, f"pass {name}", (name,))
                    ],
                )
            )
        await store.accept(delivery("d", CASE))

        rows = await store.events()

        assert [row.record.id if row.record else None for row in rows] == [
            None,
            "pass c",
            "pass b",
            "pass a",
        ]
        assert [len(row.actions) for row in rows] == [0, 3, 3, 3]
        assert {one.pass_id for one in rows[1].actions} == {"pass c"}

    async def test_cases_that_are_paused_are_listed_with_the_reason(
        self, store: Store
    ) -> None:
        await link(store)
        await link(store, OTHER_ISSUE, OTHER_CASE)
        both = [replace(case_record(case), paused="no") for case in (CASE, OTHER_CASE)]

        assert await store.paused(9) == []
        await store.commit(Commit(cases=both))
        listed = await store.paused(9)

        assert [(case.id, case.paused) for case in listed] == sorted(
            [(CASE, "no"), (OTHER_CASE, "no")]
        )
        assert await store.paused(1) == listed[:1]

    async def test_dead_letters_are_kept_until_they_are_revived(
        self, store: Store
    ) -> None:
        letters = [dead_letter(f"{n}", at=minutes(n)) for n in range(4)]
        await store.commit(Commit(dead=letters))

        first = await store.dead(limit=2)
        await store.commit(Commit(revived=["1", "no such letter"]))

        assert first == letters[:2]
        assert await store.dead(after="0") == letters[2:]
        assert (await store.counts()).dead == 3

    async def test_a_dead_letter_written_again_is_kept_once(self, store: Store) -> None:
        await store.commit(Commit(dead=[dead_letter("1")]))
        worse = replace(dead_letter("1"), reason="still refused")

        await store.commit(Commit(dead=[worse]))

        assert await store.dead() == [worse]


class TestCounts:
    async def test_an_empty_store_counts_nothing(self, store: Store) -> None:
        assert await store.counts() == Counts()

    async def test_what_waits_is_counted(self, store: Store) -> None:
        await link(store, ISSUE, CASE)
        await link(store, OTHER_ISSUE, OTHER_CASE)
        await store.accept(delivery("1", "errors:x"))
        await store.accept(delivery("2", "errors:y"))
        await store.accept(delivery("3", "errors:y"))
        job = await store.load(Key("errors:x"))
        await store.commit(
            Commit(
                work=[WorkLater(job.key, job.version, minutes(1), attempts=1)],
                links=[replace(linked(), drift="refused")],
                cases=[
                    replace(case_record(), paused="flips", drift="refused"),
                    replace(case_record(OTHER_CASE), paused="by hand"),
                ],
                dead=[dead_letter("d")],
            )
        )

        assert await store.counts() == Counts(
            pending=3,
            waiting=2,
            retrying=1,
            oldest_due=NOON,
            dead=1,
            parked=0,
            paused=2,
            drifted=2,
            links=2,
            cases=2,
            outcomes={"applied": 2},
        )
