"""The tables: text ids, times as microseconds since 1970, JSON as text.

A *handle* is ``tracker:KEY``. The partial indexes hold only what still waits, so that
a million finished rows cost the work in hand nothing.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnClause,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.types import BigInteger

VERSION = 1
"""Raised by every change of these tables; a store with a higher one is refused."""

metadata = MetaData()

NOTHING: ColumnClause[str] = literal_column("''")
"""The empty text, spelled out: a bound value would hide the partial indexes."""


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _when(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


# 'schema' is VERSION; 'tick' counts writing transactions and gives work its versions.
meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Endings per outcome since the store was made: counted as they happen, never scanned.
tallies = Table(
    "tallies",
    metadata,
    Column("outcome", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    _text("tracker"),
    Column("identity", Text),
    _text("key"),
    _text("cause"),
    _text("kind"),
    _when("at"),
    Column("body", LargeBinary),
    Column("outcome", Text),
    _text("reason"),
    _when("ended_at", nullable=True),
    UniqueConstraint("tracker", "identity", name="events_identity"),
)
is_open = events.c.outcome.is_(None) | (events.c.outcome == literal_column("'parked'"))
"""Not ended for good: no outcome yet, or parked."""

Index("events_key", events.c.key, events.c.id)
Index(
    "events_open",
    events.c.key,
    events.c.id,
    events.c.outcome,
    sqlite_where=is_open,
)
Index(
    "events_ended",
    events.c.ended_at,
    sqlite_where=events.c.ended_at.is_not(None),
)

has_body = events.c.body.is_not(None)
Index(
    "events_bodies",
    events.c.ended_at,
    sqlite_where=events.c.ended_at.is_not(None) & has_body,
)

work = Table(
    "work",
    metadata,
    Column("key", Text, primary_key=True),
    _when("at"),
    Column("version", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    _when("failing_since", nullable=True),
    _when("held_until", nullable=True),
    _text("reason"),
)
Index("work_at", work.c.at)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("handle", Text),
    _text("key"),
    _text("title"),
    _text("url"),
    _text("project"),
    _text("status"),
    _text("group"),
    Column("base", Text),
    _text("drift"),
    _text("gone"),
    _text("paused"),
    _when("next_look", nullable=True),
    _when("since"),
)
Index("cases_handle", cases.c.handle)
Index(
    "cases_next_look",
    cases.c.next_look,
    cases.c.id,
    sqlite_where=cases.c.next_look.is_not(None),
)
Index("cases_drift", cases.c.id, sqlite_where=cases.c.drift != NOTHING)
Index("cases_paused", cases.c.id, sqlite_where=cases.c.paused != NOTHING)

links = Table(
    "links",
    metadata,
    Column("issue", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False),
    _when("since"),
    Column("base", Text),
    _text("state"),
    _text("title"),
    _text("url"),
    _text("drift"),
    _text("gone"),
    Column("is_native", Boolean, nullable=False, default=False),
)
Index("links_case", links.c.case, links.c.issue)
Index("links_drift", links.c.issue, sqlite_where=links.c.drift != NOTHING)

creations = Table(
    "creations",
    metadata,
    Column("issue", Text, primary_key=True),
    Column("tracker", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reserved_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("tried_at", BigInteger),
    Column("case", Text),
)
Index("creations_rule", creations.c.rule, creations.c.reserved_at)
is_creating = creations.c.status != literal_column("'created'")
Index("creations_open", creations.c.issue, sqlite_where=is_creating)

# A person took this issue off this case: what the tracker still shows is not adopted.
unlinked = Table(
    "unlinked",
    metadata,
    Column("issue", Text, primary_key=True),
    Column("case", Text, primary_key=True),
)

passes = Table(
    "passes",
    metadata,
    Column("id", Text, primary_key=True),
    _text("key"),
    _text("cause"),
    _when("started_at"),
    Column("is_dry", Boolean, nullable=False),
    Column("base", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("overruled", Text, nullable=False),
    Column("notes", Text, nullable=False),
    _text("config"),
    _text("plan"),
    Column("outcome", Text),
    _text("reason"),
    _when("finished_at", nullable=True),
)
Index("passes_started", passes.c.started_at)
is_unfinished = passes.c.finished_at.is_(None)
Index("passes_open", passes.c.key, passes.c.id, sqlite_where=is_unfinished)

# Every pass that worked for an event, not only the one that ended it.
event_passes = Table(
    "event_passes",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("pass_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
Index("event_passes_pass", event_passes.c.pass_id)

actions = Table(
    "actions",
    metadata,
    Column(
        "pass_id",
        Text,
        ForeignKey("passes.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("n", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("target"),
    _text("value"),
    _text("reason"),
    _text("status"),
    _text("receipt"),
    _when("at", nullable=True),
)

dead = Table(
    "dead",
    metadata,
    Column("id", Text, primary_key=True),
    _text("key"),
    _text("kind"),
    _text("target"),
    _text("value"),
    _text("reason"),
    _when("since"),
    _text("pass_id"),
)
Index("dead_pass", dead.c.pass_id)
Index("dead_key", dead.c.key)
