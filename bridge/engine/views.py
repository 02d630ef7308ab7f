"""Links, events, dead letters and the status as JSON values for people and programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bridge.domain.model import TrackerName
from bridge.engine.circuits import Circuits
from bridge.engine.current import Reload
from bridge.engine.directory import Directory
from bridge.engine.gate import Health
from bridge.ports.commits import ActionRecord, DeadLetter, EventRow
from bridge.ports.records import CaseRecord, LinkRow
from bridge.ports.trackers import Tracker

Json = dict[str, Any]


def page(items: Sequence[Json], cursor: str | None) -> Json:
    """A list as the API gives it; *cursor* is where the next page begins, if any."""
    return {"items": list(items), "next": cursor}


def link_view(row: LinkRow) -> Json:
    """A link with what was last seen of both its ends."""
    link, case = row.link, row.case
    return {
        "issue": link.issue,
        "case": link.case,
        "case_key": case.key,
        "state": link.state,
        "status": case.status,
        "status_group": case.group,
        "drift": link.drift or case.drift or None,
        "gone": link.gone or case.gone or None,
        "paused": case.paused or None,
        "native": link.is_native,
        "issue_title": link.title,
        "issue_url": link.url,
        "case_title": case.title,
        "case_url": case.url,
        "since": time_view(link.since),
    }


def event_view(event: EventRow) -> Json:
    """An event: what came, what it led to and why."""
    records = event.records
    first = records[0] if records else None
    return {
        "delivery": event.id,
        "tracker": event.tracker,
        "key": event.key,
        "cause": event.cause.value,
        "kind": event.kind,
        "at": time_view(event.at),
        "outcome": event.outcome.value if event.outcome else None,
        "reason": event.reason,
        "dry_run": first.is_dry if first else False,
        "base": first.base if first else None,
        "seen": first.seen if first else None,
        "changes": [each for record in records for each in record.changes],
        "overruled": [each for record in records for each in record.overruled],
        "notes": [each for record in records for each in record.notes],
        "config": first.config if first else "",
        "actions": [_action_view(action) for action in event.actions],
    }


def _action_view(action: ActionRecord) -> Json:
    return {
        "kind": action.kind,
        "target": action.target,
        "value": action.value,
        "reason": action.reason,
        "status": action.status.value,
        "receipt": action.receipt,
        "at": time_view(action.at),
    }


def dead_view(letter: DeadLetter) -> Json:
    """A dead letter: what was given up, and why."""
    return {
        "id": letter.id,
        "key": letter.key,
        "kind": letter.kind,
        "target": letter.target,
        "value": letter.value,
        "reason": letter.reason,
        "since": time_view(letter.since),
    }


def paused_view(case: CaseRecord) -> Json:
    """A case that waits to be resumed, and why."""
    return {"case": case.id, "case_key": case.key, "reason": case.paused}


def circuit_views(circuits: Circuits, tracker: TrackerName) -> list[Json]:
    """The open circuits of one tracker."""
    return [
        {
            "project": project or None,
            "writes": writes or None,
            "reason": circuit.reason,
            "since": time_view(circuit.since),
            "next_probe": time_view(circuit.next_probe),
            "parked": len(circuit.parked),
        }
        for (name, project, writes), circuit in circuits.open.items()
        if name == tracker
    ]


def tracker_view(
    tracker: Tracker, kind: str, health: Health, circuits: list[Json], now: datetime
) -> Json:
    """A tracker: what it can do and how it is."""
    paused = health.paused_until
    budget = tracker.budget
    return {
        "side": tracker.side.value,
        "kind": kind,
        "abilities": sorted(ability.value for ability in tracker.abilities),
        "last_answer": time_view(health.last_answer),
        "last_delivery": time_view(health.last_delivery),
        "silent_since": time_view(health.silent_since),
        "paused_until": time_view(paused if paused and paused > now else None),
        "failing_since": time_view(health.failing_since),
        "problem": health.problem or None,
        "problem_since": time_view(health.problem_since),
        "circuits": circuits,
        "rate_limit": budget
        and {
            "limit": budget.limit,
            "remaining": budget.remaining,
            "resets_at": time_view(budget.resets_at),
        },
    }


def reload_view(reload: Reload | None) -> Json | None:
    """How the last reload of the configuration went."""
    if reload is None:
        return None
    return {
        "ok": reload.is_good,
        "error": reload.error or None,
        "at": time_view(reload.at),
        "restart_needed": list(reload.waiting),
    }


def unmatched_view(directory: Directory) -> list[Json]:
    """The people who have no account where one is needed, each once."""
    return [
        {
            "tracker": each.tracker,
            "person": each.identity,
            "reason": each.reason,
            "since": time_view(since),
        }
        for each, since in directory.unmatched.values()
    ]


def time_view(moment: datetime | None) -> str | None:
    """A time as RFC 3339 in UTC."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
