"""Datadog's users as people of the bridge."""

from collections.abc import Iterable

from bridge.domain.model import Person
from bridge.trackers.datadog.wire import Included, ToOne, UserData


def person_at(relationship: ToOne, included: Iterable[Included]) -> Person | None:
    """Whoever stands at the end of *relationship*; known by id alone if not included.

    Datadog includes a user it cannot name with an empty name and address.
    """
    ref = relationship.data
    if ref is None:
        return None
    for thing in included:
        if thing.id == ref.id and thing.type in ("user", "users"):
            told = thing.attributes
            is_active = told.active and not told.disabled
            return Person(ref.id, told.email, told.name, is_active, told.verified)
    return Person(ref.id)


def person_from(user: UserData) -> Person:
    """An account as the users' own API tells it.

    Who was invited and has not come yet is pending, and has proven nothing.
    """
    told = user.attributes
    status = told.status.upper()
    is_active = not told.disabled and status != "DISABLED"
    is_verified = status != "PENDING" if told.verified is None else told.verified
    return Person(user.id, told.email, told.name, is_active, is_verified)
