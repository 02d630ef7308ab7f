"""The operator's hands: try again what was given up, let it be, resume, look again."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bridge.domain.comment_records import CommentBase, Copy
from bridge.domain.comment_text import Marker
from bridge.domain.model import CaseId, IssueId
from bridge.engine.case_pass import Change, rebased_case, rebased_link
from bridge.engine.flips import Flips
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.engine.verdicts import Retry, Skip, Verdict
from bridge.ports.commits import CommentsKnown, Commit, DeadLetter
from bridge.ports.errors import NotFound, Unclear
from bridge.ports.records import ASKED, CaseRecord, Due, Job, Key, Link

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
        return await self._each(letters, Retry())

    async def skip(self, letters: Sequence[str]) -> int:
        """Let what was given up be: both sides count as agreed; NotFound."""
        return await self._each(letters, Skip())

    async def resume(self, case: CaseRecord) -> None:
        """Go on with a paused case; Unclear when it is not paused."""
        if not case.paused:
            raise Unclear(f"{case.id} is not paused")
        key = Key(case.id)
        async with self._schedule.alone(key):
            job = await self._means.store.load(key)
            if job.case is not None and not job.case.paused:
                raise Unclear(f"{case.id} is not paused any more")
            await self._flips.forget([case.id, *(link.issue for link in job.links)])
            resumed = replace(job.case or case, paused="")
            await self._means.store.commit(Commit(cases=[resumed]))
        await self._make_due(key, Commit())
        log.info("case.resumed", case=case.id)

    async def look_again(self, cases: Sequence[CaseId]) -> int:
        """Look at cases now; at all of them where none is named, as fast as the
        trackers' rate budgets allow."""
        keys = [Key(case) for case in cases or await self.all_cases()]
        now = self._means.clock.now()
        if not (await self.progress())["left"]:
            self._asked.clear()
        due = keys
        if not cases:
            waiting = {each.key for each in await self._means.store.due()}
            due = [key for key in keys if key in waiting]
        wanted = [Due(key, now) for key in due]
        await self._means.store.commit(Commit(due=wanted, look_at_all=not cases))
        self._asked.update(keys)
        for key in due:
            self._schedule.wake(key, now)
        return len(keys)

    async def progress(self) -> dict[str, int]:
        """How far the looks are that were asked for last, and before they were over.

        *left* are cases not looked at yet, *again_later* those that have to be looked
        at once more: the tracker failed, or a value must settle first.
        """
        # A look ends as done or due: what is due is read after it, to miss none.
        asked = await self._means.store.looks_due(ASKED, len(self._asked))
        now = self._means.clock.now()
        due = {each.key: each.at for each in await self._means.store.due()}
        waiting = self._asked & (due.keys() | {Key(one) for one in asked})
        later = {key for key in waiting if key in due and due[key] > now}
        return {
            "looking_at": len(self._asked),
            "left": len(waiting - later),
            "again_later": len(later),
        }

    async def all_cases(self) -> list[CaseId]:
        """Every linked case."""
        cases: dict[CaseId, None] = {}
        after = ""
        while rows := await self._means.store.links(after=after, limit=500):
            cases.update(dict.fromkeys(row.link.case for row in rows))
            after = rows[-1].link.issue
        return list(cases)

    async def _each(self, ids: Sequence[str], verdict: Verdict) -> int:
        """Carry *verdict* out, key by key, while no pass over the key runs."""
        if self._means.options.is_dry:
            raise Unclear("a dry run changes nothing: ask the live bridge")
        found = await self._means.store.find_dead(ids)
        missing = sorted(set(ids) - {letter.id for letter in found})
        if missing:
            raise NotFound(f"there is no dead letter {', '.join(missing)}")
        by_key: dict[Key, list[DeadLetter]] = {}
        for letter in found:
            by_key.setdefault(letter.key, []).append(letter)
        closed = 0
        for key, letters in by_key.items():
            async with self._schedule.alone(key):
                # Somebody else may have closed some while this waited for the key.
                there = await self._means.store.find_dead([one.id for one in letters])
                for letter in there:
                    await self._close(letter, verdict)
            closed += len(there)
            if verdict.wakes and there:
                await self._make_due(key, Commit())
        if not closed:
            raise NotFound("somebody else has closed these dead letters meanwhile")
        return closed

    async def _close(self, letter: DeadLetter, verdict: Verdict) -> None:
        store = self._means.store
        if letter.kind == "look":
            await store.commit(Commit(revived=[letter.id]))
            return
        job = await store.load(letter.key)
        commit = Commit()
        if letter.kind == "create_case":
            creation = await store.creation(IssueId(letter.target))
            if creation is not None:
                commit = verdict.of_creation(creation)
        elif letter.kind.endswith("_comment") and job.case:
            known = await store.load_comments(job.case.id)
            copy = known.copies.get(Marker(letter.value))
            if copy is not None:
                commit = _kept(job.case, verdict.of_copy(copy))
        else:
            commit = _rebased(letter, job, verdict.of_held)
        await store.commit(replace(commit, revived=[letter.id]))
        log.info("letter.closed", kind=letter.kind, target=letter.target)

    async def _make_due(self, key: Key, commit: Commit) -> None:
        now = self._means.clock.now()
        due = [*commit.due, Due(key, now)]
        await self._means.store.commit(replace(commit, due=due))
        self._schedule.wake(key, now)


def _kept(case: CaseRecord, copy: Copy) -> Commit:
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
