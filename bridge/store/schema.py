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
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.types import BigInteger

from bridge.store.columns import TEXT, partial, text, when

VERSION = 3
"""Raised by every change of these tables, each of which is a step in `migrations`."""

metadata = MetaData()

NOTHING: ColumnClause[str] = literal_column("''")
"""The empty text, spelled out: a bound value would hide the partial indexes."""


# 'schema' is VERSION; 'tick' counts writing transactions and gives work its versions.
meta = Table(
    "meta",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Endings per outcome since the store was made: counted as they happen, never scanned.
tallies = Table(
    "tallies",
    metadata,
    Column("outcome", TEXT, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("tracker"),
    Column("identity", TEXT),
    text("key"),
    text("cause"),
    text("kind"),
    when("at"),
    Column("body", LargeBinary),
    Column("outcome", TEXT),
    text("reason"),
    when("ended_at", nullable=True),
    UniqueConstraint("tracker", "identity", name="events_identity"),
)
is_open = events.c.outcome.is_(None) | (events.c.outcome == literal_column("'parked'"))
"""Not ended for good: no outcome yet, or parked."""

Index("events_key", events.c.key, events.c.id)
partial(
    "events_open",
    events.c.key,
    events.c.id,
    events.c.outcome,
    where=is_open,
)
partial(
    "events_ended",
    events.c.ended_at,
    where=events.c.ended_at.is_not(None),
)

has_body = events.c.body.is_not(None)
partial(
    "events_bodies",
    events.c.ended_at,
    where=events.c.ended_at.is_not(None) & has_body,
)

work = Table(
    "work",
    metadata,
    Column("key", TEXT, primary_key=True),
    when("at"),
    Column("version", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    when("failing_since", nullable=True),
    when("held_until", nullable=True),
    text("reason"),
)
Index("work_at", work.c.at)

cases = Table(
    "cases",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("handle", TEXT),
    text("key"),
    text("title"),
    text("url"),
    text("project"),
    text("status"),
    text("group"),
    Column("base", TEXT),
    text("drift"),
    text("gone"),
    text("paused"),
    when("next_look", nullable=True),
    when("since"),
)
Index("cases_handle", cases.c.handle)
partial(
    "cases_next_look",
    cases.c.next_look,
    cases.c.id,
    where=cases.c.next_look.is_not(None),
)
partial("cases_drift", cases.c.id, where=cases.c.drift != NOTHING)
partial("cases_paused", cases.c.id, where=cases.c.paused != NOTHING)

links = Table(
    "links",
    metadata,
    Column("issue", TEXT, primary_key=True),
    Column("case", TEXT, ForeignKey("cases.id"), nullable=False),
    when("since"),
    Column("base", TEXT),
    text("state"),
    text("title"),
    text("url"),
    text("drift"),
    text("gone"),
    Column("is_native", Boolean, nullable=False, default=False),
)
Index("links_case", links.c.case, links.c.issue)
partial("links_drift", links.c.issue, where=links.c.drift != NOTHING)

creations = Table(
    "creations",
    metadata,
    Column("issue", TEXT, primary_key=True),
    Column("tracker", TEXT, nullable=False),
    Column("project", TEXT, nullable=False),
    Column("rule", TEXT, nullable=False),
    Column("reserved_at", BigInteger, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("tried_at", BigInteger),
    Column("case", TEXT),
)
Index("creations_rule", creations.c.rule, creations.c.reserved_at)
is_creating = creations.c.status != literal_column("'created'")
partial("creations_open", creations.c.issue, where=is_creating)

# A person took this issue off this case: what the tracker still shows is not adopted.
unlinked = Table(
    "unlinked",
    metadata,
    Column("issue", TEXT, primary_key=True),
    Column("case", TEXT, primary_key=True),
)

passes = Table(
    "passes",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("key"),
    text("cause"),
    when("started_at"),
    Column("is_dry", Boolean, nullable=False),
    Column("base", TEXT, nullable=False),
    Column("seen", TEXT, nullable=False),
    Column("changes", TEXT, nullable=False),
    Column("overruled", TEXT, nullable=False),
    Column("notes", TEXT, nullable=False),
    text("config"),
    text("plan"),
    Column("outcome", TEXT),
    text("reason"),
    when("finished_at", nullable=True),
)
Index("passes_started", passes.c.started_at)
is_unfinished = passes.c.finished_at.is_(None)
partial("passes_open", passes.c.key, passes.c.id, where=is_unfinished)

# Every pass that worked for an event, not only the one that ended it.
event_passes = Table(
    "event_passes",
    metadata,
    Column("event_id", TEXT, primary_key=True),
    Column("pass_id", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)
Index("event_passes_pass", event_passes.c.pass_id)

actions = Table(
    "actions",
    metadata,
    Column(
        "pass_id",
        TEXT,
        ForeignKey("passes.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("n", Integer, primary_key=True, autoincrement=False),
    text("kind"),
    text("target"),
    text("value"),
    text("reason"),
    text("status"),
    text("receipt"),
    when("at", nullable=True),
)

dead = Table(
    "dead",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("key"),
    text("kind"),
    text("target"),
    text("value"),
    text("reason"),
    when("since"),
    text("pass_id"),
)
Index("dead_pass", dead.c.pass_id)
Index("dead_key", dead.c.key)
