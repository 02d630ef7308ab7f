"""What of a changed configuration a running bridge takes over, and what has to wait."""

import hashlib
from collections.abc import Iterator

import orjson
from pydantic import BaseModel

from bridge.ports.config import TrackerSettings
from bridge.settings.complaints import Complaint, ConfigError, KeyPath, dotted
from bridge.settings.contradictions import contradictions
from bridge.settings.model import Settings

TAKEN_OVER = ("sync", "rules", "people")
"""The sections that a reload changes; of the others only ROTATED, all else needs a
restart."""

ROTATED = "webhook_secrets"
"""What a reload changes of a tracker."""

NONE_LEFT = (
    "the last one is gone, and every delivery would be refused: name one, or restart"
)

_DECIDING = frozenset({*TAKEN_OVER, "comments", "limits"})
_VERSION_LENGTH = 12


def version_of(settings: Settings) -> str:
    """A short name for everything in *settings* that the bridge's decisions rest on."""
    told = settings.model_dump(mode="json", include=set(_DECIDING))
    text = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:_VERSION_LENGTH]


def taken_over(running: Settings, read: Settings) -> Settings:
    """*running* with what a reload takes from *read*.

    ConfigError where that does not go together: rules may name a tracker that is to be
    connected at the next start only.
    """
    sections = {name: getattr(read, name) for name in TAKEN_OVER}
    trackers = {
        name: _rotated(section, read.trackers.get(name))
        for name, section in running.trackers.items()
    }
    lost = [
        Complaint("", dotted(("trackers", name, ROTATED)), NONE_LEFT)
        for name, section in trackers.items()
        if running.trackers[name].webhook_secrets and not section.webhook_secrets
    ]
    if lost:
        raise ConfigError(*lost)
    both = running.model_copy(update={**sections, "trackers": trackers})
    found = [
        Complaint("", dotted(path), f"{text} (as trackers are until a restart)")
        for path, text in contradictions(both)
    ]
    if found:
        raise ConfigError(*found)
    return both


def _rotated(running: TrackerSettings, read: TrackerSettings | None) -> TrackerSettings:
    if read is None or read.kind != running.kind:
        return running
    return running.model_copy(update={ROTATED: read.webhook_secrets})


def restart_needed(running: Settings, read: Settings) -> tuple[str, ...]:
    """The keys, such as ``server.port``, that differ and are not taken over."""
    return tuple(
        dotted((section, *path))
        for section in Settings.model_fields
        if section not in TAKEN_OVER
        for path in _differences(getattr(running, section), getattr(read, section))
        if ROTATED not in path
    )


def _differences(before: object, after: object) -> Iterator[KeyPath]:
    """The paths to what differs, as deep as both sides are built alike."""
    old, new = _parts(before), _parts(after)
    if type(before) is not type(after) or not (old or new):
        if before != after:
            yield ()
        return
    for step in [*old, *(step for step in new if step not in old)]:
        if step in old and step in new:
            for path in _differences(old[step], new[step]):
                yield (step, *path)
        else:
            yield (step,)


def _parts(value: object) -> dict[str, object]:
    if isinstance(value, BaseModel):
        return dict(value)
    return value if isinstance(value, dict) else {}
