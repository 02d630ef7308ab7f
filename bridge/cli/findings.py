"""What can be said of a good configuration without asking anybody."""

import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.domain.policy import Direction
from bridge.logs import secrets_of
from bridge.ports.clock import SystemClock
from bridge.ports.trackers import Abilities, Ability, Side, Tracker
from bridge.settings import Settings, rule_warnings

_SQLITE = "sqlite:///"
_PLACEHOLDER = "change-me"

_NEEDS = {
    "state": (Ability.READ_STATE, Ability.WRITE_STATE),
    "assignee": (Ability.READ_ASSIGNEE, Ability.WRITE_ASSIGNEE),
    "comments": (Ability.LIST_COMMENTS, Ability.CREATE_COMMENT),
}
"""What a side must be able to do to give a value, and to take it."""

_NOT_YET = frozenset({"assignee", "comments"})


async def examine(settings: Settings) -> dict[str, Any]:
    """Trackers, what is synced between them, warnings, and what could not work."""
    async with AsyncExitStack() as stack:
        opened: list[Tracker] = [
            await stack.enter_async_context(
                trackers.kinds()[section.kind].connect(
                    TrackerName(name), section, SystemClock()
                )
            )
            for name, section in settings.trackers.items()
        ]
    sync = list(_sync(settings, opened))
    failures = [*_unsynced(settings, sync), *_store(settings)]
    return {
        "ok": not failures,
        "trackers": [
            {
                "name": one.name,
                "side": one.side.value,
                "kind": settings.trackers[one.name].kind,
                "abilities": sorted(ability.value for ability in one.abilities),
            }
            for one in opened
        ],
        "sync": sync,
        "warnings": list(_warnings(settings, opened)),
        "failures": failures,
    }


def direction(
    wanted: Direction, what: str, issues: Abilities, cases: Abilities
) -> Direction:
    """What is left of *wanted* where trackers can do so much and no more."""
    gives, takes = _NEEDS[what]
    to_cases = wanted.reaches_cases and gives in issues and takes in cases
    to_issues = wanted.reaches_issues and gives in cases and takes in issues
    if to_cases and to_issues:
        return Direction.TWO_WAY
    if to_cases:
        return Direction.ISSUE_TO_CASE
    return Direction.CASE_TO_ISSUE if to_issues else Direction.OFF


def _sync(settings: Settings, opened: list[Tracker]) -> Iterator[dict[str, str]]:
    for what in _NEEDS:
        wanted: Direction = getattr(settings.sync, what)
        for issues in (one for one in opened if one.side is Side.ISSUES):
            for cases in (one for one in opened if one.side is Side.CASES):
                left = direction(wanted, what, issues.abilities, cases.abilities)
                why = "" if left is wanted else f"{wanted} is more than they can do"
                if what in _NOT_YET and left is not Direction.OFF:
                    left, why = Direction.OFF, "this version does not sync it yet"
                yield {
                    "what": what,
                    "issues": issues.name,
                    "cases": cases.name,
                    "direction": left.value,
                    "why": why,
                }


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


def _warnings(settings: Settings, opened: list[Tracker]) -> Iterator[str]:
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
