"""Everything that one bridge measures, in a registry of its own."""

from collections.abc import Callable, Iterable
from datetime import datetime
from platform import python_version

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bridge.domain.model import TrackerName
from bridge.metrics.counting import Counting
from bridge.metrics.gauges import Gauges, Standing


class Metrics:
    """The metrics of a bridge with these *trackers*; *now* tells the time.

    ``measures`` is for the engine, :meth:`text` for who scrapes.
    """

    def __init__(
        self, trackers: Iterable[TrackerName], version: str, now: Callable[[], datetime]
    ) -> None:
        # They would double the series, and Prometheus does not need them.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's
        self._registry = CollectorRegistry()
        self._gauges = Gauges(now)
        self.measures = Counting(self._registry, trackers)
        self._registry.register(self._gauges)
        build = Info("bridge_build", "What runs", registry=self._registry)
        build.info({"version": version, "python": python_version()})
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def text(self, standing: Standing) -> bytes:
        """All metrics as Prometheus text; *standing* is how the bridge is now."""
        self._gauges.standing = standing
        return generate_latest(self._registry)
