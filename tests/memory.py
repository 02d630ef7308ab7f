"""What the trackers in memory have in common: failures to come, people, comments."""

from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.model import (
    CaseId,
    Comment,
    IssueId,
    Person,
    TrackerName,
    own_id,
)
from bridge.ports.errors import GoneError, TrackerError, TransientError
from bridge.ports.trackers import RateBudget

READS = ("get_issue", "get_case", "find_issues", "find_cases", "find_people")

BRIDGE = Person("bridge", "bridge@example.com", "Bridge")
"""The account under which the bridge itself writes."""


class Now(Protocol):
    """Tells the time."""

    def now(self) -> datetime: ...


class Memory:
    """Calls counted, and failures to come, by the name of the call."""

    name: TrackerName

    def __init__(self, clock: Now) -> None:
        self.clock = clock
        self.calls: Counter[str] = Counter()
        self.failures: dict[str, deque[TrackerError]] = {}
        self.breaks: dict[str, deque[TrackerError]] = {}
        self.budget: RateBudget | None = None
        self.period: timedelta | None = None
        self.lowest: int | None = None

    def meter(self, limit: int, period: timedelta) -> None:
        """Answer no more than *limit* calls per *period*, and tell what is left."""
        self.period, self.lowest = period, limit
        self.budget = RateBudget(limit, limit, self.clock.now() + period)

    def fail(self, call: str, *errors: TrackerError) -> None:
        """The next calls fail, before they have any effect."""
        self.failures.setdefault(call, deque()).extend(errors)

    def break_after(self, call: str, *errors: TrackerError) -> None:
        """The next calls take effect, and then fail all the same."""
        self.breaks.setdefault(call, deque()).extend(errors)

    def _enter(self, call: str) -> None:
        if self.budget and self.period:
            self._spend(self.budget, self.period)
        self.calls[call] += 1
        if self.failures.get(call):
            raise self.failures[call].popleft()

    def _spend(self, budget: RateBudget, period: timedelta) -> None:
        now = self.clock.now()
        left, resets = budget.remaining, budget.resets_at
        if now >= resets:
            left, resets = budget.limit, now + period
        if not left:
            wait = (resets - now).total_seconds()
            raise TransientError(f"{self.name}: too many calls", retry_after=wait)
        self.budget = RateBudget(budget.limit, left - 1, resets)
        self.lowest = min(self.lowest or 0, left - 1)

    def _leave(self, call: str) -> None:
        if self.breaks.get(call):
            raise self.breaks[call].popleft()

    @property
    def writes(self) -> int:
        reads = {*READS, "comments"}
        return sum(n for call, n in self.calls.items() if call not in reads)


class MemoryPeople(Memory):
    """A tracker's accounts, by their ids."""

    def __init__(self, clock: Now) -> None:
        super().__init__(clock)
        self.people: dict[str, Person] = {BRIDGE.id: BRIDGE}

    def join(
        self,
        person: str,
        email: str = "",
        *,
        is_active: bool = True,
        is_verified: bool = True,
    ) -> Person:
        """Somebody gets an account, or it changes."""
        made = Person(person, email, person.title(), is_active, is_verified)
        self.people[person] = made
        return made

    async def find_people(self, email: str) -> tuple[Person, ...]:
        self._enter("find_people")
        wanted = email.casefold()
        return tuple(p for p in self.people.values() if p.email.casefold() == wanted)

    def _person(self, person: str | None) -> Person | None:
        """Who is assigned; an id that nobody has is known by itself alone."""
        return None if person is None else self.people.get(person, Person(person))


class MemoryComments(MemoryPeople):
    """Comments by the own id of what they are on, oldest first.

    *mangle* is what the tracker makes of a text that it is given through its API;
    *shows_deleted* lists deleted comments, marked, instead of leaving them out.
    """

    comment_limit = 20_000
    shows_deleted = False

    def __init__(self, clock: Now) -> None:
        super().__init__(clock)
        self.said: dict[str, list[Comment]] = {}
        self.mangle: Callable[[str], str] = str

    def say(self, name: str, text: str, author: str = "ann") -> Comment:
        """A person writes a comment."""
        return self._add(name, text, self.people.get(author, Person(author)))

    def reword(self, name: str, comment: str, text: str) -> None:
        """A person edits a comment."""
        self._change(name, comment, text=text, edited_at=self.clock.now())

    def unsay(self, name: str, comment: str) -> None:
        """A person deletes a comment."""
        self._change(name, comment, is_deleted=True)

    def texts(self, name: str) -> list[str]:
        """What is to be read there, oldest first."""
        return [c.text for c in self.said.get(name, []) if not c.is_deleted]

    async def comments(self, thing: IssueId | CaseId) -> AsyncIterator[Comment]:
        """Newest first; a break comes in the midst of the list."""
        self._enter("comments")
        said = [
            comment
            for comment in reversed(self._on(thing))
            if self.shows_deleted or not comment.is_deleted
        ]
        half = len(said) // 2
        for comment in said[:half]:
            yield comment
        self._leave("comments")
        for comment in said[half:]:
            yield comment

    async def add_comment(self, thing: IssueId | CaseId, text: str) -> Comment:
        self._enter("add_comment")
        self._on(thing)
        made = self._add(own_id(thing), self.mangle(text), BRIDGE)
        self._leave("add_comment")
        return made

    async def edit_comment(
        self, thing: IssueId | CaseId, comment: str, text: str
    ) -> None:
        self._enter("edit_comment")
        self._on(thing)
        edited_at = self.clock.now()
        self._change(
            own_id(thing), comment, text=self.mangle(text), edited_at=edited_at
        )
        self._leave("edit_comment")

    async def delete_comment(self, thing: IssueId | CaseId, comment: str) -> None:
        self._enter("delete_comment")
        said = self.said.get(own_id(thing), [])
        if any(c.id == comment and not c.is_deleted for c in said):
            self._change(own_id(thing), comment, is_deleted=True)
        self._leave("delete_comment")

    def _holds(self, name: str) -> bool:
        raise NotImplementedError

    def _on(self, thing: IssueId | CaseId) -> list[Comment]:
        if not self._holds(own_id(thing)):
            raise GoneError(f"{self.name}: there is no {own_id(thing)}")
        return list(self.said.get(own_id(thing), []))

    def _add(self, name: str, text: str, author: Person) -> Comment:
        number = sum(map(len, self.said.values())) + 1
        url = f"https://{self.name}.example/{name}#c{number}"
        made = Comment(f"c{number}", text, author, self.clock.now(), url=url)
        self.said.setdefault(name, []).append(made)
        return made

    def _change(self, name: str, comment: str, **changes: object) -> None:
        said = self.said.get(name, [])
        for at, found in enumerate(said):
            if found.id == comment and not found.is_deleted:
                said[at] = replace(found, **changes)  # type: ignore[arg-type]
                return
        raise GoneError(f"{self.name}: no comment {comment} on {name}")
