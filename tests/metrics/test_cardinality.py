"""The number of series does not grow with the work, whatever ids turn up."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import ForbiddenError, UnknownTracker
from tests.metrics.conftest import Measured, read

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW
NAMES = st.text(min_size=1, max_size=30)


@settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(names=st.lists(NAMES, min_size=20, max_size=20, unique=True))
def test_ids_that_nobody_foresaw_make_no_new_series(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    async def scraped(count: int) -> tuple[set[str], bytes]:
        scene = Measured(tmp_path_factory.mktemp("fuzz") / "bridge.db")
        await scene.start()
        for n, name in enumerate(names[:count]):
            canary = f"canary-{n}-{name}"
            scene.cases.put(canary, OPEN)
            scene.errors.put(canary, FOR_REVIEW)
            await scene.hear("cases", case=canary, id=canary, kind=canary)
            await scene.hear("errors", issue=canary, id=canary)
            with pytest.raises(UnknownTracker):
                await scene.engine.intake.accept(canary, {canary: canary}, b"{}")
            scene.errors.fail("get_issue", ForbiddenError(f"errors: {canary}"))
            await scene.idle()
        text = await scene.text()
        series = {name for name in read(text.decode()) if name.startswith("bridge_")}
        await scene.stop()
        return series, text

    few, _ = asyncio.run(scraped(4))
    many, text = asyncio.run(scraped(len(names)))

    assert len(many - few) == 0
    assert b"canary" not in text
