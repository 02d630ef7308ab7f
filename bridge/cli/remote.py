"""A desk that is asked over HTTP: the API of a bridge that runs."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from bridge.cli.asking_again import KEY, answered
from bridge.cli.refusals import Unanswered, refusal
from bridge.cli.remote_overview import RemoteOverview
from bridge.cli.sent import as_sent, given
from bridge.domain.query import Attributes
from bridge.domain.routing import Ruleset
from bridge.settings import Settings

Answer = dict[str, Any]

_ANSWER_TIMEOUT = 60.0
_CONNECT_TIMEOUT = 5.0


def address(settings: Settings) -> str | None:
    """Where the server of this configuration answers; None when nobody can know."""
    host, port = settings.server.host, settings.server.port
    if port == 0:
        return None
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def client(settings: Settings, url: str) -> httpx.AsyncClient:
    """A client of the bridge at *url*; no proxy is asked on the way."""
    token = settings.server.api_token
    secret = token.get_secret_value() if token else ""
    return httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {secret}"} if secret else {},
        timeout=httpx.Timeout(_ANSWER_TIMEOUT, connect=_CONNECT_TIMEOUT),
        trust_env=False,
    )


class RemoteDesk:
    """Asks the API and raises what the desk behind it raised."""

    def __init__(self, opened: httpx.AsyncClient) -> None:
        self._client = opened
        self.overview = RemoteOverview(self._ask)

    async def status(self) -> Answer:
        """How much waits, and how the trackers are."""
        return await self._ask("GET", "status")

    async def links(self, **which: Any) -> Answer:
        """A page of links."""
        return await self._ask("GET", "links", params=given(which))

    async def case(self, case: str) -> Answer:
        """One case."""
        return await self._ask("GET", f"cases/{quote(case, safe='')}")

    async def link(self, issue: str, case: str) -> Answer:
        """Attach."""
        return await self._act("links", json={"issue": issue, "case": case})

    async def unlink(self, issue: str) -> None:
        """Detach."""
        await self._ask("DELETE", f"links/{quote(issue, safe='')}")

    async def create(self, issue: str, project: str | None) -> Answer:
        """A new case for an issue."""
        asked = given({"issue": issue, "project": project})
        return await self._act("cases", json=asked)

    async def backfill(
        self,
        since: datetime | None,
        *,
        is_dry: bool = False,
        with_ignored: bool = False,
    ) -> Answer:
        """Begin a backfill, or hear what it would do."""
        moment = since.isoformat() if since else None
        told = {"since": moment, "dry_run": is_dry, "ignored": with_ignored or None}
        asked = given(told)
        post = self._read if is_dry else self._act
        return await post("backfill", json=asked)

    async def backfill_progress(self) -> Answer:
        """How far it is."""
        return await self._ask("GET", "backfill")

    async def carry_on_backfill(self) -> Answer:
        """A bridge that runs carries on by itself."""
        return await self.backfill_progress()

    async def plan(self, thing: str) -> Answer:
        """What would be done now; the desk finds out whether it is issue or case."""
        return await self._read("plan", json={"case": thing})

    async def rules_test(
        self, issue: Attributes | str, rules: Ruleset | None = None
    ) -> Answer:
        """Which rule an issue meets."""
        told = issue if isinstance(issue, str) else dict(issue)
        others = as_sent(rules) if rules else {}
        return await self._read("rules/test", json={"issue": told, **others})

    async def rules_recorded(
        self, *, against: Ruleset | None, cursor: str | None, limit: int
    ) -> Answer:
        """A page of the same for the issues that were seen."""
        others = as_sent(against) if against else None
        asked = {"against": others, "cursor": cursor, "limit": limit}
        return await self._read("rules/recorded", json=given(asked))

    async def events(self, **which: Any) -> Answer:
        """A page of events."""
        return await self._ask("GET", "events", params=given(which))

    async def dead(self, **which: Any) -> Answer:
        """A page of dead letters."""
        return await self._ask("GET", "dead", params=given(which))

    async def retry(self, letters: Sequence[str]) -> Answer:
        """Try what was given up again."""
        return await self._act("dead/retry", json={"ids": list(letters)})

    async def skip(self, letters: Sequence[str]) -> Answer:
        """Let what was given up be."""
        return await self._act("dead/skip", json={"ids": list(letters)})

    async def resume(self, case: str) -> Answer:
        """Go on with a paused case."""
        return await self._act(f"cases/{quote(case, safe='')}/resume")

    async def resync(
        self,
        cases: Sequence[str],
        *,
        is_dry: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Answer:
        """Look at cases again now, or hear what that would lead to."""
        asked = {"cases": list(cases), "dry_run": is_dry}
        which = given({"cursor": cursor, "limit": limit}) if is_dry else {}
        post = self._read if is_dry else self._act
        return await post("resync", json=asked, params=which)

    async def resync_progress(self) -> Answer:
        """How many of those looks are left."""
        return await self._ask("GET", "resync")

    async def _act(self, path: str, **more: Any) -> Answer:
        """A POST under a key of its own, so that asking again does nothing twice."""
        return await self._ask("POST", path, headers={KEY: str(uuid4())}, **more)

    async def _read(self, path: str, **more: Any) -> Answer:
        """A POST that changes nothing."""
        return await self._ask("POST", path, **more)

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        url = self._client.base_url
        asked = partial(self._client.request, method, f"/api/v1/{path}", **more)
        try:
            answer = await (asked() if method == "DELETE" else answered(asked))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise
        except httpx.HTTPError as exc:
            raise Unanswered(f"{url}: no answer ({type(exc).__name__})") from exc
        if answer.headers.get("Server") != "bridge":
            raise Unanswered(f"{url}: something answers there that is not a bridge")
        if answer.is_success:
            return answer.json() if answer.content else {}
        raise refusal(answer)
