"""How events and passes end, and how many ended how."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from bridge.ports.commits import Ending
from bridge.ports.records import Outcome
from bridge.store.codec import Values, micros
from bridge.store.columns import TEXT, insert
from bridge.store.schema import event_passes, events, is_open, passes, tallies

_ONE_EVENT = (
    update(events)
    .where(events.c.id == bindparam("its_id"), is_open)
    .values(
        outcome=bindparam("its_outcome"),
        reason=bindparam("its_reason"),
        ended_at=bindparam("its_end"),
    )
)
_ITS_PASS = (
    update(passes)
    .where(passes.c.id == bindparam("its_id"), passes.c.finished_at.is_(None))
    .values(
        outcome=bindparam("its_outcome"),
        reason=bindparam("its_reason"),
        finished_at=bindparam("its_end"),
    )
)
_WORKED = (
    insert(event_passes)
    .from_select(
        [event_passes.c.event_id, event_passes.c.pass_id],
        select(events.c.id, bindparam("its_pass", type_=TEXT)).where(
            events.c.id == bindparam("its_id"), is_open
        ),
    )
    .on_conflict_do_nothing()
)
_added = insert(tallies)
_COUNTED = _added.on_conflict_do_update(
    index_elements=[tallies.c.outcome], set_={"n": tallies.c.n + _added.excluded.n}
)


def work_for(conn: Connection, works: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Keep that each pass works, or worked, for those of its events that have not
    ended."""
    rows = [
        {"its_id": event, "its_pass": record} for record, its in works for event in its
    ]
    if rows:
        conn.execute(_WORKED, rows)


def end(conn: Connection, endings: Sequence[Ending]) -> None:
    """Finish passes, and give their events their outcome unless they ended already.

    A parked event still waits: it is given the outcome in place of *parked*.
    """
    finished = [
        _how(one) | {"its_id": one.pass_id}
        for one in endings
        if one.pass_id is not None
    ]
    if finished:
        conn.execute(_ITS_PASS, finished)
    work_for(conn, ((one.pass_id, one.events) for one in endings if one.pass_id))
    by_outcome: dict[Outcome, list[Values]] = {}
    for one in endings:
        ended = [_how(one) | {"its_id": event} for event in one.events]
        by_outcome.setdefault(one.outcome, []).extend(ended)
    for outcome, rows in by_outcome.items():
        _end_events(conn, outcome, rows)


def _end_events(conn: Connection, outcome: Outcome, rows: Sequence[Values]) -> None:
    if not rows:
        return
    ended = conn.execute(_ONE_EVENT, rows)
    if outcome is not Outcome.PARKED and ended.rowcount:
        conn.execute(_COUNTED, {"outcome": outcome, "n": ended.rowcount})


def _how(ending: Ending) -> Values:
    return {
        "its_outcome": ending.outcome.value,
        "its_reason": ending.reason,
        "its_end": micros(ending.at),
    }
