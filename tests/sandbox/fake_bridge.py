"""Stands in for the bridge's API, as far as the page asks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bridge.sandbox.world import World


class FakeBridge:
    """Keeps links and tells a few events; it never writes to the world."""

    def __init__(self, world: World) -> None:
        self.url = ""
        self.settled = True
        self.refusal = ""
        self.fresh = next(iter(world.groups))
        self.seen_tokens: list[str | None] = []
        self.links = {
            f"errors:{issue}": f"cases:{case}"
            for case, issues in world.groups.items()
            for issue in issues
        }
        self.events = [_applied(world), _echo(world)]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeBridge"]:
        app = web.Application()
        app.router.add_get("/api/v1/status", self._status)
        app.router.add_get("/api/v1/events", self._events)
        app.router.add_get("/api/v1/links", self._links)
        app.router.add_post("/api/v1/links", self._link)
        app.router.add_delete("/api/v1/links/{issue}", self._unlink)
        app.router.add_post("/api/v1/cases", self._create)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield self
        await runner.cleanup()

    async def _status(self, request: web.Request) -> web.Response:
        self.seen_tokens.append(request.headers.get("Authorization"))
        status = {
            "pending": 0 if self.settled else 2,
            "running": 0,
            "dead": 0,
            "settled": self.settled,
            "links": len(self.links),
            "outcomes": {"applied": 12, "no-op": 31},
        }
        return web.json_response(status)

    async def _events(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self.events, "next": None})

    async def _links(self, request: web.Request) -> web.Response:
        items = [{"issue": issue, "case": case} for issue, case in self.links.items()]
        return web.json_response({"items": items, "next": None})

    async def _link(self, request: web.Request) -> web.Response:
        asked = await request.json()
        return await self._keep(asked["issue"], asked["case"])

    async def _keep(self, issue: str, case: str) -> web.Response:
        if self.refusal:
            problem = {"detail": self.refusal, "status": 409}
            return web.json_response(problem, status=409)
        self.links[issue] = case
        return web.json_response({"issue": issue, "case": case}, status=201)

    async def _create(self, request: web.Request) -> web.Response:
        """Puts the issue on the case *fresh* instead of making one."""
        asked = await request.json()
        return await self._keep(asked["issue"], f"cases:{self.fresh}")

    async def _unlink(self, request: web.Request) -> web.Response:
        del self.links[request.match_info["issue"]]
        return web.Response(status=204)


def _applied(world: World) -> dict[str, Any]:
    case, issues = next(iter(world.groups.items()))
    return {
        "delivery": "d2",
        "tracker": "errors",
        "key": f"cases:{case}",
        "cause": "delivery",
        "kind": "issue.regressed",
        "at": "2026-05-01T10:00:02Z",
        "outcome": "applied",
        "reason": "1 written",
        "changes": [
            {
                "kind": "issue_state_changed",
                "issue": f"errors:{issues[0]}",
                "before": "RESOLVED",
                "after": "FOR_REVIEW",
            }
        ],
        "actions": [
            {
                "kind": "set_case_status",
                "target": f"cases:{case}",
                "value": "OPEN",
                "reason": "an issue was reopened: the case shows the lowest group",
                "status": "done",
            }
        ],
        "notes": [],
        "overruled": [],
    }


def _echo(world: World) -> dict[str, Any]:
    return {
        "delivery": "d1",
        "tracker": "cases",
        "key": f"cases:{next(iter(world.groups))}",
        "cause": "delivery",
        "kind": "case.status",
        "at": "2026-05-01T10:00:01Z",
        "outcome": "no-op",
        "reason": "base equals seen",
        "changes": [],
        "actions": [],
    }
