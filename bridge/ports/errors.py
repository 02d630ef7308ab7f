"""Why an outside call failed, named by what to do next.

TrackerError
 ├─ TransientError    try again later, not before *retry_after* seconds if it is given
 │   └─ AmbiguousError  the same, but the write may have been carried out: look first
 ├─ PermanentError    never try the same again: dead letter, drift
 │   └─ UnknownWordError  it names a state we do not know: not touched until we do
 │   └─ UnknownProject  the tracker has no such project; *known* are some that it has
 ├─ ForbiddenError    credentials or permissions: the tracker's circuit, one alert
 └─ GoneError         the thing is not there any more: mark the link
"""

from collections.abc import Iterable

KNOWN_SHOWN = 20
"""Projects that are named to somebody who asked for one that there is not."""


class TrackerError(Exception):
    """A tracker did not do what it was asked; the text is fit for an operator."""


class TransientError(TrackerError):
    """Time-outs, cut connections, 408, 425, 429 and 5xx."""

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class AmbiguousError(TransientError):
    """The connection broke after the request was sent: nobody knows if it was done."""


class PermanentError(TrackerError):
    """The tracker understood and refused: every other 4xx, and what it cannot do."""


class UnknownWordError(PermanentError):
    """What was read is in a state that nobody here has heard of."""


class UnknownProject(PermanentError):
    """The tracker has no project *project*; *known* are the keys of some it has."""

    def __init__(self, tracker: str, project: str, known: Iterable[str] = ()) -> None:
        self.project = project
        self.known = tuple(sorted(known)[:KNOWN_SHOWN])
        has = f"; it has {', '.join(self.known)}" if self.known else ""
        super().__init__(f"{tracker}: there is no project {project!r}{has}")


class ForbiddenError(TrackerError):
    """401 or 403."""


class GoneError(TrackerError):
    """404 or 410 for one thing."""


class DeliveryRefused(Exception):
    """A delivery that is not taken in; the text is fit for the sender."""


class BadCredentials(DeliveryRefused):
    """The secret or signature is missing or wrong; never says which."""


class MalformedDelivery(DeliveryRefused):
    """The body is not what this tracker sends."""


class UnknownTracker(DeliveryRefused):
    """No tracker of that name is configured."""


class DeskError(Exception):
    """What somebody asked for cannot be done; the text is fit for that person."""


class NotFound(DeskError):
    """There is no such thing."""


class Unclear(DeskError):
    """The name is malformed, or fits several things."""


class AlreadyLinked(DeskError):
    """The issue has a case already: *case*."""

    def __init__(self, text: str, case: str) -> None:
        super().__init__(text)
        self.case = case


class StoreUnavailable(Exception):
    """The store could not take or give anything; nothing was accepted."""


class CommitRefused(Exception):
    """What was to be written contradicts what is stored: a fault of the bridge."""


class UnreadableRow(Exception):
    """A stored row does not parse; the text names the table and the row."""


class StoreRefused(ValueError):
    """The store named by ``[store] url`` is not to be opened; fit for an operator."""
