"""Asks every tracker whether it is set up, and has it set up step by step."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bridge import trackers
from bridge.cli import remote
from bridge.cli.refusals import Unanswered
from bridge.domain.model import TrackerName
from bridge.logs import secrets_of
from bridge.ports.clock import SystemClock
from bridge.ports.errors import TrackerError
from bridge.ports.setup import Doing, Finding, Setup, Step, Wanted, bad, good, unclear
from bridge.settings import Settings

Json = dict[str, Any]

PENDING = frozenset({Doing.CREATE, Doing.REPAIR, Doing.REMOVE})
"""What a step does at the tracker when it is carried out."""

_SHORTEST_SECRET = 4


async def probe(settings: Settings) -> list[Json]:
    """What every tracker says of itself, and whether its webhooks arrive."""
    deliveries = await _last_deliveries(settings)
    return [
        {
            "tracker": name,
            "name": finding.name,
            "good": finding.is_good,
            "text": _without_secrets(settings, finding.text),
            "remedy": finding.remedy,
        }
        for name in settings.trackers
        for finding in (*await _findings(settings, name), _firing(name, deliveries))
    ]


async def installation(settings: Settings, *, act: bool) -> Json:
    """What makes the trackers call the bridge; done where *act* is set."""
    return await _all_steps(settings, lambda setup: setup.installation, act=act)


async def removal(settings: Settings, *, act: bool) -> Json:
    """What makes the trackers stop calling the bridge; done where *act* is set."""
    return await _all_steps(settings, lambda setup: setup.removal, act=act)


def wanted_of(settings: Settings, name: str) -> Wanted:
    """What the tracker *name* is to be set up for."""
    return Wanted(settings.server.public_url, tuple(_projects(settings, name)))


def _projects(settings: Settings, name: str) -> Iterable[str]:
    """The default project and those of the rules that send cases to *name*."""
    default = getattr(settings.trackers[name], "default_project", None)
    ruled = [rule.project for rule in settings.rules if rule.cases in (None, name)]
    return dict.fromkeys(project for project in (default, *ruled) if project)


@asynccontextmanager
async def _setup(settings: Settings, name: str) -> AsyncIterator[Setup | None]:
    section = settings.trackers[name]
    connect = trackers.kinds()[section.kind].setup
    if connect is None:
        yield None
        return
    async with connect(TrackerName(name), section, SystemClock()) as setup:
        yield setup


async def _findings(settings: Settings, name: str) -> tuple[Finding, ...]:
    async with _setup(settings, name) as setup:
        if setup is None:
            kind = settings.trackers[name].kind
            return (unclear("setup", f"the kind {kind} says nothing of it"),)
        try:
            return await setup.probe(wanted_of(settings, name))
        except TrackerError as exc:
            return (bad("setup", str(exc)),)


def _firing(name: str, deliveries: dict[str, str | None] | None) -> Finding:
    if deliveries is None:
        return unclear("webhooks firing", "no bridge runs with this configuration")
    last = deliveries.get(name)
    if last is None:
        return unclear("webhooks firing", "none has come since the bridge was started")
    return good("webhooks firing", f"the last one came at {last}")


async def _last_deliveries(settings: Settings) -> dict[str, str | None] | None:
    """When each tracker last called the bridge that runs; None if none runs."""
    url = remote.address(settings)
    if url is None:
        return None
    try:
        async with remote.client(settings, url) as opened:
            status = await remote.RemoteDesk(opened).status()
    except (httpx.HTTPError, Unanswered):
        return None
    return {name: told["last_delivery"] for name, told in status["trackers"].items()}


Which = Callable[[Setup], Callable[[Wanted], Any]]


async def _all_steps(settings: Settings, which: Which, *, act: bool) -> Json:
    told: list[Json] = []
    for name, section in settings.trackers.items():
        async with _setup(settings, name) as setup:
            steps, failed = await _steps(settings, setup, name, which)
            views = [await _carried_out(settings, step, act=act) for step in steps]
        told.append(
            {"name": name, "kind": section.kind, "failed": failed, "steps": views}
        )
    is_good = not any(
        one["failed"] or any(step["failed"] for step in one["steps"]) for one in told
    )
    return {"ok": is_good, "public_url": settings.server.public_url, "trackers": told}


async def _steps(
    settings: Settings, setup: Setup | None, name: str, which: Which
) -> tuple[tuple[Step, ...], str | None]:
    """The steps, or why there are none to be had."""
    if setup is None:
        what = f"webhooks of {name}"
        return (Step(Doing.BY_HAND, what, "this kind has no API for them"),), None
    try:
        return await which(setup)(wanted_of(settings, name)), None
    except TrackerError as exc:
        return (), _without_secrets(settings, str(exc))


async def _carried_out(settings: Settings, step: Step, *, act: bool) -> Json:
    note, failed = "", step.why if step.doing is Doing.BLOCKED else None
    if act and step.act is not None:
        try:
            note = await step.act()
        except TrackerError as exc:
            failed = _without_secrets(settings, str(exc))
    return {
        "doing": step.doing.value,
        "done": bool(act and step.act is not None and failed is None),
        "what": step.what,
        "why": "; ".join(part for part in (step.why, note) if part),
        "by_hand": list(step.by_hand),
        "failed": failed,
    }


def _without_secrets(settings: Settings, text: str) -> str:
    """*text*, in which a tracker may have repeated what it was sent."""
    for secret in secrets_of(settings):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text
