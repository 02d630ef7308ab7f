"""What every store does with a link that is replaced by another."""

import pytest

from bridge.domain.model import CaseId
from bridge.ports.records import LinkRow, Outcome
from bridge.ports.store import LinkExists, Store
from tests.store.records import (
    CASE,
    ISSUE,
    OTHER_CASE,
    case_record,
    due,
    event,
    link,
    linked,
    outcomes,
)


async def test_a_link_is_replaced_only_where_it_is_said_to_be(
    store: Store,
) -> None:
    await link(store, ISSUE, CASE)
    moved, record = linked(ISSUE, OTHER_CASE), case_record(OTHER_CASE)

    with pytest.raises(LinkExists):
        await store.link(moved, record, event("1", OTHER_CASE), CaseId("cases:9"))
    await store.link(moved, record, event("2", OTHER_CASE), CASE)

    assert await store.find_link(ISSUE) == LinkRow(moved, record)
    assert await store.find_case(CASE) is None
    assert set(await due(store)) == {OTHER_CASE}
    assert await store.set_aside_from(ISSUE) == {CASE}
    assert (await outcomes(store))["2"] is Outcome.APPLIED
