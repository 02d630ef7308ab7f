"""The HTTP server: webhooks, the API, health."""

from bridge.web.application import build
from bridge.web.ports import Desk, Intake, Readiness
from bridge.web.server import listening

__all__ = ["Desk", "Intake", "Readiness", "build", "listening"]
