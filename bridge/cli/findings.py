"""What can be said of a good configuration without asking anybody."""

import asyncio
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.domain.policy import Direction
from bridge.engine.abilities import WHAT, Able, able, synced
from bridge.engine.alerts import Cause
from bridge.engine.new_issues import awaiting
from bridge.logs import secrets_of
from bridge.ports.clock import SystemClock
from bridge.ports.errors import StoreRefused, StoreUnavailable
from bridge.ports.trackers import Ability
from bridge.settings import Settings, rule_warnings, ruleset_of
from bridge.store.opening import open_store

_SQLITE = "sqlite:///"
_PLACEHOLDER = "change-me"


async def examine(settings: Settings) -> dict[str, Any]:
    """Trackers, what is synced between them, warnings, and what could not work."""
    opened = await _trackers(settings)
    wanted: dict[str, Direction] = {what: getattr(settings.sync, what) for what in WHAT}
    sync = list(synced(wanted, opened))
    failures = [*_unsynced(settings, sync), *_store(settings)]
    return {
        "ok": not failures,
        "trackers": [
            {
                "name": one.name,
                "side": one.side.value,
                "kind": one.kind,
                "abilities": sorted(ability.value for ability in one.abilities),
            }
            for one in opened
        ],
        "sync": sync,
        "notify": [
            {
                "name": one.name,
                "kind": one.kind.value,
                "host": one.host,
                "causes": [cause.value for cause in one.causes or Cause],
            }
            for one in settings.notify
        ],
        "waiting": await _waiting(settings),
        "warnings": list(_warnings(settings, opened)),
        "failures": failures,
    }


async def _trackers(settings: Settings) -> list[Able]:
    """Every tracker with what it can do; nobody is asked."""
    kinds, clock = trackers.kinds(), SystemClock()
    found = []
    for name, section in settings.trackers.items():
        kind = kinds[section.kind]
        async with kind.connect(TrackerName(name), section, clock) as opened:
            found.append(able(opened, kind))
    return found


async def _waiting(settings: Settings) -> int | None:
    """How many issues wait for the case that a rule wants; None where the store is not
    there yet, or in use."""
    url = settings.store.url.get_secret_value()
    if not await asyncio.to_thread(_is_there, url):
        return None
    rules = ruleset_of(settings)
    try:
        async with open_store(url) as store:
            return sum([len(some) async for some in awaiting(store, rules)])
    except (StoreRefused, StoreUnavailable):
        return None


def _is_there(url: str) -> bool:
    return url.startswith(_SQLITE) and Path(url.removeprefix(_SQLITE)).is_file()


def _unsynced(settings: Settings, sync: list[dict[str, str]]) -> Iterator[str]:
    if settings.sync.state is Direction.OFF:
        return
    for one in sync:
        if one["what"] == "state" and one["direction"] == Direction.OFF.value:
            yield f"{one['issues']} and {one['cases']} cannot sync state at all"


def _store(settings: Settings) -> Iterator[str]:
    url = settings.store.url.get_secret_value()
    if url.startswith(_SQLITE):
        folder = Path(url.removeprefix(_SQLITE)).parent
        if not folder.is_dir():
            yield f"store.url: there is no folder {folder}; create it"
        elif not os.access(folder, os.W_OK):
            yield f"store.url: the folder {folder} cannot be written to"
    elif find_spec("psycopg") is None:
        yield "store.url: PostgreSQL needs a driver: pip install 'bridge[postgres]'"


def _warnings(settings: Settings, opened: list[Able]) -> Iterator[str]:
    for one in opened:
        section = settings.trackers[one.name]
        if not section.webhook_secrets:
            yield (
                f"trackers.{one.name}.webhook_secrets: empty, so /hooks/{one.name} "
                "answers 401 to everybody; add one to take deliveries"
            )
        if Ability.WEBHOOK_STATE not in one.abilities:
            yield (
                f"{one.name} sends no webhook when a state changes: "
                "its changes are found by polling"
            )
    yield from rule_warnings(settings)
    if any(secret.startswith(_PLACEHOLDER) for secret in secrets_of(settings)):
        yield f'a secret is still "{_PLACEHOLDER}…" as in the example; fill it in'
