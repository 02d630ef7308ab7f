"""Metrics for Prometheus: counters that the engine feeds, gauges read by a scrape."""

from bridge.metrics.registry import Metrics
from bridge.metrics.scrape import Scrape

__all__ = ["Metrics", "Scrape"]
