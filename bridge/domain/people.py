"""Who somebody is, across trackers: by e-mail, or by the operator's table of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NewType

from bridge.domain.model import Person, TrackerName

Identity = NewType("Identity", str)
"""A person anywhere: the e-mail address that stands for them, in lower case; or
``tracker:id`` of somebody without an address that can be trusted; or NOBODY."""

NOBODY = Identity("")


@dataclass(frozen=True, slots=True)
class Account:
    """The one account of somebody in one tracker, or why there is none to be used."""

    id: str = ""
    reason: str = ""


Accounts = Mapping[tuple[TrackerName, Identity], Account]
"""Accounts as far as they were looked up."""


@dataclass(frozen=True, slots=True)
class People:
    """The operator's table: each of a person's addresses, and all of them together."""

    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Iterable[Iterable[str]]) -> "People":
        """The table of people, each given by their addresses; the first one stands
        for the person."""
        addresses = {}
        for person in table:
            folded = tuple(address.casefold() for address in person)
            addresses.update(dict.fromkeys(folded, folded))
        return cls(addresses)

    def identity(self, tracker: TrackerName, person: Person | None) -> Identity:
        """Who *person* of *tracker* is."""
        if person is None:
            return NOBODY
        address = person.email.casefold()
        if not address or not person.is_verified:
            return Identity(f"{tracker}:{person.id}")
        return Identity(self.addresses.get(address, (address,))[0])

    def addresses_of(self, identity: Identity) -> tuple[str, ...]:
        """Every address under which *identity* may have an account; none for somebody
        who is known to one tracker only."""
        if "@" not in identity:
            return ()
        return self.addresses.get(identity, (identity,))


NO_TABLE = People()
NO_ACCOUNTS: Accounts = {}


def stand_in(tracker: TrackerName, identity: Identity) -> Person | None:
    """A person of *tracker* who is taken for *identity*, for a value that was not
    read."""
    if identity == NOBODY:
        return None
    own = identity.removeprefix(f"{tracker}:")
    return Person(own) if own != identity else Person("", email=identity)


def account_among(found: Iterable[Person], identity: Identity) -> Account:
    """The account to use of those found under the addresses of *identity*."""
    usable = {person.id for person in found if person.is_active and person.is_verified}
    if len(usable) == 1:
        return Account(id=usable.pop())
    if usable:
        return Account(reason=f"{len(usable)} active accounts have {identity}")
    return Account(reason=f"no active account has {identity}")
