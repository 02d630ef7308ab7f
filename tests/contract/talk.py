"""People and comments of each kind of tracker, and the hands that change them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bridge.domain.model import CaseId, Comment, IssueId, State, StatusGroup, own_id
from bridge.ports.errors import AmbiguousError, TransientError
from bridge.ports.trackers import Side
from bridge.sandbox.comment_texts import mangled
from bridge.sandbox.faults import Fault, FaultKind
from tests.clocks import ManualClock
from tests.contract.subjects import NOWHERE, connected
from tests.fakes import MemoryCases, MemoryIssues

Change = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Talk:
    """A tracker, one of its things, and what a person and fate do to it.

    *say* and *join* answer with the id of what was made.
    """

    tracker: Any
    thing: IssueId | CaseId
    nowhere: IssueId | CaseId
    say: Callable[[str], str]
    reword: Callable[[str, str], object]
    unsay: Callable[[str], object]
    join: Callable[[str, bool, bool], str]
    show_deleted: Change
    mangle_texts: Change
    lose_answers: Change
    break_lists: Change

    async def listed(self) -> list[Comment]:
        """Every comment of the thing, newest first."""
        return [comment async for comment in self.tracker.comments(self.thing)]

    async def texts(self) -> list[str]:
        """What is to be read there, newest first."""
        return [c.text for c in await self.listed() if not c.is_deleted]


@asynccontextmanager
async def talking(kind: str) -> AsyncIterator[Talk]:
    """A kind of tracker before its sandbox, or ``memory_issues``, ``memory_cases``."""
    if kind.startswith("memory"):
        yield _in_memory(kind)
        return
    async with connected(kind) as subject:
        sandbox, people = subject.sandbox, subject.sandbox.people
        own = own_id(IssueId(subject.id))
        hands: tuple[Any, ...]
        if subject.tracker.side is Side.ISSUES:
            hands = (
                people.comment_issue,
                people.edit_issue_comment,
                people.delete_issue_comment,
            )
        else:
            hands = (people.comment, people.edit_comment, people.delete_comment)
        say, reword, unsay = hands
        yield Talk(
            subject.tracker,
            IssueId(subject.id),
            IssueId(f"it:{NOWHERE}"),
            say=lambda text: say(own, text).id,
            reword=partial(reword, own),
            unsay=partial(unsay, own),
            join=lambda email, is_active, is_verified: (
                sandbox.world.add_user(
                    "Eve", email, is_active=is_active, is_verified=is_verified
                ).id
            ),
            show_deleted=lambda: setattr(sandbox, "shows_deleted_comments", True),
            mangle_texts=lambda: sandbox.faults.add(Fault(FaultKind.MANGLE)),
            lose_answers=lambda: sandbox.faults.add(
                Fault(FaultKind.CUT_AFTER, method="POST")
            ),
            break_lists=lambda: setattr(sandbox.budget, "limit", 1),
        )


def _in_memory(kind: str) -> Talk:
    clock = ManualClock()
    issues, cases = MemoryIssues(clock), MemoryCases(clock)
    issue, case = issues.put("it", State.RESOLVED), cases.put("it", StatusGroup.OPEN)
    is_issues = kind == "memory_issues"
    memory: MemoryIssues | MemoryCases = issues if is_issues else cases
    return Talk(
        memory,
        issue if is_issues else case,
        IssueId(f"{memory.name}:nowhere"),
        say=lambda text: memory.say("it", text).id,
        reword=partial(memory.reword, "it"),
        unsay=partial(memory.unsay, "it"),
        join=lambda email, is_active, is_verified: (
            memory.join(
                f"eve-{len(memory.people)}",
                email,
                is_active=is_active,
                is_verified=is_verified,
            ).id
        ),
        show_deleted=lambda: setattr(memory, "shows_deleted", True),
        mangle_texts=lambda: setattr(memory, "mangle", mangled),
        lose_answers=lambda: memory.break_after("add_comment", AmbiguousError("lost")),
        break_lists=lambda: memory.break_after("comments", TransientError("broken")),
    )
