"""The operator's hands: try again what was given up, let it be, resume, look again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bridge.domain.base import Held, V
from bridge.domain.comment_records import CommentBase, Copy, CopyStatus
from bridge.domain.comment_text import Marker
from bridge.domain.model import CaseId, IssueId
from bridge.engine.case_pass import Change, rebased_case, rebased_link
from bridge.engine.flips import Flips
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.commits import CommentsKnown, Commit, DeadLetter
from bridge.ports.creations import CreationStatus
from bridge.ports.errors import NotFound, Unclear
from bridge.ports.records import CaseRecord, Due, Job, Key, Link

log = structlog.get_logger(__name__)


class Operator:
    """What people decide about work that stands still."""

    def __init__(self, means: Means, schedule: Schedule, flips: Flips) -> None:
        self._means = means
        self._schedule = schedule
        self._flips = flips
        self._asked: set[Key] = set()

    async def retry(self, letters: Sequence[str]) -> int:
        """Try what was given up again, in the order in which it was; NotFound."""
        return await self._each(letters, self._retried)

    async def skip(self, letters: Sequence[str]) -> int:
        """Let what was given up be: both sides count as agreed; NotFound."""
        return await self._each(letters, self._skipped)

    async def resume(self, case: CaseRecord) -> None:
        """Go on with a paused case; Unclear when it is not paused."""
        if not case.paused:
            raise Unclear(f"{case.id} is not paused")
        job = await self._means.store.load(Key(case.id))
        self._flips.forget([case.id, *(link.issue for link in job.links)])
        resumed = replace(case, paused="")
        await self._make_due(Key(case.id), Commit(cases=[resumed]))
        log.info("case.resumed", case=case.id)

    async def look_again(self, cases: Sequence[CaseId]) -> int:
        """Look at cases now, all of them where none is named."""
        keys = [Key(case) for case in cases or await self.all_cases()]
        now = self._means.clock.now()
        if not (await self.progress())["left"]:
            self._asked.clear()
        await self._means.store.commit(Commit(due=[Due(key, now) for key in keys]))
        self._asked.update(keys)
        for key in keys:
            self._schedule.wake(key, now)
        return len(keys)

    async def progress(self) -> dict[str, int]:
        """How far the looks are that were asked for last, and before they were over.

        *left* are cases not looked at yet, *again_later* those that have to be looked
        at once more: the tracker failed, or a value must settle first.
        """
        now = self._means.clock.now()
        due = {each.key: each.at for each in await self._means.store.due()}
        waiting = [due[key] for key in self._asked if key in due]
        left = sum(at <= now for at in waiting)
        return {
            "looking_at": len(self._asked),
            "left": left,
            "again_later": len(waiting) - left,
        }

    async def all_cases(self) -> list[CaseId]:
        """Every linked case."""
        cases: dict[CaseId, None] = {}
        after = ""
        while rows := await self._means.store.links(after=after, limit=500):
            cases.update(dict.fromkeys(row.link.case for row in rows))
            after = rows[-1].link.issue
        return list(cases)

    async def _each(
        self,
        ids: Sequence[str],
        change: Callable[[DeadLetter, Job, CommentBase | None], Commit],
    ) -> int:
        found = await self._means.store.find_dead(ids)
        missing = sorted(set(ids) - {letter.id for letter in found})
        if missing:
            raise NotFound(f"there is no dead letter {', '.join(missing)}")
        for letter in found:
            job = await self._means.store.load(letter.key)
            comments = None
            if letter.kind.endswith("_comment") and job.case:
                comments = await self._means.store.load_comments(job.case.id)
            commit = change(letter, job, comments)
            if letter.kind == "create_case":
                commit = await self._about_creation(letter, change == self._retried)
            await self._make_due(letter.key, replace(commit, revived=[letter.id]))
            log.info("letter.closed", kind=letter.kind, target=letter.target)
        return len(found)

    async def _make_due(self, key: Key, commit: Commit) -> None:
        now = self._means.clock.now()
        due = [*commit.due, Due(key, now)]
        await self._means.store.commit(replace(commit, due=due))
        self._schedule.wake(key, now)

    async def _about_creation(self, letter: DeadLetter, is_retry: bool) -> Commit:  # noqa: FBT001
        issue = IssueId(letter.target)
        creation = await self._means.store.creation(issue)
        if creation is None:
            return Commit()
        if not is_retry:
            return Commit(dropped=[issue])
        reserved = replace(creation, status=CreationStatus.RESERVED, tried_at=None)
        return Commit(creations=[reserved])

    def _retried(
        self, letter: DeadLetter, job: Job, comments: CommentBase | None
    ) -> Commit:
        def owed_again(held: Held[V]) -> Held[V]:
            if held.owed is None:
                return held
            return replace(held, owed=replace(held.owed, refusal=""))

        if comments and job.case:
            copy = comments.copies.get(Marker(letter.value))
            if copy is None:
                return Commit()
            again = replace(copy, status=CopyStatus.PENDING, tried_at=None)
            if copy.id:
                again = replace(copy, status=CopyStatus.DONE, shows="")
            return _copies(job.case, again)
        return _rebased(letter, job, owed_again)

    def _skipped(
        self, letter: DeadLetter, job: Job, comments: CommentBase | None
    ) -> Commit:
        def agreed(held: Held[V]) -> Held[V]:
            return replace(held, owed=None)

        return Commit() if comments else _rebased(letter, job, agreed)


def _copies(case: CaseRecord, copy: Copy) -> Commit:
    known = CommentBase.of(copies=[copy])
    return Commit(comments=[CommentsKnown(case.id, known, case.since)])


def _rebased(letter: DeadLetter, job: Job, change: Change) -> Commit:
    """The part of the base that *letter* is about, changed."""
    links = {link.issue: link for link in job.links}
    case = job.case
    match letter.kind:
        case "set_issue_state" | "set_issue_assignee":
            link = links.get(IssueId(letter.target))
            return Commit(links=[_of_link(link, letter, change)] if link else [])
        case "list_issue_on_case":
            link = links.get(IssueId(letter.value))
            return Commit(links=[_of_link(link, letter, change)] if link else [])
        case "set_case_status" | "set_case_assignee":
            return Commit(cases=[_of_case(case, letter, change)] if case else [])
        case _:
            return Commit()


def _of_link(link: Link, letter: DeadLetter, change: Change) -> Link:
    base = link.base
    if base is None:
        return link
    if letter.kind == "set_issue_state":
        base = replace(base, state=change(base.state))
    elif letter.kind == "list_issue_on_case":
        base = replace(base, listed=change(base.listed))
    elif base.assignee:
        base = replace(base, assignee=change(base.assignee))
    return rebased_link(link, base)


def _of_case(case: CaseRecord, letter: DeadLetter, change: Change) -> CaseRecord:
    base = case.base
    if base is None:
        return case
    if letter.kind == "set_case_status":
        base = replace(base, group=change(base.group))
    elif base.assignee:
        base = replace(base, assignee=change(base.assignee))
    return rebased_case(case, base)
