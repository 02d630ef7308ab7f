"""Both Datadog kinds before a sandbox, opened to be set up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.ports.setup import Doing, Setup, Step, Wanted
from bridge.sandbox import Sandbox, build_world, serving
from bridge.sandbox.hook_targets import NotificationRule
from tests.clocks import StoppedClock

ISSUES, CASES = "datadog_error_tracking", "datadog_case_management"
SECRET = "first-hook-secret"
WANTED = Wanted("https://bridge.example.com/", ("ET", "SHOP"))


def made_sandbox() -> Sandbox:
    sandbox = Sandbox(build_world(seed=5, cases=3, loose_issues=2))
    keys = {project.key for project in sandbox.world.projects.values()}
    for key in {"ET", "SHOP", "OTHER"} - keys:
        sandbox.world.add_project(key, key.title())
    return sandbox


@asynccontextmanager
async def opened(
    kind_name: str, sandbox: Sandbox, *, name: str = "it", **more: object
) -> AsyncIterator[Setup]:
    """The setup of a tracker of this kind; *more* are keys of its section."""
    kind = trackers.kinds()[kind_name]
    assert kind.setup
    async with serving(sandbox) as url:
        section = {
            "kind": kind_name,
            "base_url": url,
            "api_key": sandbox.keys.api_key,
            "app_key": sandbox.keys.app_key,
            "webhook_secrets": [SECRET, "older"],
            **more,
        }
        settings = kind.settings.model_validate(section)
        async with kind.setup(TrackerName(name), settings, StoppedClock()) as setup:
            yield setup


async def install(setup: Setup, wanted: Wanted = WANTED) -> list[Doing]:
    """Carries every step out; what was done, without what is by hand."""
    return await carried_out(await setup.installation(wanted))


async def carried_out(steps: tuple[Step, ...]) -> list[Doing]:
    for step in steps:
        if step.act is not None:
            await step.act()
    return [step.doing for step in steps if step.doing is not Doing.BY_HAND]


def change_rule(sandbox: Sandbox, **changes: Any) -> None:
    """A person changes the one notification rule."""
    rule = next(iter(sandbox.hooks.rules.values()))
    changed = NotificationRule(rule.id, rule.project, {**rule.attributes, **changes})
    sandbox.hooks.rules[rule.id] = changed
