"""An engine that is measured, and what a scrape of it says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.domain.model import TrackerName
from bridge.metrics import Metrics, Scrape
from bridge.ports.measuring import Step, StepKind
from bridge.ports.records import Arrival, Cause, Outcome
from bridge.ports.trackers import RateBudget
from tests.builders import NOON
from tests.engine.conftest import Scene
from tests.engine.telling import MemoryReceiver

Series = dict[str, float]
"""Values by name and labels, such as ``bridge_alert{cause=dead-letters,tracker=}``."""


def read(text: str) -> Series:
    """What *text* says, read by Prometheus's own parser; no series is told twice."""
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    told = {}
    for one in samples:
        labels = ",".join(f"{name}={one.labels[name]}" for name in sorted(one.labels))
        told[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    assert len(told) == len(samples)
    return told


class Measured(Scene):
    """A scene whose engine tells metrics of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        names = [TrackerName("errors"), TrackerName("cases")]
        self.metrics = Metrics(names, "1.2.3", self.clock.now)
        self.measures = self.metrics.measures
        self.receivers = (MemoryReceiver("pager"),)

    async def scrape(self) -> Series:
        """Every series, as Prometheus would store it."""
        return read((await self.text()).decode())

    async def text(self) -> bytes:
        return await Scrape(self.metrics, self.engine.desk)()

    async def everything(self) -> str:
        """A scrape with a sample of every metric there is."""
        self.engine.refuse_reload("no good")
        tracker = self.errors.name
        for kind in StepKind:
            with self.measures.step(Step(kind, tracker)):
                pass
        event = Arrival("event", tracker, Cause.DELIVERY, NOON)
        self.measures.ended(event, Outcome.APPLIED, NOON)
        self.measures.given_up(tracker, "look")
        health = self.engine.means.gate.health(tracker)
        health.last_answer = health.last_delivery = NOON
        self.engine.means.receivers[0].took(NOON)
        self.errors.budget = RateBudget(100, 50, NOON)
        return (await self.text()).decode()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Measured]:
    made = Measured(tmp_path / "bridge.db")
    yield made
    await made.stop()
