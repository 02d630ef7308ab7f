"""Takes deliveries in: verified, told apart, durable, and their keys made due."""

from collections.abc import Mapping

import structlog

from bridge.domain.model import TrackerName
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.errors import UnknownTracker
from bridge.ports.measuring import Step, StepKind
from bridge.ports.records import Accepted, NewDelivery

log = structlog.get_logger(__name__)

NOBODY = TrackerName("")
"""The tracker that a delivery counts for whose own is not configured."""

ACCEPTED, REPEATED = "accepted", "repeated"
"""The results of taking in a delivery."""


class Intake:
    """The way in for webhooks."""

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule

    async def accept(
        self, tracker: str, headers: Mapping[str, str], body: bytes
    ) -> Accepted:
        """Keep one delivery; durable when it returns. Nothing is kept of a delivery
        that is refused: UnknownTracker, BadCredentials, MalformedDelivery."""
        event, name = self._means.new_id(), TrackerName(tracker)
        known = name if name in self._means.roster.readers else NOBODY
        step = Step(StepKind.DELIVERY, known, events=(event,))
        with self._means.measures.step(step) as course:
            accepted = await self._accept(event, name, headers, body)
            course.result = ACCEPTED if accepted.is_new else REPEATED
        log.debug("delivery.accepted", delivery=accepted.id, is_new=accepted.is_new)
        return accepted

    async def _accept(
        self, event: str, name: TrackerName, headers: Mapping[str, str], body: bytes
    ) -> Accepted:
        reader = self._means.roster.readers.get(name)
        if reader is None:
            raise UnknownTracker(f"no tracker is called {name[:100]!r} here")
        now = self._means.clock.now()
        reader = self._means.current.choices.readers.get(name, reader)
        reading = reader.read(headers, body, now)
        if reading.secret:
            self._means.measures.authenticated(name, reading.secret)
        heard = reading.heard
        accepted = await self._means.store.accept(
            NewDelivery(
                id=event,
                tracker=name,
                identity=reading.identity,
                is_exact=reading.is_exact,
                subjects=self._means.roster.subjects(name, heard.issues, heard.cases),
                kind=heard.kind,
                received_at=now,
                body=body,
            )
        )
        self._means.gate.note_delivery(name)
        for key in accepted.due:
            self._schedule.wake(key, now)
        return accepted
