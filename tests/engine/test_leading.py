"""What is done once for all engines over one database is done by the one that leads."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.model import State
from bridge.ports.commits import Commit
from bridge.ports.records import Key
from tests.engine.creating import AUTO
from tests.engine.crew import Crew, crew_over, hear, linked, until
from tests.postgres import Postgres

KEY = Key("cases:1")


@pytest.fixture
async def crew(postgres: Postgres) -> AsyncIterator[Crew]:
    async with crew_over(postgres.empty_store()) as made:
        yield made


async def test_the_lead_goes_over_when_who_has_it_leaves(crew: Crew) -> None:
    one, other = await crew.join(takeover=1), await crew.join(takeover=1)
    assert (one.means.rights.leads, other.means.rights.leads) == (True, False)

    await crew.leave(one)

    await until(lambda: other.means.rights.leads)


async def test_only_who_leads_asks_for_timed_looks(crew: Crew) -> None:
    one, other = await crew.join(), await crew.join()
    await linked(crew, "a")
    one.resync.close()
    other.resync.close()
    job = await one.means.store.load(KEY)
    assert job.case
    due = replace(job.case, next_look=crew.clock.now())
    await one.means.store.commit(Commit(cases=[due]))
    crew.cases.calls.clear()

    await other.resync.ask()
    assert other.schedule.looks == 0
    await one.resync.ask()
    await until(lambda: bool(crew.cases.calls["get_case"]))


async def test_only_who_leads_searches_for_new_issues(crew: Crew) -> None:
    crew.rules = AUTO
    crew.options = replace(crew.options, poll_interval=timedelta(milliseconds=20))
    one, other = await crew.join(), await crew.join()
    await until(lambda: crew.errors.calls["find_issues"] > 1)
    one.new_issues.close()
    crew.errors.put("a", State.FOR_REVIEW)
    crew.errors.tell("a", service="web-store")
    searched = crew.errors.calls["find_issues"]

    await hear(other, "cases", case="1")
    await crew.quiet()

    assert crew.errors.calls["find_issues"] <= searched + 1


async def test_a_backfill_that_another_began_is_carried_out_by_who_leads(
    crew: Crew,
) -> None:
    crew.rules = AUTO
    crew.errors.put("a", State.FOR_REVIEW)
    crew.errors.tell("a", service="web-store")
    crew.errors.issues["a"] = replace(
        crew.errors.issues["a"], first_seen=crew.clock.now() - timedelta(days=2)
    )
    one, other = await crew.join(), await crew.join()

    await other.desk.backfill(crew.clock.now() - timedelta(days=3))
    await until(lambda: bool(crew.cases.cases))
    await crew.quiet()

    assert one.backfill.counts["found"] == 1
    assert other.backfill.counts["found"] == 0
    assert len(crew.cases.cases) == 1
