"""Puts the demo's world up: sandbox, webhooks and bridge, linked and settled."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge import app, logs
from bridge.engine.desk import Desk
from bridge.ports.errors import TransientError
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.sandbox import BridgeAddress, Keys, Sandbox
from bridge.sandbox.scenes import build_world
from bridge.sandbox.server import Side, serving
from bridge.settings import Settings

SECRET = "demo-webhook-secret"  # noqa: S105 - of a world that ends with the demo
COMMENTS_PATH = "/sandbox/api/issues/{issue}/comments"
"""Where the sandbox keeps comments of issues, which Datadog's API has not."""

RULES = [
    {"name": name, "match": f"service:{name}", "project": project, "auto_create": True}
    for name, project in (("web-store", "SHOP"), ("checkout", "ET"))
]
"""Which new issues get a case by themselves."""

GLANCE = 0.25
"""Seconds between two glances at whether something is over: each is work, too."""

GLANCES = 480
"""How many glances are enough: two minutes at least."""

MAX_FLIPS = 10_000
"""The demo's people do in seconds what others do in days: no case is paused for it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo while it runs, and where its parts are to be found."""

    sandbox: Sandbox
    desk: Desk
    bridge_url: str
    issues_url: str
    cases_url: str


@asynccontextmanager
async def staged(*, seed: int, settle: str, poll: str) -> AsyncIterator[Stage]:
    """The whole world for as long as the context lasts; its store is thrown away.

    *settle* and *poll* are the bridge's ``sync.settle`` and ``poll_interval``.
    """
    sandbox = Sandbox(build_world(seed=seed), issue_comments=True)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-demo-"))
        issues_url = await stack.enter_async_context(
            serving(sandbox, side=Side.ISSUES, port=_free_port(9001))
        )
        cases_url = await stack.enter_async_context(
            serving(sandbox, side=Side.CASES, port=_free_port(9002))
        )
        place = Path(folder) / "bridge.db"
        errors = _tracker("datadog_error_tracking", issues_url, poll)
        cases = _tracker("datadog_case_management", cases_url, poll)
        settings = Settings.model_validate(
            {
                "server": {"port": _free_port(8080)},
                "store": {"url": f"sqlite:///{place}"},
                "sync": {"settle": settle, "max_flips": MAX_FLIPS},
                "logs": {"level": "warning"},
                "trackers": {
                    "errors": {**errors, "comments_path": COMMENTS_PATH},
                    "cases": {**cases, "default_project": "ET"},
                },
                "rules": RULES,
            }
        )
        logs.configure(settings)
        engine, url = await stack.enter_async_context(app.serving(settings))
        sandbox.bridge = BridgeAddress(url)
        for side, name in (("issues", "errors"), ("cases", "cases")):
            target = Target(f"{url}/hooks/{name}", side, SECRET)
            sandbox.hooks.targets.append(target)
        await stack.enter_async_context(sandbox.hooks)
        await _link_all(sandbox, engine.desk)
        yield Stage(sandbox, engine.desk, url, issues_url, cases_url)


async def answered(desk: Desk, case: str) -> None:
    """Return once the bridge has seen and answered everything done to *case*;
    RuntimeError when it does not come to that."""
    left: object = None
    for _ in range(GLANCES):
        try:
            plan = await desk.plan(f"cases:{case}")
        except TransientError as exc:
            left = exc
        else:
            unanswered = ("due", "changes", "actions", "doubtful_until")
            if not any(plan[what] for what in unanswered):
                return
            left = plan
        await asyncio.sleep(GLANCE)
    raise RuntimeError(f"the bridge does not come to an end with {case}: {left}")


async def _link_all(sandbox: Sandbox, desk: Desk) -> None:
    for case, issues in sandbox.world.groups.items():
        for issue in issues:
            await desk.link(f"errors:{issue}", f"cases:{case}")
    for case in sandbox.world.groups:
        await answered(desk, case)


def _tracker(kind: str, url: str, poll: str) -> dict[str, object]:
    keys = Keys()
    return {
        "kind": kind,
        "base_url": url,
        "api_key": keys.api_key,
        "app_key": keys.app_key,
        "webhook_secrets": [SECRET],
        "poll_interval": poll,
    }


def _free_port(preferred: int) -> int:
    """The preferred port, or 0 (any) where somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return 0
        return preferred
