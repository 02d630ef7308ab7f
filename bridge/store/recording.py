"""Writing one Commit: everything in it, inside the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Update,
    bindparam,
    delete,
    select,
    update,
)

from bridge.ports.commits import (
    ActionRecord,
    Commit,
    DeadLetter,
    Ending,
    Healed,
    PassRecord,
)
from bridge.ports.records import ASKED, CaseRecord, Link, Outcome
from bridge.store import comments, creations, outcomes, sightings, work
from bridge.store.codec import Values, case_values, link_values, micros
from bridge.store.columns import Insert, insert
from bridge.store.records import (
    action_values,
    dead_values,
    event_values,
    pass_values,
)
from bridge.store.schema import (
    actions,
    cases,
    dead,
    events,
    is_unfinished,
    links,
    passes,
)

HEALING = (
    "set_issue_state",
    "set_issue_assignee",
    "set_case_status",
    "set_case_assignee",
    "list_issue_on_case",
    "look",
)
"""Kinds of dead letters that a later look may show to be over."""

NOT_DUE = "unlinked while a pass was under way"

_LINK_IDENTITY = ("issue", "case", "since")
_CASE_IDENTITY = ("id", "since")


def _replacing(table: Table, identity: Sequence[str]) -> Update:
    """Writes a whole row where one with the same *identity* is stored."""
    same = (table.c[name] == bindparam(f"same_{name}") for name in identity)
    others = [column.name for column in table.c if column.name not in identity]
    return update(table).where(*same).values({name: bindparam(name) for name in others})


_SAME_LINK = _replacing(links, _LINK_IDENTITY)
_SAME_CASE = _replacing(cases, _CASE_IDENTITY)


def _keeping(
    table: Table, *lasting: str, only: ColumnElement[bool] | None = None
) -> Insert:
    """Adds a row, or puts it in the place of the one with its key, if that is one of
    *only*; what is *lasting* stays."""
    added = insert(table)
    changed = {
        column.name: added.excluded[column.name]
        for column in table.c
        if not column.primary_key and column.name not in lasting
    }
    keys = list(table.primary_key.columns)
    return added.on_conflict_do_update(index_elements=keys, set_=changed, where=only)


_KEPT_PASS = _keeping(
    passes, "started_at", "outcome", "reason", "finished_at", only=is_unfinished
)
_KEPT_ACTION = _keeping(actions)
_KEPT_LETTER = _keeping(dead)


_ASKED_FOR = (
    update(cases).where(cases.c.next_look.is_not(None)).values(next_look=micros(ASKED))
)


def record(conn: Connection, commit: Commit, tick: int) -> None:
    """Write all of *commit*; work before due, so that what is due stays due, and then
    the end of events that no work would end."""
    if commit.events:
        conn.execute(events.insert(), [event_values(one) for one in commit.events])
    _record_passes(conn, commit.passes)
    _record_actions(conn, commit.actions)
    _replace_cases(conn, commit.cases)
    _replace_links(conn, commit.links)
    comments.keep(conn, commit.comments)
    outcomes.end(conn, commit.endings)
    _bury(conn, commit.dead)
    if commit.healed:
        _close_letters(conn, commit.healed)
    if commit.revived:
        conn.execute(delete(dead).where(dead.c.id.in_(commit.revived)))
    sightings.keep(conn, commit.sightings)
    creations.keep(conn, commit.creations)
    creations.drop(conn, commit.dropped)
    creations.keep_marks(conn, commit.marks)
    if commit.look_at_all:
        conn.execute(_ASKED_FOR)
    work.finish(conn, commit.work, tick)
    work.want(conn, commit.due, tick)
    _end_unheard(conn, commit)


def _end_unheard(conn: Connection, commit: Commit) -> None:
    """End new events whose key is not due: it was forgotten since their pass began, and
    nothing else would ever end them."""
    ended = {event for one in commit.endings for event in one.events}
    still_open = [one for one in commit.events if one.id not in ended]
    if not still_open:
        return
    due = work.due_among(conn, (one.key for one in still_open))
    ends = [
        Ending(Outcome.IGNORED, NOT_DUE, one.at, None, (one.id,))
        for one in still_open
        if one.key not in due
    ]
    outcomes.end(conn, ends)


def _record_passes(conn: Connection, records: Sequence[PassRecord]) -> None:
    if records:
        conn.execute(_KEPT_PASS, [pass_values(one) for one in records])
        outcomes.work_for(conn, ((one.id, one.events) for one in records))


def _record_actions(conn: Connection, records: Sequence[ActionRecord]) -> None:
    if records:
        conn.execute(_KEPT_ACTION, [action_values(one) for one in records])


def _replace_links(conn: Connection, replaced: Sequence[Link]) -> None:
    """Replace them; one taken away and made again is another: its *since* tells."""
    if replaced:
        rows = [link_values(one) for one in replaced]
        conn.execute(_SAME_LINK, [_renamed(row, _LINK_IDENTITY) for row in rows])


def _replace_cases(conn: Connection, replaced: Sequence[CaseRecord]) -> None:
    """The same for cases."""
    if replaced:
        rows = [case_values(one) for one in replaced]
        conn.execute(_SAME_CASE, [_renamed(row, _CASE_IDENTITY) for row in rows])


def _bury(conn: Connection, letters: Sequence[DeadLetter]) -> None:
    if letters:
        conn.execute(_KEPT_LETTER, [dead_values(one) for one in letters])


def _close_letters(conn: Connection, healed: Sequence[Healed]) -> None:
    refused = {one.key: one.still_refused for one in healed}
    found = conn.execute(
        select(dead.c.id, dead.c.key, dead.c.kind, dead.c.target).where(
            dead.c.key.in_(refused)
        )
    )
    over = [
        letter
        for letter, key, kind, target in found
        if kind in HEALING and (kind, target) not in refused[key]
    ]
    if over:
        conn.execute(delete(dead).where(dead.c.id.in_(over)))


def _renamed(row: Values, names: Sequence[str]) -> Values:
    """The row with the columns that identify it under the names a condition uses."""
    return {f"same_{name}" if name in names else name: row[name] for name in row}
