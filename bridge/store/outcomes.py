"""How events and passes end, and how many ended how."""

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects.sqlite import insert

from bridge.ports.commits import Ending
from bridge.ports.records import Outcome
from bridge.store.codec import Values, micros
from bridge.store.schema import events, is_open, passes, tallies

_ONE_EVENT = (
    update(events)
    .where(events.c.id == bindparam("its_id"), is_open)
    .values(
        outcome=bindparam("its_outcome"),
        reason=bindparam("its_reason"),
        ended_at=bindparam("its_end"),
        pass_id=bindparam("its_pass"),
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
_added = insert(tallies)
_COUNTED = _added.on_conflict_do_update(
    index_elements=[tallies.c.outcome], set_={"n": tallies.c.n + _added.excluded.n}
)


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
    if ending.events:
        how["its_pass"] = ending.pass_id
        ended = conn.execute(_ONE_EVENT, [how | {"its_id": e} for e in ending.events])
        if ending.outcome is not Outcome.PARKED and ended.rowcount:
            conn.execute(_COUNTED, {"outcome": ending.outcome, "n": ended.rowcount})
