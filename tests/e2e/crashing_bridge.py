"""The bridge, which kills itself at a chosen point of its work on chosen things.

Points are counted for each thing by itself: every write that was answered and every
step that was saved, from the decision (or the reservation of a case) to the end. What
comes to its chosen point waits there; once each thing waits or has ended, the process
is gone. Where all have ended there is no such point, and the bridge runs on as ever.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from bridge.cli import main
from bridge.domain.actions import ValueAction
from bridge.domain.comment_actions import CommentAction
from bridge.domain.model import CaseId
from bridge.engine import creator, execute
from bridge.engine.case_pass import CasePass
from bridge.engine.comment_writes import CommentWrites
from bridge.engine.value_writes import ValueWrites
from bridge.ports.commits import Commit, NewEvent
from bridge.ports.creations import Creation, Limit
from bridge.ports.records import CaseRecord, Link
from bridge.ports.trackers import NewCase
from bridge.store.sql import SqlStore
from bridge.trackers.datadog_case_management.client import CaseManagement


class Points:
    """How far each of *things* has come; all of them die together at point *at*.

    Where none is named it is the first issue that a case is reserved for.
    """

    def __init__(self, at: int, things: list[str]) -> None:
        self.at = at
        self.counts = dict.fromkeys(things, 0)
        self.begun: set[str] = set()
        self.held: set[str] = set()
        self.ended: set[str] = set()

    async def reach(self, thing: str) -> None:
        """One more point of *thing*, which may be its last."""
        if thing not in self.begun or thing in self.ended:
            return
        self.counts[thing] += 1
        if self.counts[thing] == self.at:
            self.held.add(thing)
            self._die_together()
            await asyncio.Event().wait()

    def choose(self, thing: str) -> None:
        """*thing* is the one, unless one is chosen already."""
        if not self.counts:
            self.counts[thing] = 0

    def begin(self, thing: str) -> None:
        """Count from now on."""
        if thing in self.counts:
            self.begun.add(thing)

    def end(self, thing: str) -> None:
        """Count no more."""
        if thing in self.begun - self.held:
            self.ended.add(thing)
            self._die_together()

    def _die_together(self) -> None:
        if self.held and self.held | self.ended == set(self.counts):
            os.kill(os.getpid(), signal.SIGKILL)


def watch_passes(points: Points) -> None:
    """Points of the passes over linked cases."""
    values, comments = ValueWrites.carry_out, CommentWrites.carry_out

    async def value(self: ValueWrites, case_pass: CasePass, action: ValueAction) -> str:
        receipt = await values(self, case_pass, action)
        await points.reach(case_pass.case.id)
        return receipt

    async def comment(
        self: CommentWrites, case_pass: CasePass, action: CommentAction
    ) -> str:
        receipt = await comments(self, case_pass, action)
        await points.reach(case_pass.case.id)
        return receipt

    ValueWrites.carry_out = value  # type: ignore[method-assign]
    CommentWrites.carry_out = comment  # type: ignore[method-assign]


def watch_store(points: Points) -> None:
    """Points after everything that was saved."""
    commits, links, reserves = SqlStore.commit, SqlStore.link, SqlStore.reserve

    async def commit(self: SqlStore, commit: Commit) -> None:
        await commits(self, commit)
        things: list[str] = [one.id for one in commit.cases]
        things += [one.case for one in commit.links]
        things += [one.case for one in commit.comments]
        things += [one.issue for one in commit.creations]
        for thing in dict.fromkeys(things):
            if commit.passes:
                points.begin(thing)
            await points.reach(thing)
            if commit.endings:
                points.end(thing)

    async def link(
        self: SqlStore,
        link: Link,
        case: CaseRecord,
        event: NewEvent,
        moved_from: CaseId | None = None,
    ) -> None:
        await links(self, link, case, event, moved_from)
        await points.reach(link.issue)
        points.end(link.issue)

    async def reserve(
        self: SqlStore,
        creation: Creation,
        event: NewEvent | None = None,
        limit: Limit | None = None,
    ) -> None:
        await reserves(self, creation, event, limit)
        points.choose(creation.issue)
        points.begin(creation.issue)
        await points.reach(creation.issue)

    SqlStore.commit = commit  # type: ignore[method-assign]
    SqlStore.link = link  # type: ignore[method-assign]
    SqlStore.reserve = reserve  # type: ignore[method-assign]


def watch_creations(points: Points) -> None:
    """The point at which a new case was answered and is not known yet."""
    create = CaseManagement.create_case

    async def create_case(self: CaseManagement, new: NewCase) -> Any:
        case = await create(self, new)
        for thing in points.counts:
            if thing in new.description:
                await points.reach(thing)
        return case

    CaseManagement.create_case = create_case  # type: ignore[method-assign]


def serve(point: int, things: list[str], command: list[str]) -> None:
    """Be the bridge, until it ends."""
    points = Points(point, things)
    watch_passes(points)
    watch_store(points)
    watch_creations(points)
    # One write after the other: what was done before a point is the same every time.
    execute.WRITES_AT_ONCE = 1
    creator.SEARCH_LAG = timedelta(seconds=3)
    main(command)


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))
