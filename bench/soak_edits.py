"""What people do at random on both sides, and what they are entitled to see of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

import httpx

from bench.soak_world import SoakWorld, until
from bridge.sandbox.people import People
from bridge.sandbox.records import IssueState
from bridge.sandbox.world import World

HALF = 0.5
PATIENCE = 300.0
KNOWN = ("ann@", "bob@", "cleo@")
WEIGHTS = {
    "issue_state": 30,
    "case_status": 20,
    "assign": 14,
    "say": 16,
    "reword": 4,
    "unsay": 2,
    "link": 5,
    "unlink": 3,
    "new_issue": 2,
}


@dataclass
class Said:
    """A comment of a person, what it said before, and all that must show it once."""

    on: str
    id: str
    text: str
    reaches: set[str]
    before: list[str] = field(default_factory=list)


@dataclass
class Hands:
    """Everybody's hands, with the links as they know them.

    *shaken* are cases whose links have changed since the start; *allowed* is how many
    changes all that was done may cost.
    """

    world: SoakWorld
    rng: Random
    links: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    shaken: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    in_flight: set[str] = field(default_factory=set)
    autos: list[str] = field(default_factory=list)
    allowed: int = 0
    words: int = 0

    async def link_the_scene(self) -> None:
        """Link what the scene means to be linked, as an operator would."""
        room = asyncio.Semaphore(6)

        async def link(issue: str, case: str) -> None:
            async with room:
                await self._link(issue, case)

        groups = self.world.sandbox.world.groups
        pairs = [(issue, case) for case, issues in groups.items() for issue in issues]
        await asyncio.gather(*(link(*pair) for pair in pairs))
        self.shaken.clear()
        self.counts.clear()

    async def edit(self) -> None:
        """One thing that somebody does."""
        (kind,) = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.counts[kind] += 1
        match kind:
            case "link":
                await self._link_something()
            case "unlink":
                await self._unlink_something()
            case _:
                self._at_once[kind]()

    def group_of(self, thing: str) -> set[str]:
        """A thing and all that is linked with it."""
        case = thing if thing in self._cases else self.links.get(thing)
        if case is None:
            return {thing}
        return {case, *(issue for issue, its in self.links.items() if its == case)}

    @property
    def _at_once(self) -> dict[str, Callable[[], None]]:
        return {
            "issue_state": self._issue_state,
            "case_status": self._case_status,
            "assign": self._assign,
            "say": self._say,
            "reword": self._reword,
            "unsay": self._unsay,
            "new_issue": self._new_issue,
        }

    def _issue_state(self) -> None:
        issue = self._an_issue()
        self._allow(issue)
        # No rule gives an issue a case that was ignored or excluded before it had one.
        is_waiting = issue in self.autos and issue not in self.links
        states = list(IssueState)[: 3 if is_waiting else None]
        self._people.set_issue_state(issue, self.rng.choice(states))

    def _case_status(self) -> None:
        case = self._a_case()
        self._allow(case)
        options = self._inner.types[self._inner.case(case).type_id].statuses.values()
        names = [name for one in options for name in one.names]
        self._people.set_case_status(case, self.rng.choice(names))

    def _assign(self) -> None:
        users = [u.id for u in self._inner.users.values() if u.email.startswith(KNOWN)]
        user = self.rng.choice([*users, None])
        if self.rng.random() < HALF:
            case = self._a_case()
            self._allow(case)
            self._people.assign_case(case, user)
        else:
            issue = self._an_issue()
            self._allow(issue)
            self._people.assign_issue(issue, user)

    def _say(self) -> None:
        self.words += 1
        text = f"thought-{self.words}."
        is_case = self.rng.random() < HALF
        thing = self._a_case() if is_case else self._an_issue()
        say = self._people.comment if is_case else self._people.comment_issue
        self._allow(thing)
        group = self.group_of(thing)
        reaches = set() if group & self.in_flight else group - {thing}
        self.said.append(Said(thing, say(thing, text).id, text, reaches))

    def _reword(self) -> None:
        said = self._something_said()
        if said is None:
            return
        self.words += 1
        said.before.append(said.text)
        said.text = f"thought-{self.words}."
        self._allow(said.on)
        is_case = said.on in self._cases
        people = self._people
        edit = people.edit_comment if is_case else people.edit_issue_comment
        edit(said.on, said.id, said.text)

    def _unsay(self) -> None:
        said = self._something_said()
        if said is None:
            return
        said.before.append(said.text)
        said.text = ""
        self._allow(said.on)
        people = self._people
        if said.on in self._cases:
            people.delete_comment(said.on, said.id)
        else:
            people.delete_issue_comment(said.on, said.id)

    def _new_issue(self) -> None:
        service = self.rng.choice(("auto", "by-hand"))
        issue = self._people.new_issue(service=service).id
        if service == "auto":
            self.autos.append(issue)
            self.allowed += 8

    async def _link_something(self) -> None:
        busy = {*self.links, *self.autos, *self.in_flight}
        loose = [issue for issue in self._inner.issues if issue not in busy]
        if loose:
            await self._link(self.rng.choice(loose), self._a_case())

    async def _link(self, issue: str, case: str) -> None:
        """Ask until it is known to be so, whatever breaks meanwhile."""
        body = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
        self.shaken.add(case)
        self.in_flight |= {issue, case}
        await until(lambda: self._is_done("POST", "links", body), PATIENCE)
        self.links[issue] = case
        self.in_flight -= {issue, case}
        self._allow(case, 3)

    async def _unlink_something(self) -> None:
        mine = [
            issue
            for issue, case in self.links.items()
            if issue not in self.in_flight and case not in self.in_flight
        ]
        if not mine:
            return
        issue = self.rng.choice(mine)
        case = self.links[issue]
        self.shaken.add(case)
        self.in_flight |= {issue, case}
        for one in self.said:
            one.reaches -= set(one.reaches) if one.on == issue else {issue}
        path = f"links/errors:{issue}"
        await until(lambda: self._is_done("DELETE", path, None), PATIENCE)
        del self.links[issue]
        self.in_flight -= {issue, case}

    async def _is_done(self, method: str, path: str, body: object) -> bool:
        """Whether it is so now: 409 and 404 say that an earlier try did it."""
        try:
            answer = await self.world.ask(method, path, body)
        except httpx.TransportError:
            return False
        return answer.is_success or answer.status_code in {404, 409}

    def _allow(self, thing: str, times: int = 1) -> None:
        self.allowed += times * len(self.group_of(thing))

    def _an_issue(self) -> str:
        return self.rng.choice(list(self._inner.issues))

    def _a_case(self) -> str:
        return self.rng.choice(list(self._inner.groups))

    def _something_said(self) -> Said | None:
        standing = [one for one in self.said if one.text]
        return self.rng.choice(standing) if standing else None

    @property
    def _inner(self) -> World:
        return self.world.sandbox.world

    @property
    def _cases(self) -> Mapping[str, object]:
        return self._inner.cases

    @property
    def _people(self) -> People:
        return self.world.sandbox.people
