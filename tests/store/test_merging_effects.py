"""Merged commits leave in the tables what the same ones do one after the other."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from bridge.domain.model import CaseId
from bridge.ports.commits import Commit, Ending, Healed, WorkDone
from bridge.ports.records import Due, Key, Outcome
from bridge.store.merging import merged
from bridge.store.opening import open_store
from bridge.store.recording import record
from bridge.store.schema import metadata
from tests.builders import minutes
from tests.store.records import (
    action,
    case_record,
    dead_letter,
    delivery,
    event,
    linked,
    pass_record,
)

CASES = [f"cases:{n}" for n in range(3)]
Dump = dict[str, list[Any]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three cases, a waiting delivery and a dead letter for each."""
    path = tmp_path_factory.mktemp("merging") / "filled.db"

    async def fill() -> None:
        async with open_store(f"sqlite:///{path}") as store:
            for n, case in enumerate(CASES):
                issue = f"errors:{n}"
                linking = event(f"link{n}", case)
                await store.link(linked(issue, case), case_record(case), linking)
                await store.accept(delivery(f"d{n}", issue))
                letter = dead_letter(f"old{n}", case)
                await store.commit(Commit(dead=[letter]))

    asyncio.run(fill())
    return path


def kinds(case: str, n: int, outcome: Outcome) -> Sequence[Commit]:
    """What a pass over *case* may commit, the *n*-th time."""
    name, key, its = f"p{n}", Key(case), f"d{case[-1]}"
    told = event(f"e{n}", case)
    ending = Ending(outcome, f"why {n}", minutes(n), name, (its, f"e{n}"))
    return (
        Commit(events=[told], passes=[pass_record(name, case)], actions=[action(n)]),
        Commit(endings=[ending], work=[WorkDone(key, n % 3)]),
        Commit(endings=[Ending(outcome, "", minutes(n), None, (its,))]),
        Commit(dead=[dead_letter(f"l{n}", case)], due=[Due(key, minutes(n))]),
        Commit(healed=[Healed(key, frozenset())], marks={f"m{n % 2}": minutes(n)}),
        Commit(revived=[f"old{case[-1]}"], cases=[case_record(CaseId(case), f"N-{n}")]),
        Commit(look_at_all=True),
    )


picks = st.tuples(
    st.sampled_from(CASES), st.integers(0, 6), st.sampled_from(list(Outcome))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(picks, min_size=2, max_size=8))
def test_merged_or_one_by_one_the_tables_are_the_same(
    filled: Path, chosen: list[tuple[str, int, Outcome]]
) -> None:
    commits = [kinds(case, n, end)[kind] for n, (case, kind, end) in enumerate(chosen)]

    together = after(filled, "together", lambda: list(merged(commits)))
    alone = after(filled, "alone", lambda: commits)

    assert together == alone


def after(filled: Path, name: str, commits: Callable[[], Sequence[Commit]]) -> Dump:
    """All rows of a copy of the store once *commits* are recorded in it."""
    copy = filled.with_name(f"{name}.db")
    shutil.copy(filled, copy)
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as conn:
        for commit in commits():
            record(conn, commit, tick=100)
        rows = {
            table.name: sorted(map(repr, conn.execute(select(table))))
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return rows
