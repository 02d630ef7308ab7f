"""Answers a group of questions from one snapshot, those of a kind all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bridge.ports.records import Key, Link
from bridge.ports.sharing import Fence
from bridge.store import linking, reading, replicas


@dataclass(frozen=True, slots=True)
class Loading:
    """A job to be read."""

    key: Key


@dataclass(frozen=True, slots=True)
class Checking:
    """Links that may have been taken away meanwhile."""

    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """A fence that may not be in force any more."""

    fence: Fence


Question = Loading | Checking | Holding | Callable[[Connection], Any]


def answer(conn: Connection, group: Sequence[Question]) -> list[Any]:
    """The answers to all of *group*, in its order."""
    keys = [one.key for one in group if isinstance(one, Loading)]
    asked = [one.links for one in group if isinstance(one, Checking)]
    jobs = iter(reading.load(conn, keys) if keys else ())
    standing = iter(linking.still_linked(conn, asked) if asked else ())
    fences = [one.fence for one in group if isinstance(one, Holding)]
    in_force = replicas.hold(conn, fences) if fences else set()

    def answered(question: Question) -> Any:
        match question:
            case Loading():
                return next(jobs)
            case Checking():
                return next(standing)
            case Holding(fence):
                return fence in in_force
            case _:
                return question(conn)

    return [answered(one) for one in group]
