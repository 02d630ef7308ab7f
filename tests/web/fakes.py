"""An intake and a desk of paper, and the application over them."""

from collections.abc import Mapping
from typing import Any

from bridge.domain.model import TrackerName
from bridge.domain.query import Attributes
from bridge.domain.routing import Ruleset
from bridge.ports.errors import AlreadyLinked, BadCredentials, NotFound, UnknownTracker
from bridge.ports.records import Accepted

SECRET = "hook-canary-90b1"

VERDICT: dict[str, Any] = {
    "rule": "web",
    "cases": "cases",
    "project": "SHOP",
    "auto_create": True,
    "trace": [{"rule": "web", "matched": True, "why": "service is web"}],
    "version": "v1",
}
OTHER_VERDICT: dict[str, Any] = {
    **VERDICT,
    "rule": None,
    "project": "ET",
    "auto_create": False,
    "why": "no rule matches",
}


class PaperIntake:
    """Knows the tracker ``cases`` and keeps what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.fails_with: Exception | None = None

    async def accept(
        self, tracker: str, headers: Mapping[str, str], body: bytes
    ) -> Accepted:
        if self.fails_with:
            raise self.fails_with
        if tracker != TrackerName("cases"):
            raise UnknownTracker
        if headers.get("Authorization") != f"Bearer {SECRET}":
            raise BadCredentials(f"expected {SECRET}")
        is_new = body not in self.bodies
        if is_new:
            self.bodies.append(body)
        return Accepted(id=f"d{self.bodies.index(body)}", is_new=is_new, due=())


class PaperDesk:
    """Holds links by issue."""

    def __init__(self) -> None:
        self.linked: dict[str, str] = {}
        self.asked: dict[str, Any] = {}
        self.fails_with: Exception | None = None

    async def status(self) -> dict[str, Any]:
        if self.fails_with:
            raise self.fails_with
        return {"pending": 0, "settled": True, "dead": 0, "trackers": {}}

    async def links(
        self, *, case: str | None, issue: str | None, cursor: str | None, limit: int
    ) -> dict[str, Any]:
        self.asked = {"case": case, "issue": issue, "cursor": cursor, "limit": limit}
        items = [
            {"issue": i, "case": c, "case_key": "SHOP-1", "state": "REVIEWED"}
            for i, c in self.linked.items()
        ]
        return {"items": items, "next": None}

    async def link(self, issue: str, case: str) -> dict[str, Any]:
        if self.fails_with:
            raise self.fails_with
        if issue in self.linked:
            has = self.linked[issue]
            raise AlreadyLinked(f"{issue} has the case {has} already", has)
        self.linked[issue] = case
        return {"issue": issue, "case": case}

    async def unlink(self, issue: str) -> None:
        if self.linked.pop(issue, None) is None:
            raise NotFound(f"{issue} is not linked")

    async def plan(self, thing: str) -> dict[str, Any]:
        action = {
            "kind": "SetIssueState",
            "target": "errors:1",
            "value": "RESOLVED",
            "reason": "its case was closed",
        }
        return {"base": {}, "seen": {"for": thing}, "changes": [], "actions": [action]}

    async def rules_test(
        self, issue: Attributes | str, rules: Ruleset | None = None
    ) -> dict[str, Any]:
        self.asked = {"issue": issue, "rules": rules}
        if isinstance(issue, str):
            return {"issue": issue, "title": "T", "case": None, **VERDICT}
        return dict(OTHER_VERDICT if rules else VERDICT)

    async def rules_recorded(
        self, *, against: Ruleset | None, cursor: str | None, limit: int
    ) -> dict[str, Any]:
        self.asked = {"against": against, "cursor": cursor, "limit": limit}
        compared = {"against": OTHER_VERDICT, "changed": True} if against else {}
        item = {"issue": "errors:1", "case": "SHOP-1", "why": "it is so", **VERDICT}
        following = None if cursor else "errors:1"
        return {"items": [{**item, **compared}], "next": following, "version": "v1"}

    async def events(
        self, *, case: str | None, cursor: str | None, limit: int
    ) -> dict[str, Any]:
        self.asked = {"case": case, "cursor": cursor, "limit": limit}
        return {"items": [], "next": None}

    async def dead(self, *, cursor: str | None, limit: int) -> dict[str, Any]:
        self.asked = {"cursor": cursor, "limit": limit}
        return {"items": [], "next": None}
