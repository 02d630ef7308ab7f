"""Which account somebody has in which tracker: looked up when needed, and remembered.

Accounts that were merely seen in answers count where a tracker has no way to look
people up. What was found is believed for a while; a new table of people starts anew.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.assignee import Unmatched
from bridge.domain.model import Case, Issue, Person, Snapshot, TrackerName, tracker_of
from bridge.domain.people import Account, Accounts, Identity, People, account_among
from bridge.engine.gate import Gate
from bridge.engine.roster import Roster
from bridge.ports.clock import Clock
from bridge.ports.errors import GoneError, PermanentError, TrackerError
from bridge.ports.trackers import Ability

log = structlog.get_logger(__name__)

BELIEVED_FOR = timedelta(minutes=10)
RETRIED_AFTER = timedelta(minutes=1)
"""How soon somebody without an account is looked up again."""

Place = tuple[TrackerName, Identity]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The accounts as far as they are known; *problem* is a tracker that could not be
    asked this time, of whose people nothing is said."""

    accounts: Accounts
    problem: TrackerError | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    account: Account
    until: datetime


class Directory:
    """The accounts of people, and the people who have none."""

    def __init__(self, roster: Roster, gate: Gate, clock: Clock) -> None:
        self._roster = roster
        self._gate = gate
        self._clock = clock
        self._found: dict[Place, _Found] = {}
        self._seen: dict[TrackerName, dict[str, Person]] = {}
        self._people: People | None = None
        self.unmatched: dict[Place, tuple[Unmatched, datetime]] = {}

    def note(self, seen: Snapshot) -> None:
        """Remember everybody who is assigned to something in *seen*."""
        things: tuple[Case | Issue, ...] = (seen.case, *seen.issues)
        for thing in things:
            person = thing.assignee
            if person and person.email:
                at_tracker = self._seen.setdefault(tracker_of(thing.id), {})
                at_tracker[person.id] = person

    async def accounts(self, wanted: Iterable[Place], people: People) -> LookedUp:
        """The account of each person in each tracker, where the tracker can be asked.

        A look-up that failed is not remembered: it is made again the next time.
        """
        if people is not self._people:
            self._found.clear()
            self._people = people
        places = sorted(wanted)
        found = await asyncio.gather(
            *(self._account(p, people) for p in places), return_exceptions=True
        )
        accounts: dict[Place, Account] = {}
        problem: TrackerError | None = None
        for place, answer in zip(places, found, strict=True):
            match answer:
                case Account():
                    accounts[place] = answer
                case TrackerError():
                    problem = problem or answer
                case _:
                    raise answer
        return LookedUp(accounts, problem)

    def report(self, missing: Iterable[Unmatched]) -> None:
        """Tell of people without an account, once per person and tracker."""
        for each in missing:
            place = each.tracker, each.identity
            if place not in self.unmatched:
                self.unmatched[place] = each, self._clock.now()
                log.warning(
                    "person.unmatched",
                    tracker=each.tracker,
                    person=each.identity,
                    reason=each.reason,
                )

    async def _account(self, place: Place, people: People) -> Account:
        now = self._clock.now()
        known = self._found.get(place)
        if known and now < known.until:
            return known.account
        account = await self._look_up(place, people)
        patience = BELIEVED_FOR if account.id else RETRIED_AFTER
        self._found[place] = _Found(account, now + patience)
        if account.id:
            self.unmatched.pop(place, None)
        return account

    async def _look_up(self, place: Place, people: People) -> Account:
        tracker, identity = place
        addresses = people.addresses_of(identity)
        if not addresses:
            own = identity.removeprefix(f"{tracker}:")
            if own != identity:
                return Account(id=own)
            return Account(reason=f"{identity} has no e-mail address to be found by")
        found: list[Person] = []
        for address in addresses:
            found += await self._ask(tracker, address)
        return account_among(found, identity)

    async def _ask(self, tracker: TrackerName, address: str) -> list[Person]:
        asked = self._roster.all[tracker]
        if Ability.FIND_PEOPLE in asked.abilities:
            try:
                call = asked.find_people(address)
                found = list(await self._gate.through(tracker, call))
            except (GoneError, PermanentError):
                found = []
            if found:
                return found
        seen = self._seen.get(tracker, {}).values()
        return [person for person in seen if person.email.casefold() == address]
