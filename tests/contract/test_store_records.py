"""What every store does with passes, their endings and dead letters."""

import asyncio
from dataclasses import replace

import pytest

from bridge.ports.commits import ActionStatus, Commit, Ending, PassRecord, WorkDone
from bridge.ports.errors import CommitRefused
from bridge.ports.records import Cause, Due, Key, Outcome
from bridge.ports.store import Store
from tests.builders import NOON, minutes
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    action,
    case_record,
    dead_letter,
    delivery,
    due,
    event,
    link,
    linked,
    outcomes,
    pass_record,
    work_off,
)


class TestCommit:
    async def test_a_pass_is_shown_with_the_event_that_it_answered(
        self, store: Store
    ) -> None:
        await store.accept(delivery("1", CASE))
        await store.commit(Commit(passes=[pass_record()], actions=[action(0)]))
        done = replace(
            action(0), status=ActionStatus.DONE, receipt="200", at=minutes(1)
        )
        how = Ending(Outcome.APPLIED, "one write", minutes(1), "pass", ("1",))

        await store.commit(Commit(actions=[action(1), done], endings=[how]))

        (row,) = await store.events()
        assert (row.outcome, row.reason) == (Outcome.APPLIED, "one write")
        assert row.record == pass_record()
        assert row.actions == (done, action(1))

    async def test_a_commit_with_one_bad_part_writes_nothing(
        self, store: Store
    ) -> None:
        await link(store)
        await store.accept(delivery("1"))
        job = await store.load(Key(CASE))
        before = await _everything(store)

        with pytest.raises(CommitRefused):
            await store.commit(
                Commit(
                    passes=[replace(pass_record("new"), events=("1",))],
                    actions=[action(0, of="new"), action(0, of="no such pass")],
                    links=[replace(linked(), state="RESOLVED")],
                    cases=[replace(case_record(), title="seen")],
                    events=[event("2")],
                    endings=[Ending(Outcome.APPLIED, "", NOON, "new", ("1",))],
                    dead=[dead_letter("d")],
                    work=[WorkDone(job.key, job.version)],
                    due=[Due(Key(OTHER_CASE), NOON)],
                )
            )

        assert await _everything(store) == before

    async def test_a_bad_commit_does_not_fail_those_beside_it(
        self, store: Store
    ) -> None:
        orphan = Commit(actions=[action(0, of="no such pass")])

        answers = await asyncio.gather(
            *(store.accept(delivery(f"{n}")) for n in range(20)),
            store.commit(orphan),
            *(store.commit(ended_at_once(f"e{n}")) for n in range(20)),
            return_exceptions=True,
        )

        refused = [one for one in answers if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [CommitRefused]
        assert len(await store.events(limit=1000)) == 40

    @pytest.mark.parametrize(
        "bad",
        [
            replace(pass_record(), seen=object()),
            replace(pass_record(), seen="half a surrogate pair: \ud83d"),
            replace(pass_record(), key=Key("\ud83d")),
            replace(pass_record(), started_at=NOON.replace(tzinfo=None)),
        ],
        ids=["no JSON", "no Unicode inside", "no Unicode", "no time zone"],
    )
    async def test_what_cannot_be_written_at_all_is_refused(
        self, store: Store, bad: PassRecord
    ) -> None:
        with pytest.raises(CommitRefused):
            await store.commit(Commit(passes=[bad]))

        assert await outcomes(store) == {}

    async def test_an_empty_commit_changes_nothing(self, store: Store) -> None:
        await store.accept(delivery("1"))
        before = await _everything(store)

        await store.commit(Commit())

        assert await _everything(store) == before


def ended_at_once(name: str) -> Commit:
    """An event of ours with its end."""
    ending = Ending(Outcome.NO_OP, "", NOON, None, (name,))
    return Commit(events=[event(name)], endings=[ending])


async def _everything(store: Store) -> tuple[object, ...]:
    return (
        await store.events(limit=1000),
        await store.links(limit=1000),
        await store.dead(limit=1000),
        await store.due(),
        await store.counts(),
        await store.load(Key(CASE)),
    )


class TestEndings:
    @pytest.mark.parametrize(
        "first", [o for o in Outcome if o is not Outcome.PARKED], ids=str
    )
    async def test_an_event_ends_once(self, store: Store, first: Outcome) -> None:
        await store.accept(delivery("1"))
        await work_off(store, ISSUE, first)

        late = Ending(Outcome.DEAD, "late", NOON, None, ("1",))
        await store.commit(Commit(endings=[late]))

        assert await outcomes(store) == {"1": first}
        assert (await store.counts()).outcomes == {first.value: 1}

    async def test_a_parked_event_waits_for_its_end(self, store: Store) -> None:
        await store.accept(delivery("1"))
        await work_off(store, ISSUE, Outcome.PARKED)
        await store.accept(delivery("2", at=minutes(1)))

        assert (await store.load(Key(ISSUE))).events == ("1", "2")
        parked = await store.counts()
        assert (parked.pending, parked.parked) == (1, 1)
        assert parked.outcomes == {"parked": 1}

        await work_off(store, ISSUE, Outcome.APPLIED)

        ended = await store.counts()
        assert (ended.pending, ended.parked) == (0, 0)
        assert ended.outcomes == {"applied": 2}
        assert set((await outcomes(store)).values()) == {Outcome.APPLIED}

    async def test_an_event_of_ours_begins_and_ends_in_one_commit(
        self, store: Store
    ) -> None:
        await store.commit(
            Commit(
                events=[event("1", cause=Cause.POLL)],
                passes=[pass_record()],
                endings=[Ending(Outcome.NO_OP, "settled", NOON, "pass", ("1",))],
            )
        )

        (row,) = await store.events()
        assert (row.cause, row.outcome) == (Cause.POLL, Outcome.NO_OP)
        assert await due(store) == {}

    async def test_a_pass_may_end_without_events(self, store: Store) -> None:
        await store.commit(Commit(passes=[pass_record()]))

        await store.commit(
            Commit(endings=[Ending(Outcome.NO_OP, "nothing", NOON, "pass")])
        )

        assert (await store.counts()).outcomes == {}
