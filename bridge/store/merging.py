"""Commits that touch different rows, made one: each statement is executed once for all.

Executing a statement costs some ten times what one more row in it does.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from bridge.ports.commits import Commit

_LISTS = tuple(
    field.name for field in fields(Commit) if field.name not in ("marks", "look_at_all")
)


def merged(commits: Sequence[Commit]) -> Iterator[Commit]:
    """What has the same effect as *commits* in their order, in fewer."""
    together: list[Commit] = []
    touched: set[Hashable] = set()
    for commit in commits:
        its = set(_touched(commit))
        if commit.look_at_all or not touched.isdisjoint(its):
            yield from _one(together)
            together, touched = [], set()
        if commit.look_at_all:
            yield commit
            continue
        together.append(commit)
        touched |= its
    yield from _one(together)


def _one(commits: list[Commit]) -> Iterator[Commit]:
    if len(commits) == 1:
        yield commits[0]
    elif commits:
        whole: dict[str, Any] = {
            name: [row for commit in commits for row in getattr(commit, name)]
            for name in _LISTS
        }
        whole["marks"] = {name: at for one in commits for name, at in one.marks.items()}
        yield Commit(**whole)


def _touched(commit: Commit) -> Iterable[Hashable]:
    """Everything that *commit* reads or writes, so that two which share none of it may
    change places: keys, cases and issues by id, passes, actions, events, letters."""
    yield from (one.id for one in commit.passes)
    yield from (one.key for one in commit.passes)
    yield from (event for one in commit.passes for event in one.events)
    yield from ((one.pass_id, one.n) for one in commit.actions)
    yield from (one.issue for one in commit.links)
    yield from (one.id for one in commit.cases)
    yield from (one.case for one in commit.comments)
    yield from (one.id for one in commit.events)
    yield from (one.key for one in commit.events)
    yield from (one.pass_id for one in commit.endings if one.pass_id is not None)
    yield from (event for one in commit.endings for event in one.events)
    yield from (one.id for one in commit.dead)
    yield from (one.key for one in commit.dead)
    yield from commit.revived
    yield from (one.key for one in commit.healed)
    yield from (one.key for one in commit.work)
    yield from (one.key for one in commit.due)
    yield from (one.issue for one in commit.sightings)
    yield from (one.issue for one in commit.creations)
    yield from commit.dropped
    yield from commit.marks
