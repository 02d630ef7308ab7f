"""Taking deliveries in: told apart, resolved to their keys, stored and made due."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, union_all

from bridge.domain.model import CaseId, qualify
from bridge.ports.records import Accepted, Key, NewDelivery
from bridge.store import work
from bridge.store.portions import portions
from bridge.store.records import delivery_values
from bridge.store.schema import cases, events, links

_Identity = tuple[str, str]

_KNOWN_CASES = union_all(
    select(links.c.issue.label("subject"), links.c.case.label("case")).where(
        links.c.issue.in_(bindparam("subjects", expanding=True))
    ),
    select(cases.c.id, cases.c.id).where(
        cases.c.id.in_(bindparam("subjects", expanding=True))
    ),
    select(cases.c.handle, cases.c.id).where(
        cases.c.handle.in_(bindparam("subjects", expanding=True))
    ),
)
_ALREADY_HERE = select(events.c.identity, events.c.id).where(
    events.c.tracker == bindparam("tracker"),
    events.c.identity.in_(bindparam("identities", expanding=True)),
)


def accept(
    conn: Connection, deliveries: Sequence[NewDelivery], tick: int
) -> list[Accepted]:
    """Keep those that are new and make the keys of all that count due."""
    kept = _already_here(conn, deliveries)
    known = resolve(conn, {name for one in deliveries for name in one.subjects})
    rows, answers = [], []
    due: dict[Key, datetime] = {}
    for delivery in deliveries:
        identity = (delivery.tracker, delivery.identity)
        keys = _keys(delivery, known)
        is_new = identity not in kept
        if is_new:
            kept[identity] = delivery.id
            rows.append(delivery_values(delivery, keys[0]))
        elif delivery.is_exact:
            keys = ()
        for key in keys:
            due[key] = min(due.get(key, delivery.received_at), delivery.received_at)
        answers.append(Accepted(kept[identity], is_new, keys))
    if rows:
        conn.execute(events.insert(), rows)
    work.arrive(conn, due, tick)
    return answers


def resolve(conn: Connection, subjects: Iterable[str]) -> dict[str, CaseId]:
    """The case of each subject that has one: a linked issue, a case, its handle."""
    found: dict[str, CaseId] = {}
    for some in portions(subjects):
        for subject, case in conn.execute(_KNOWN_CASES, {"subjects": some}):
            found.setdefault(subject, CaseId(case))
    return found


def _already_here(
    conn: Connection, deliveries: Iterable[NewDelivery]
) -> dict[_Identity, str]:
    identities: dict[str, list[str]] = {}
    for delivery in deliveries:
        identities.setdefault(delivery.tracker, []).append(delivery.identity)
    found: dict[_Identity, str] = {}
    for tracker, its_own in identities.items():
        asked = {"tracker": tracker, "identities": its_own}
        for identity, event in conn.execute(_ALREADY_HERE, asked):
            found[tracker, identity] = event
    return found


def _keys(delivery: NewDelivery, known: dict[str, CaseId]) -> tuple[Key, ...]:
    """What is due through *delivery*, the key it is filed under first."""
    hits = (Key(known[name]) for name in delivery.subjects if name in known)
    distinct = tuple(dict.fromkeys(hits))
    if distinct:
        return distinct
    return (Key(next(iter(delivery.subjects), qualify(delivery.tracker, "*"))),)
