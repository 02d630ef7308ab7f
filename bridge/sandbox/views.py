"""What a read shows: the present, an older version, or a search index that lags."""

from collections.abc import Callable, Iterator

from bridge.sandbox.records import Case, Instant, Issue
from bridge.sandbox.world import World


class View:
    """The world as one request sees it.

    *age* answers, for an object's id, as of when it is read (None: now). *indexed*
    is the moment up to which the search index has caught up (None: now).
    """

    def __init__(
        self,
        world: World,
        *,
        age: Callable[[str], Instant | None] = lambda _: None,
        indexed: Instant | None = None,
    ) -> None:
        self._world = world
        self._age = age
        self._indexed = indexed

    def issue(self, issue_id: str) -> Issue:
        """The issue, perhaps an older version of it."""
        older = self._older(issue_id)
        return older if isinstance(older, Issue) else self._world.issue(issue_id)

    def case(self, id_or_key: str) -> Case:
        """The case, perhaps an older version of it."""
        present = self._world.case(id_or_key)
        older = self._older(present.id)
        return older if isinstance(older, Case) else present

    def found_issues(self) -> Iterator[Issue]:
        """Every issue that the search index knows, as it knows it."""
        yield from (r for r in self._index() if isinstance(r, Issue))

    def found_cases(self) -> Iterator[Case]:
        """Every case that the search index knows, as it knows it."""
        yield from (r for r in self._index() if isinstance(r, Case))

    def _older(self, object_id: str) -> Issue | Case | None:
        at = self._age(object_id)
        if at is None:
            return None
        return self._world.as_of(object_id, at)

    def _index(self) -> Iterator[Issue | Case]:
        if self._indexed is None:
            yield from self._world.issues.values()
            yield from self._world.cases.values()
            return
        for object_id in self._world.known_ids():
            if record := self._world.as_of(object_id, self._indexed):
                yield record
