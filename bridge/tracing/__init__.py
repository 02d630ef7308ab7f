"""Traces from a delivery to the writes it led to, where the operator wants them."""

from bridge.tracing.opening import traced

__all__ = ["traced"]
