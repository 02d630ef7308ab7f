"""Keys of requests, each claimed once, with the answers that were given."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    select,
    update,
)

from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.store.codec import Row, Values, micros
from bridge.store.columns import TEXT, insert, text, when
from bridge.store.schema import metadata

keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", TEXT, primary_key=True),
    text("request"),
    text("token"),
    text("owner"),
    when("at"),
    Column("status", Integer),
    Column("body", LargeBinary),
)
Index("idempotency_keys_at", keys.c.at)

_ADDED = (
    insert(keys)
    .on_conflict_do_nothing(index_elements=[keys.c.key])
    .returning(keys.c.key)
)


@dataclass(frozen=True, slots=True)
class KeyClaiming:
    """A key to be claimed; *is_shared* where other owners may be alive."""

    claim: KeyClaim
    kept_since: datetime
    abandoned_before: datetime
    is_shared: bool


@dataclass(frozen=True, slots=True)
class KeyEnding:
    """The answer under a claimed key; without one it is free again."""

    claim: KeyClaim
    answer: KeptAnswer | None = None


@dataclass(frozen=True, slots=True)
class KeyForgetting:
    """Keys that are too old, or too many, to go."""

    before: datetime
    most: int
    limit: int


KeyWrite = KeyClaiming | KeyEnding | KeyForgetting
KeyWritten = KeptAnswer | KeyInUse | int | None


def write(conn: Connection, wanted: KeyWrite) -> KeyWritten:
    """Do what is *wanted*; a refusal is an answer, so that the group goes on."""
    match wanted:
        case KeyClaiming():
            return _claim(conn, wanted)
        case KeyEnding():
            _end(conn, wanted)
            return None
        case KeyForgetting():
            return _forget(conn, wanted)
        case _:
            assert_never(wanted)


def _claim(conn: Connection, wanted: KeyClaiming) -> KeptAnswer | KeyInUse | None:
    claim = wanted.claim
    if conn.scalar(_ADDED, _values(claim)) is not None:
        return None
    query = select(keys).where(keys.c.key == claim.key)
    there = conn.execute(query).mappings().one()
    if there["at"] >= micros(wanted.kept_since):
        if there["request"] != claim.request:
            return KeyInUse.BY_ANOTHER_REQUEST
        if there["status"] is not None:
            return KeptAnswer(there["status"], there["body"])
        if not _is_abandoned(there, wanted):
            return KeyInUse.NOW
    conn.execute(update(keys).where(keys.c.key == claim.key).values(_values(claim)))
    return None


def _is_abandoned(there: Row, wanted: KeyClaiming) -> bool:
    if not wanted.is_shared and there["owner"] != wanted.claim.owner:
        return True
    return bool(there["at"] < micros(wanted.abandoned_before))


def _values(claim: KeyClaim) -> Values:
    return {
        "key": claim.key,
        "request": claim.request,
        "token": claim.token,
        "owner": claim.owner,
        "at": micros(claim.at),
        "status": None,
        "body": None,
    }


def _end(conn: Connection, wanted: KeyEnding) -> None:
    claim, answer = wanted.claim, wanted.answer
    its_own = (keys.c.key == claim.key) & (keys.c.token == claim.token)
    if answer is None:
        conn.execute(delete(keys).where(its_own))
    else:
        told = {"status": answer.status, "body": answer.body}
        conn.execute(update(keys).where(its_own).values(told))


def _forget(conn: Connection, wanted: KeyForgetting) -> int:
    few = wanted.limit
    old = select(keys.c.key).where(keys.c.at < micros(wanted.before)).limit(few)
    gone = conn.execute(delete(keys).where(keys.c.key.in_(old))).rowcount
    there = conn.scalar(select(func.count()).select_from(keys)) or 0
    beyond = min(there - wanted.most, few - gone)
    if beyond > 0:
        oldest = select(keys.c.key).order_by(keys.c.at).limit(beyond)
        gone += conn.execute(delete(keys).where(keys.c.key.in_(oldest))).rowcount
    return gone
