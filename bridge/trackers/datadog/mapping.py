"""Datadog's users as people of the bridge."""

from collections.abc import Iterable

from bridge.domain.model import Person
from bridge.trackers.datadog.wire import Included, ToOne


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
            return Person(ref.id, told.email, told.name, told.active)
    return Person(ref.id)
