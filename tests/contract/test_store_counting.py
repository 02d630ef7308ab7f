"""Writes to one value, counted in every store over all processes that have it."""

import asyncio

from bridge.store.sql import SqlStore
from tests.builders import minutes
from tests.store.records import ISSUE, OTHER_ISSUE


async def test_writes_are_counted_within_the_window_and_by_value(
    opened: SqlStore,
) -> None:
    async def note(at: int, kind: str = "set", target: str = ISSUE) -> int:
        since = minutes(at - 10)
        return await opened.sharing.note_write(kind, target, minutes(at), since)

    assert [await note(at) for at in (0, 1, 9)] == [1, 2, 3]
    assert await note(9, kind="other") == 1
    assert await note(9, target=OTHER_ISSUE) == 1
    assert await note(11) == 2

    await opened.sharing.forget_writes([ISSUE])
    assert await note(12) == 1
    assert await note(12, target=OTHER_ISSUE) == 2


async def test_writes_counted_at_once_count_each_other(opened: SqlStore) -> None:
    since = minutes(-10)

    async def note(at: int, target: str) -> int:
        return await opened.sharing.note_write("set", target, minutes(at), since)

    await note(0, ISSUE)
    counted = await asyncio.gather(
        *(note(at, ISSUE) for at in (1, 2)), note(2, OTHER_ISSUE), note(3, ISSUE)
    )

    assert counted == [2, 3, 1, 4]
    assert await note(4, ISSUE) == 5
