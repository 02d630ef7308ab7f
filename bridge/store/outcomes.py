"""How events and passes end, and how many ended how."""

from collections.abc import Iterable

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


def work_for(conn: Connection, record: str, its_events: Iterable[str]) -> None:
    """Keep that the pass works, or worked, for those events that have not ended."""
    rows = [{"its_id": event, "its_pass": record} for event in its_events]
    if rows:
        conn.execute(_WORKED, rows)


def end(conn: Connection, ending: Ending) -> None:
    """Finish the pass, and give its events their outcome unless they ended already.

    A parked event still waits: it is given the outcome in place of *parked*.
    """
    how: Values = {
        "its_outcome": ending.outcome.value,
        "its_reason": ending.reason,
        "its_end": micros(ending.at),
    }
    if ending.pass_id is not None:
        conn.execute(_ITS_PASS, how | {"its_id": ending.pass_id})
        work_for(conn, ending.pass_id, ending.events)
    if ending.events:
        ended = conn.execute(_ONE_EVENT, [how | {"its_id": e} for e in ending.events])
        if ending.outcome is not Outcome.PARKED and ended.rowcount:
            conn.execute(_COUNTED, {"outcome": ending.outcome, "n": ended.rowcount})
