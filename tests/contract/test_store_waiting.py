"""What every store tells of work that waits, and why."""

import pytest

from bridge.ports.commits import Commit, WorkLater
from bridge.ports.creations import HELD_BACK
from bridge.ports.records import Key
from bridge.ports.store import Store
from tests.builders import minutes
from tests.store.records import ISSUE, delivery


@pytest.mark.parametrize(
    ("why", "held_back"), [("the tracker was busy", 0), (f"{HELD_BACK}rule 'x'", 1)]
)
async def test_an_event_without_outcome_tells_what_its_key_waits_for(
    store: Store, why: str, held_back: int
) -> None:
    await store.accept(delivery("1"))
    job = await store.load(Key(ISSUE))

    later = WorkLater(Key(ISSUE), job.version, minutes(10), reason=why, holds=True)
    await store.commit(Commit(work=[later]))

    (event,) = await store.events()
    assert (event.outcome, event.reason) == (None, why)
    assert (await store.counts()).held_back == held_back
