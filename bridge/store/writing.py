"""Does what a group of writers asked for, in one transaction."""

from collections.abc import Sequence
from typing import assert_never

from sqlalchemy import Connection, update

from bridge.ports.commits import Commit
from bridge.ports.creations import AlreadyReserved, BeingCreated, HeldBack
from bridge.ports.records import Accepted, Link, NewDelivery
from bridge.ports.store import LinkExists
from bridge.store import creations, inbox, linking, pruning, recording
from bridge.store.creations import Reserving
from bridge.store.linking import Linking, Unlinking
from bridge.store.pruning import Pruning
from bridge.store.schema import meta

Other = Linking | Unlinking | Reserving | Pruning | Commit
Write = NewDelivery | Other
Refusal = LinkExists | BeingCreated | AlreadyReserved | HeldBack
Written = Accepted | Refusal | Link | int | None

_TICKED = (
    update(meta)
    .where(meta.c.name == "tick")
    .values(value=meta.c.value + 1)
    .returning(meta.c.value)
)


def write(conn: Connection, group: Sequence[Write]) -> list[Written]:
    """Do all of *group*, the deliveries in it at once; the answers in its order."""
    deliveries = [one for one in group if isinstance(one, NewDelivery)]
    tick = conn.scalars(_TICKED).one()
    accepted = iter(inbox.accept(conn, deliveries, tick) if deliveries else ())
    return [
        next(accepted) if isinstance(one, NewDelivery) else _written(conn, one, tick)
        for one in group
    ]


def _written(conn: Connection, write: Other, tick: int) -> Written:
    match write:
        case Linking():
            return linking.link(conn, write, tick)
        case Unlinking():
            return linking.unlink(conn, write)
        case Reserving():
            return creations.reserve(conn, write, tick)
        case Pruning():
            return pruning.prune(conn, write)
        case Commit():
            recording.record(conn, write, tick)
            return None
        case _:
            assert_never(write)
