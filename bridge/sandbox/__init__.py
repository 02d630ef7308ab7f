"""A small Datadog of our own that speaks the official API over HTTP.

It knows nothing of the bridge: a wrong bridge cannot fool it.
"""

from bridge.sandbox.sandbox import BridgeAddress, Keys, Sandbox
from bridge.sandbox.scenes import build_world, empty_world
from bridge.sandbox.server import Side, build_app, serving

__all__ = [
    "BridgeAddress",
    "Keys",
    "Sandbox",
    "Side",
    "build_app",
    "build_world",
    "empty_world",
    "serving",
]
