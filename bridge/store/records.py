"""Events, passes, actions and dead letters to rows and back."""

from dataclasses import asdict

import orjson

from bridge.domain.model import TrackerName
from bridge.ports.commits import (
    ActionRecord,
    ActionStatus,
    DeadLetter,
    EventRow,
    NewEvent,
    PassRecord,
)
from bridge.ports.records import Cause, Key, NewDelivery, Outcome
from bridge.store.codec import (
    Row,
    Values,
    maybe_micros,
    maybe_moment,
    micros,
    moment,
    naming,
)
from bridge.store.schema import actions, dead, events, passes


def delivery_values(delivery: NewDelivery, key: Key) -> Values:
    """The row of a delivery that is about *key*."""
    return {
        "id": delivery.id,
        "tracker": delivery.tracker,
        "identity": delivery.identity,
        "key": key,
        "cause": Cause.DELIVERY.value,
        "kind": delivery.kind,
        "at": micros(delivery.received_at),
        "body": delivery.body,
    }


def event_values(event: NewEvent) -> Values:
    """The row of an event that no tracker sent."""
    return {
        "id": event.id,
        "tracker": event.tracker,
        "identity": None,
        "key": event.key,
        "cause": event.cause.value,
        "kind": event.kind,
        "at": micros(event.at),
        "body": None,
    }


def pass_values(record: PassRecord) -> Values:
    """The row of a pass that has begun."""
    return {
        "id": record.id,
        "key": record.key,
        "cause": record.cause.value,
        "started_at": micros(record.started_at),
        "is_dry": record.is_dry,
        "base": orjson.dumps(record.base).decode(),
        "seen": orjson.dumps(record.seen).decode(),
        "changes": orjson.dumps(record.changes).decode(),
        "overruled": orjson.dumps(record.overruled).decode(),
        "notes": orjson.dumps(record.notes).decode(),
        "config": record.config,
        "plan": record.plan,
    }


def pass_of(row: Row) -> PassRecord:
    """The pass in *row*."""
    with naming("pass", row[passes.c.id]):
        return PassRecord(
            id=row[passes.c.id],
            key=Key(row[passes.c.key]),
            cause=Cause(row[passes.c.cause]),
            started_at=moment(row[passes.c.started_at]),
            is_dry=row[passes.c.is_dry],
            base=orjson.loads(row[passes.c.base]),
            seen=orjson.loads(row[passes.c.seen]),
            changes=orjson.loads(row[passes.c.changes]),
            overruled=orjson.loads(row[passes.c.overruled]),
            notes=orjson.loads(row[passes.c.notes]),
            config=row[passes.c.config],
            plan=row[passes.c.plan],
        )


def action_values(action: ActionRecord) -> Values:
    """The row of an action."""
    values = asdict(action)
    return values | {"status": action.status.value, "at": maybe_micros(action.at)}


def action_of(row: Row) -> ActionRecord:
    """The action in *row*."""
    with naming("action", f"{row[actions.c.pass_id]}/{row[actions.c.n]}"):
        return ActionRecord(
            pass_id=row[actions.c.pass_id],
            n=row[actions.c.n],
            kind=row[actions.c.kind],
            target=row[actions.c.target],
            value=row[actions.c.value],
            reason=row[actions.c.reason],
            status=ActionStatus(row[actions.c.status]),
            receipt=row[actions.c.receipt],
            at=maybe_moment(row[actions.c.at]),
        )


def event_of(
    row: Row, records: tuple[PassRecord, ...], done: tuple[ActionRecord, ...]
) -> EventRow:
    """The event in *row* with its passes and their actions."""
    with naming("event", row[events.c.id]):
        outcome = row[events.c.outcome]
        return EventRow(
            id=row[events.c.id],
            tracker=TrackerName(row[events.c.tracker]),
            key=Key(row[events.c.key]),
            cause=Cause(row[events.c.cause]),
            kind=row[events.c.kind],
            at=moment(row[events.c.at]),
            outcome=None if outcome is None else Outcome(outcome),
            reason=row[events.c.reason],
            records=records,
            actions=done,
        )


def dead_values(letter: DeadLetter) -> Values:
    """The row of a dead letter."""
    return asdict(letter) | {"since": micros(letter.since)}


def dead_of(row: Row) -> DeadLetter:
    """The dead letter in *row*."""
    with naming("dead letter", row[dead.c.id]):
        return DeadLetter(
            id=row[dead.c.id],
            key=Key(row[dead.c.key]),
            kind=row[dead.c.kind],
            target=row[dead.c.target],
            value=row[dead.c.value],
            reason=row[dead.c.reason],
            since=moment(row[dead.c.since]),
            pass_id=row[dead.c.pass_id],
        )
