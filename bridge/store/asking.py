"""Answers a group of questions from one snapshot, those of a kind all at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bridge.domain.model import IssueId
from bridge.ports.records import Job, Key, Link
from bridge.store import linking, reading


@dataclass(frozen=True, slots=True)
class Loading:
    """A job to be read."""

    key: Key


@dataclass(frozen=True, slots=True)
class Checking:
    """Links that may have been taken away meanwhile."""

    links: tuple[Link, ...]


Question = Loading | Checking | Callable[[Connection], Any]


def answer(conn: Connection, group: Sequence[Question]) -> list[Any]:
    """The answers to all of *group*, in its order."""
    keys = [one.key for one in group if isinstance(one, Loading)]
    asked = [one.links for one in group if isinstance(one, Checking)]
    jobs = iter(reading.load(conn, keys) if keys else ())
    standing = iter(linking.still_linked(conn, asked) if asked else ())
    return [_answer(conn, one, jobs, standing) for one in group]


def _answer(
    conn: Connection,
    question: Question,
    jobs: Iterator[Job],
    standing: Iterator[set[IssueId]],
) -> Any:
    match question:
        case Loading():
            return next(jobs)
        case Checking():
            return next(standing)
        case _:
            return question(conn)
