"""Columns, indexes and inserts that both engines understand."""

from sqlalchemy import Column, ColumnElement, Index, Text

# SQLite compiles these too, as its own are a subset of them.
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.types import BigInteger

__all__ = ["TEXT", "Insert", "insert", "partial", "text", "when"]

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte, whatever the database's own language."""


def text(name: str) -> Column[str]:
    """Text, empty unless given."""
    return Column(name, TEXT, nullable=False, default="")


def when(name: str, *, nullable: bool = False) -> Column[int]:
    """A moment, in microseconds since 1970."""
    return Column(name, BigInteger, nullable=nullable)


def partial(name: str, *columns: Column[str], where: ColumnElement[bool]) -> Index:
    """An index of those rows only that meet *where*."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
