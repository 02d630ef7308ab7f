"""Receivers in memory, and a notifier that tells them."""

from collections import deque
from dataclasses import replace

from bridge.engine.alerts import Cause
from bridge.engine.notifier import TICK, Notifier
from bridge.engine.receiving import Receiving
from bridge.engine.rights import SoleProcess
from bridge.ports.notifying import NotDelivered, Notice
from tests.engine.conftest import Scene

BEGUN = ("reload-refused", "", False)
OVER = ("reload-refused", "", True)


class MemoryReceiver:
    """Keeps what it was told, unless it is to fail."""

    kind = "memory"

    def __init__(self, name: str, *causes: Cause) -> None:
        self.name = name
        self.causes = frozenset(causes)
        self.took: list[Notice] = []
        self.failures: deque[str] = deque()
        self.tries = 0

    async def tell(self, notice: Notice) -> None:
        self.tries += 1
        if self.failures:
            raise NotDelivered(self.failures.popleft())
        self.took.append(notice)

    @property
    def told(self) -> list[tuple[str, str, bool]]:
        return [(one.cause, one.tracker, one.ended is not None) for one in self.took]


class Telling:
    """A notifier over the engine's own status."""

    def __init__(self, scene: Scene, *receivers: MemoryReceiver) -> None:
        self.scene = scene
        self.receivers = receivers
        self.begin()

    def begin(self) -> None:
        """A new process has begun: nothing is known but what is stored."""
        receivers = tuple(map(Receiving, self.receivers))
        engine = self.scene.engine
        self.means = replace(engine.means, receivers=receivers)
        desk = engine.desk
        self.notifier = Notifier(self.means, desk.status, desk.status_without_store)

    async def look(self, times: int = 2) -> None:
        for _ in range(times):
            self.scene.clock.advance(TICK)
            await self.notifier.look()


class Led(SoleProcess):
    """Rights of a process that leads, or not, as a test says."""

    def __init__(self, *, leads: bool) -> None:
        self.leads = leads


def refuse(scene: Scene) -> None:
    """A reload is refused."""
    scene.engine.refuse_reload("config.toml: no good")


def load_well(scene: Scene) -> None:
    """The next one is not."""
    scene.engine.reload(scene.engine.means.current.choices)
