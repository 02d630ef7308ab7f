"""Which issues look different from when they were last kept, as far as rules care."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime

from bridge.domain.model import Issue, IssueId
from bridge.ports.sightings import Sighting, sighting_of

_REMEMBERED = 20_000


class Noticing:
    """Remembers what was kept of recent issues, so that nothing is kept twice.

    It forgets the oldest and begins empty: an issue is then kept once more.
    """

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._kept: OrderedDict[IssueId, int] = OrderedDict()
        self._remembered = remembered

    def news(
        self, issues: Iterable[Issue], now: datetime, handled: str = ""
    ) -> list[Sighting]:
        """What is to be kept of *issues*; tell :meth:`kept` when that is done."""
        return list(self._news(issues, now, handled))

    def kept(self, sightings: Iterable[Sighting]) -> None:
        """These are stored."""
        for one in sightings:
            self._kept[one.issue] = _look_of(one)
            self._kept.move_to_end(one.issue)
        while len(self._kept) > self._remembered:
            self._kept.popitem(last=False)

    def _news(
        self, issues: Iterable[Issue], now: datetime, handled: str
    ) -> Iterator[Sighting]:
        for issue in issues:
            sighting = sighting_of(issue, now, handled)
            if self._kept.get(issue.id) != _look_of(sighting):
                yield sighting


def _look_of(seen: Sighting) -> int:
    attributes = tuple(sorted(seen.attributes.items()))
    return hash((seen.title, seen.url, seen.first_seen, seen.handled, attributes))
