"""Commits that share nothing are written as one, all others in their order."""

import asyncio
from dataclasses import fields
from pathlib import Path
from typing import cast

from bridge.domain.model import CaseId, IssueId
from bridge.ports.commits import Commit, WorkDone
from bridge.ports.records import Due, Key, Outcome
from bridge.store.merging import _touched, merged
from bridge.store.opening import open_store
from tests.builders import NOON, minutes
from tests.store.records import (
    case_record,
    delivery,
    event,
    linked,
    pass_record,
    work_off,
)


def due(*keys: str) -> Commit:
    return Commit(due=[Due(Key(key), NOON) for key in keys])


class Looked:
    """Stands for a commit, and knows what of it was looked at."""

    def __init__(self) -> None:
        self.at = {"look_at_all"}

    def __getattr__(self, name: str) -> tuple[()]:
        self.at.add(name)
        return ()


def test_every_part_of_a_commit_says_what_it_touches() -> None:
    commit = Looked()

    assert list(_touched(cast(Commit, commit))) == []
    assert commit.at == {field.name for field in fields(Commit)}


def test_commits_of_different_keys_become_one() -> None:
    one, other = due("cases:1"), due("cases:2", "cases:3")

    (whole,) = merged([one, other])

    assert list(whole.due) == [*one.due, *other.due]


def test_commits_that_share_a_key_keep_their_order() -> None:
    done = Commit(work=[WorkDone(Key("cases:1"), 3)])

    commits = list(merged([due("cases:1"), due("cases:2"), done, due("cases:3")]))

    assert [len(one.due) for one in commits] == [2, 1]
    assert [len(one.work) for one in commits] == [0, 1]


def test_a_pass_and_what_ends_it_are_not_one() -> None:
    begun = Commit(passes=[pass_record("p", "cases:1")])
    again = Commit(passes=[pass_record("p", "cases:1")])

    assert list(merged([begun, again])) == [begun, again]


def test_what_touches_every_case_stands_alone() -> None:
    everything = Commit(look_at_all=True)
    commits = [due("cases:1"), everything, due("cases:2")]

    assert list(merged(commits)) == commits


async def test_many_commits_at_once_leave_what_one_after_the_other_does(
    tmp_path: Path,
) -> None:
    async with open_store(f"sqlite:///{tmp_path}/bridge.db") as store:
        for n in range(8):
            case, issue = f"cases:{n}", f"errors:{n}"
            linking = event(f"{n}", case)
            await store.link(linked(issue, case), case_record(case, f"S-{n}"), linking)
            await store.accept(delivery(f"d{n}", issue, at=minutes(n)))

        await asyncio.gather(
            *(
                work_off(store, CaseId(f"cases:{n}"), Outcome.APPLIED)
                for n in range(0, 8, 2)
            ),
            *(store.unlink(IssueId(f"errors:{n}"), event(f"u{n}")) for n in (1, 3)),
        )

        ends = {row.id: row.outcome for row in await store.events(limit=100)}
        assert all(ends[f"d{n}"] is Outcome.APPLIED for n in range(0, 8, 2))
        assert ends["d5"] is None
        assert (await store.counts()).outcomes[Outcome.APPLIED] >= 8
        waiting = {one.key for one in await store.due()}
        assert waiting.isdisjoint(f"cases:{n}" for n in range(0, 8, 2))
        assert {"cases:5", "cases:7"} <= waiting
