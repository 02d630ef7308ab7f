"""What the HTTP server needs of the engine behind it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bridge.domain.query import Attributes
from bridge.domain.routing import Ruleset
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.ports.records import Accepted

Answer = dict[str, Any]
"""A JSON object, as the API gives it."""

Readiness = Callable[[], Awaitable[Sequence[str]]]
"""The reasons why the bridge is not ready; none when it is."""

Warnings = Callable[[], Sequence[str]]
"""What is not well although the bridge is ready."""


Exposition = Callable[[], Awaitable[bytes]]
"""All metrics as Prometheus text."""


class Intake(Protocol):
    """Takes deliveries in."""

    async def accept(
        self, tracker: str, headers: Mapping[str, str], body: bytes
    ) -> Accepted:
        """Durable when it returns. DeliveryRefused in its kinds, StoreUnavailable."""
        ...


class Overview(Protocol):
    """What people look at beside lists. Every call may raise StoreUnavailable."""

    async def cases(
        self, *, text: str, standing: str, cursor: str | None, limit: int
    ) -> Answer:
        """A page of cases with their issues; Unclear."""
        ...

    async def pulse(self) -> Answer:
        """How the work flows: the longest wait, what ended in the last hour."""
        ...

    async def rules(self) -> Answer:
        """The rules in force in their order, and how much each decides."""
        ...

    async def abilities(self) -> Answer:
        """What each tracker can do, and what is synced which way."""
        ...


class Desk(Protocol):
    """What people and programs may ask for. Every call may raise StoreUnavailable."""

    @property
    def overview(self) -> Overview:
        """What people look at."""
        ...

    async def status(self) -> Answer:
        """How much waits, and how the trackers are."""
        ...

    async def links(
        self, *, case: str | None, issue: str | None, cursor: str | None, limit: int
    ) -> Answer:
        """A page of links; Unclear."""
        ...

    async def case(self, case: str) -> Answer:
        """One case: both sides, what was agreed, what is dead; NotFound, Unclear."""
        ...

    async def link(self, issue: str, case: str) -> Answer:
        """Attach; NotFound, AlreadyLinked, Unclear, TrackerError."""
        ...

    async def unlink(self, issue: str) -> None:
        """Detach; NotFound, Unclear."""
        ...

    async def create(self, issue: str, project: str | None) -> Answer:
        """The link to a new case for an issue; NotFound, AlreadyLinked, Unclear,
        TrackerError."""
        ...

    async def backfill(
        self,
        since: datetime | None,
        *,
        is_dry: bool = False,
        with_ignored: bool = False,
    ) -> Answer:
        """Begin, and tell the progress; where it is dry, what would be created. Those
        that somebody ignored or excluded are left out but *with_ignored*. Unclear
        while one is under way, TrackerError."""
        ...

    async def backfill_progress(self) -> Answer:
        """How far the backfill is."""
        ...

    async def carry_on_backfill(self) -> Answer:
        """Make sure that a backfill under way goes on; its progress."""
        ...

    async def plan(self, thing: str) -> Answer:
        """What would be done now for a case, or the case of an issue."""
        ...

    async def rules_test(
        self, issue: Attributes | str, rules: Ruleset | None = None
    ) -> Answer:
        """Which rule an issue meets; without *rules* by those in force.

        Where *rules* name no default tracker, the default in force holds.
        """
        ...

    async def rules_recorded(
        self, *, against: Ruleset | None, cursor: str | None, limit: int
    ) -> Answer:
        """A page of the same for the issues that were seen, by the rules in force and
        by *against*."""
        ...

    async def events(
        self,
        *,
        case: str | None,
        cursor: str | None,
        limit: int,
        tracker: str | None = None,
        outcome: str | None = None,
    ) -> Answer:
        """A page of events, newest first; a short one need not be the last. Unclear."""
        ...

    async def dead(self, *, cursor: str | None, limit: int) -> Answer:
        """A page of dead letters."""
        ...

    async def retry(self, letters: Sequence[str]) -> Answer:
        """Try what was given up again; NotFound, and then none of it."""
        ...

    async def skip(self, letters: Sequence[str]) -> Answer:
        """Let what was given up be; NotFound, and then none of it."""
        ...

    async def resume(self, case: str) -> Answer:
        """Go on with a paused case; NotFound, Unclear."""
        ...

    async def resync(
        self,
        cases: Sequence[str],
        *,
        is_dry: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Answer:
        """Look at cases again now, all where none is named, and tell the progress;
        where it is dry, a page of plans. NotFound, Unclear."""
        ...

    async def resync_progress(self) -> Answer:
        """How many of those looks are left."""
        ...


class Keys(Protocol):
    """Requests that their senders named by a key. StoreUnavailable."""

    async def begin(self, key: str, request: str) -> KeyClaim | KeptAnswer | KeyInUse:
        """The right to carry *request* out, or what it was answered, or why not."""
        ...

    async def keep(self, claim: KeyClaim, answer: KeptAnswer) -> None:
        """Whoever asks the same again is answered so."""
        ...

    async def release(self, claim: KeyClaim) -> None:
        """Whoever asks the same again has it carried out."""
        ...


class ServedOverview(Overview, Protocol):
    """What people look at in the process that serves."""

    async def newest(self) -> str:
        """The id of the event that came last."""
        ...


class ServedDesk(Desk, Protocol):
    """The desk as a server needs it."""

    @property
    def overview(self) -> ServedOverview:
        """What people look at."""
        ...

    @property
    def keys(self) -> Keys:
        """Which requests were carried out already."""
        ...
