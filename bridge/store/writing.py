"""Does what a group of writers asked for, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, update

from bridge.ports.commits import Commit
from bridge.ports.creations import AlreadyReserved, BeingCreated, HeldBack
from bridge.ports.records import Accepted, Link, NewDelivery
from bridge.ports.sharing import Fence, LeaseLost, NotYet
from bridge.ports.store import LinkExists
from bridge.store import (
    creations,
    flips,
    idempotency,
    inbox,
    linking,
    pruning,
    recording,
    replicas,
)
from bridge.store.creations import Reserving
from bridge.store.flips import Counting, Forgetting
from bridge.store.idempotency import (
    KeyClaiming,
    KeyEnding,
    KeyForgetting,
    KeyWrite,
    KeyWritten,
)
from bridge.store.linking import Linking, Unlinking
from bridge.store.merging import merged
from bridge.store.pruning import Pruning
from bridge.store.replicas import Beating, Claiming, Joining, Leaving, Releasing
from bridge.store.schema import meta

Known = Linking | Unlinking | Reserving | Pruning | Commit
Shared = Joining | Beating | Leaving | Forgetting


@dataclass(frozen=True, slots=True)
class Fenced:
    """To be written only while *fence* is in force."""

    write: Known
    fence: Fence


Other = Known | Shared | KeyWrite | Fenced
Write = NewDelivery | Claiming | Counting | Releasing | Other
Refusal = LinkExists | BeingCreated | AlreadyReserved | HeldBack | LeaseLost
Written = Accepted | Refusal | Link | Fence | NotYet | datetime | KeyWritten

# The first statement of all: writers of other processes wait here for their turn.
_TICKED = (
    update(meta)
    .where(meta.c.name == "tick")
    .values(value=meta.c.value + 1)
    .returning(meta.c.value)
)


def write(conn: Connection, group: Sequence[Write]) -> list[Written]:
    """Do all of *group*: what comes in, then what is claimed, then what is counted,
    then all else, and last what is given back; the answers in the order of *group*."""
    tick = conn.scalars(_TICKED).one()
    arrived = [one for one in group if isinstance(one, NewDelivery)]
    accepted = iter(inbox.accept(conn, arrived, tick) if arrived else ())
    wanted = [one for one in group if isinstance(one, Claiming)]
    claimed = iter(replicas.claim(conn, wanted, tick) if wanted else ())
    counting = [one for one in group if isinstance(one, Counting)]
    counted = iter(flips.count(conn, counting) if counting else ())
    rest = iter(_rest(conn, group, tick))
    done = [one for one in group if isinstance(one, Releasing)]
    released = iter(replicas.release(conn, done) if done else ())

    def answer(one: Write) -> Written:
        match one:
            case NewDelivery():
                return next(accepted)
            case Claiming():
                return next(claimed)
            case Counting():
                return next(counted)
            case Releasing():
                return next(released)
            case _:
                return next(rest)

    return [answer(one) for one in group]


def _rest(conn: Connection, group: Sequence[Write], tick: int) -> list[Written]:
    """All else in its order, but that commits side by side are written as one."""
    fences = [one.fence for one in group if isinstance(one, Fenced)]
    standing = replicas.hold(conn, fences) if fences else set()
    answers: list[Written] = []
    commits: list[Commit] = []
    for one in group:
        match one:
            case NewDelivery() | Claiming() | Counting() | Releasing():
                continue
            case Fenced(_, fence) if fence not in standing:
                lost = LeaseLost(f"another replica has taken over {fence.key}")
                answers.append(lost)
            case (Commit() as commit) | Fenced(Commit() as commit):
                commits.append(commit)
                answers.append(None)
            case _:
                _record(conn, commits, tick)
                commits = []
                answers.append(_done(conn, one, tick))
    _record(conn, commits, tick)
    return answers


def _record(conn: Connection, commits: Sequence[Commit], tick: int) -> None:
    for commit in merged(commits):
        recording.record(conn, commit, tick)


def _done(conn: Connection, one: Other, tick: int) -> Written:
    match one:
        case Fenced(write, _):
            return _written(conn, write, tick)
        case Joining() | Beating() | Leaving() | Forgetting():
            return _shared(conn, one)
        case KeyClaiming() | KeyEnding() | KeyForgetting():
            return idempotency.write(conn, one)
        case _:
            return _written(conn, one, tick)


def _shared(conn: Connection, write: Shared) -> int | None:
    match write:
        case Beating():
            return replicas.beat(conn, write)
        case Joining():
            replicas.join(conn, write)
        case Leaving():
            replicas.leave(conn, write)
        case Forgetting():
            flips.forget(conn, write)
        case _:
            assert_never(write)
    return None


def _written(conn: Connection, write: Known, tick: int) -> Written:
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
