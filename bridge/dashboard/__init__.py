"""The dashboard: what the bridge does and why, and the operator's hands, as pages."""

from bridge.dashboard.site import add_to

__all__ = ["add_to"]
