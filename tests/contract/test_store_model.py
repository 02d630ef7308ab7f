"""Any order of deliveries, links and passes leaves a store as a small model says."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import settings, stateful
from hypothesis import strategies as st

from bridge.domain.model import IssueId
from bridge.ports.commits import Commit, Ending, WorkDone, WorkLater
from bridge.ports.records import Due, Job, Key, Outcome
from bridge.ports.store import LinkExists
from bridge.store.opening import open_store
from tests.builders import NOON, minutes
from tests.store.records import case_record, delivery, due, event, linked

ISSUES = [f"errors:{n}" for n in range(3)]
CASES = [f"cases:{n}" for n in range(2)]
SUBJECTS = [*ISSUES, *CASES, *(f"cases:SHOP-{n}" for n in range(2))]

issues = st.sampled_from(ISSUES)
cases = st.sampled_from(CASES)
times = st.integers(0, 20).map(minutes)


@dataclass
class Work:
    at: datetime
    bumped: int
    held: datetime | None = None


@dataclass
class Model:
    """What is due and what waits, in dicts."""

    links: dict[str, str] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome | None] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    bumps: int = 0

    def resolve(self, subject: str) -> str | None:
        name = subject.replace("SHOP-", "")
        case = self.links.get(subject, name)
        return case if case in self.links.values() else None

    def waiting(self, key: str) -> list[str]:
        open_ones = (None, Outcome.PARKED)
        mine = [e for e, its_key in self.keys.items() if its_key == key]
        return sorted(e for e in mine if self.outcomes[e] in open_ones)

    def arrive(self, key: str, at: datetime) -> None:
        self.bumps += 1
        work = self.work.setdefault(key, Work(at, 0))
        work.bumped = self.bumps
        if not (work.held and work.held > at):
            work.at = min(work.at, at)

    def want(self, key: str, at: datetime) -> None:
        self.arrive(key, at)
        self.work[key].at = min(self.work[key].at, at)
        self.work[key].held = None

    def end(self, events: tuple[str, ...], outcome: Outcome) -> None:
        for one in events:
            if self.outcomes[one] in (None, Outcome.PARKED):
                self.outcomes[one] = outcome


class StoreMachine(stateful.RuleBasedStateMachine):
    """Drives a real store and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.open = AsyncExitStack()
        opening = open_store(self.new_url())
        self.store = self.runner.run(self.open.enter_async_context(opening))
        self.model = Model()
        self.count = 0
        self.jobs: list[tuple[Job, int | None]] = []

    def new_url(self) -> str:
        return f"sqlite:///{self.folder.name}/bridge.db"

    def teardown(self) -> None:
        self.runner.run(self.open.aclose())
        self.runner.close()
        self.folder.cleanup()

    def new_id(self) -> str:
        self.count += 1
        return f"{self.count:05}"

    @stateful.rule(
        subjects=st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=3),
        identity=st.sampled_from("abcdefgh"),
        is_exact=st.booleans(),
        at=times,
    )
    def accept(
        self, subjects: list[str], identity: str, is_exact: bool, at: datetime
    ) -> None:
        name = self.new_id()
        accepted = self.runner.run(
            self.store.accept(
                delivery(name, *subjects, identity=identity, is_exact=is_exact, at=at)
            )
        )

        hits = [hit for hit in map(self.model.resolve, subjects) if hit]
        keys = list(dict.fromkeys(hits)) or [subjects[0]]
        is_new = identity not in self.model.identities
        if is_new:
            self.model.identities[identity] = name
            self.model.keys[name] = keys[0]
            self.model.outcomes[name] = None
        elif is_exact:
            keys = []
        for key in keys:
            self.model.arrive(key, at)
        assert accepted.id == self.model.identities[identity]
        assert accepted.is_new is is_new
        assert list(accepted.due) == keys

    @stateful.rule(issue=issues, case=cases, at=times)
    def link(self, issue: str, case: str, at: datetime) -> None:
        name = self.new_id()
        making = self.store.link(
            linked(issue, case), case_record(case), event(name, case, at)
        )
        if issue in self.model.links:
            with pytest.raises(LinkExists) as refusal:
                self.runner.run(making)
            assert refusal.value.case.id == self.model.links[issue]
            return
        self.runner.run(making)

        for waiting in self.model.waiting(issue):
            self.model.keys[waiting] = case
        self.model.links[issue] = case
        self.model.keys[name] = case
        self.model.outcomes[name] = None
        moved = self.model.work.pop(issue, None)
        self.model.arrive(case, min(at, moved.at) if moved else at)

    @stateful.rule(issue=issues)
    def unlink(self, issue: str) -> None:
        name = self.new_id()
        removed = self.runner.run(self.store.unlink(IssueId(issue), event(name, issue)))

        case = self.model.links.pop(issue, None)
        assert (removed.case if removed else None) == case
        if case is None:
            return
        self.model.keys[name] = issue
        self.model.outcomes[name] = Outcome.APPLIED
        if case not in self.model.links.values():
            self.model.end(tuple(self.model.waiting(case)), Outcome.IGNORED)
            self.model.work.pop(case, None)

    @stateful.rule(key=st.sampled_from(SUBJECTS))
    def begin_pass(self, key: str) -> None:
        job = self.runner.run(self.store.load(Key(key)))

        work = self.model.work.get(key)
        assert list(job.events) == self.model.waiting(key)
        assert {one.issue for one in job.links} == {
            issue for issue, case in self.model.links.items() if case == key
        }
        assert bool(job.version) is bool(work)
        self.jobs.append((job, work.bumped if work else None))

    @stateful.precondition(lambda self: self.jobs)
    @stateful.rule(
        data=st.data(),
        outcome=st.sampled_from([Outcome.APPLIED, Outcome.PARKED, None]),
        at=times,
        ends=st.sampled_from(["done", "later", "held", "done and due"]),
    )
    def end_pass(
        self,
        data: st.DataObject,
        outcome: Outcome | None,
        at: datetime,
        ends: str,
    ) -> None:
        job, bumped = self.jobs.pop(
            data.draw(st.integers(0, len(self.jobs) - 1), label="pass")
        )
        endings = [Ending(outcome, "", NOON, None, job.events)] if outcome else []
        work: WorkDone | WorkLater = WorkDone(job.key, job.version)
        if ends in ("later", "held"):
            work = WorkLater(job.key, job.version, at, holds=ends == "held")
        wanted = [Due(job.key, at)] if ends == "done and due" else []
        self.runner.run(
            self.store.commit(Commit(endings=endings, work=[work], due=wanted))
        )

        if outcome:
            self.model.end(job.events, outcome)
        self._end_work(job.key, bumped, work)
        for one in wanted:
            self.model.want(one.key, one.at)

    def _end_work(
        self, key: str, bumped: int | None, end: WorkDone | WorkLater
    ) -> None:
        work = self.model.work.get(key)
        if isinstance(end, WorkDone):
            if work and work.bumped == bumped:
                del self.model.work[key]
            elif work:
                work.held = None
        elif work:
            has_moved = work.bumped != bumped
            wakes = has_moved and not end.holds
            work.at = min(work.at, end.at) if wakes else end.at
            work.held = end.at if end.holds else None
        elif bumped is None:
            self.model.arrive(key, end.at)
            self.model.work[key].held = end.at if end.holds else None

    @stateful.invariant()
    def what_is_due_agrees(self) -> None:
        stored = self.runner.run(due(self.store))
        assert stored == {key: work.at for key, work in self.model.work.items()}

    @stateful.invariant()
    def what_came_of_events_agrees(self) -> None:
        rows = self.runner.run(self.store.events(limit=1000))
        assert {row.id: row.outcome for row in rows} == self.model.outcomes
        assert {row.id: str(row.key) for row in rows} == self.model.keys
        counts = self.runner.run(self.store.counts())
        stood = list(self.model.outcomes.values())
        assert counts.pending == stood.count(None)
        assert counts.parked == stood.count(Outcome.PARKED)
        assert sum(counts.outcomes.values()) == len(stood) - counts.pending


TestAnyOrder = StoreMachine.TestCase
TestAnyOrder.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
