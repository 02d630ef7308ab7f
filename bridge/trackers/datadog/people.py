"""Finds accounts of a Datadog organisation by their e-mail."""

import structlog

from bridge.domain.model import Person, TrackerName
from bridge.ports.errors import ForbiddenError, GoneError
from bridge.trackers.datadog import mapping
from bridge.trackers.datadog.wire import UserData, UsersAnswer
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.failures import UnauthenticatedError

PAGE_SIZE = 100

_log = structlog.get_logger(__name__)


class People:
    """The users of one organisation, as far as its keys let us look."""

    def __init__(self, name: TrackerName, http: TrackerHttp) -> None:
        self._name = name
        self._http = http
        self._is_refused = False

    async def find(self, email: str) -> tuple[Person, ...]:
        """Every account with that e-mail; nobody, and one warning, where the users may
        not be listed: whoever stands beside an issue or a case is known all the same.
        """
        wanted = email.strip().casefold()
        if not wanted:
            return ()
        try:
            users = await self._search(email.strip())
        except UnauthenticatedError:
            raise
        except (ForbiddenError, GoneError) as exc:
            if not self._is_refused:
                _log.warning("people.unreadable", tracker=self._name, reason=str(exc))
            self._is_refused = True
            return ()
        self._is_refused = False
        people = [mapping.person_from(user) for user in users]
        return tuple(p for p in people if p.email.casefold() == wanted)

    async def _search(self, text: str) -> list[UserData]:
        """The users whose name or address holds *text*, each once, from page 0 on."""
        found: dict[str, UserData] = {}
        number = 0
        while True:
            answer = await self._http.fetch(_page(text, number), UsersAnswer)
            fresh = {user.id: user for user in answer.data if user.id not in found}
            found |= fresh
            total = answer.meta.page.total_filtered_count
            if not fresh or (total is not None and len(found) >= total):
                return list(found.values())
            number += 1


def _page(text: str, number: int) -> Call:
    params = {
        "filter": text,
        "page[size]": str(PAGE_SIZE),
        "page[number]": str(number),
    }
    return Call(Effect.READ, "GET", path_of("api", "v2", "users"), params)
