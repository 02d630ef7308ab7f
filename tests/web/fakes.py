"""An intake and a desk of paper, and the application over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bridge.domain.model import TrackerName
from bridge.domain.query import Attributes
from bridge.domain.routing import Ruleset
from bridge.ports.errors import (
    AlreadyLinked,
    BadCredentials,
    NotFound,
    Unclear,
    UnknownTracker,
)
from bridge.ports.records import Accepted
from tests.web.backfills import PREVIEW, progress
from tests.web.keys import PaperKeys
from tests.web.looks import CASE, PaperOverview

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

ACTION: dict[str, Any] = {
    "kind": "SetIssueState",
    "target": "errors:1",
    "value": "RESOLVED",
    "reason": "its case was closed",
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
        self.keys = PaperKeys()
        self.overview = PaperOverview()
        self.linked: dict[str, str] = {}
        self.ruled = ""
        self.asked: dict[str, Any] = {}
        self.fails_with: Exception | None = None
        self.steps: list[dict[str, Any]] = []
        self.begun: list[datetime | None] = []
        self.carried_on = 0
        self.letters: set[str] = set()
        self.paused: set[str] = set()
        self.looks: list[list[str]] = []
        self.left = 3
        self.may_create_store: bool | None = None

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

    async def case(self, case: str) -> dict[str, Any]:
        if case != CASE["case"]:
            raise NotFound(f"{case} has no linked issue")
        return CASE

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

    async def create(self, issue: str, project: str | None) -> dict[str, Any]:
        self.asked = {"issue": issue, "project": project}
        made = await self.link(issue, "cases:new")
        where = self.ruled or project or "ET"
        told = {"project": where, "rule": "store" if self.ruled else None}
        return {**made, "case_key": f"{where}-1", "case_url": "http://x/1", **told}

    async def backfill(
        self,
        since: datetime | None,
        *,
        is_dry: bool = False,
        with_ignored: bool = False,
    ) -> dict[str, Any]:
        self.asked = {"since": since, "is_dry": is_dry, "with_ignored": with_ignored}
        if self.fails_with:
            raise self.fails_with
        if is_dry:
            return PREVIEW
        self.begun.append(since)
        return await self.backfill_progress()

    async def backfill_progress(self) -> dict[str, Any]:
        """The next of the steps told beforehand; then the last one for ever."""
        if not self.steps:
            return progress()
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    async def carry_on_backfill(self) -> dict[str, Any]:
        self.carried_on += 1
        return await self.backfill_progress()

    async def plan(self, thing: str) -> dict[str, Any]:
        return {"base": {}, "seen": {"for": thing}, "changes": [], "actions": [ACTION]}

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
        self,
        *,
        case: str | None,
        cursor: str | None,
        limit: int,
        tracker: str | None = None,
        outcome: str | None = None,
    ) -> dict[str, Any]:
        self.asked = {"case": case, "cursor": cursor, "limit": limit}
        self.asked |= {"tracker": tracker, "outcome": outcome}
        return {"items": [], "next": None}

    async def dead(self, *, cursor: str | None, limit: int) -> dict[str, Any]:
        self.asked = {"cursor": cursor, "limit": limit}
        return {"items": [], "next": None}

    async def retry(self, letters: Sequence[str]) -> dict[str, Any]:
        return {"retried": self._close(letters)}

    async def skip(self, letters: Sequence[str]) -> dict[str, Any]:
        return {"skipped": self._close(letters)}

    def _close(self, letters: Sequence[str]) -> int:
        missing = sorted(set(letters) - self.letters)
        if missing:
            raise NotFound(f"there is no dead letter {', '.join(missing)}")
        self.letters -= set(letters)
        return len(set(letters))

    async def resume(self, case: str) -> dict[str, Any]:
        if case not in self.paused:
            raise Unclear(f"{case} is not paused")
        self.paused.remove(case)
        return {"resumed": case}

    async def resync(
        self,
        cases: Sequence[str],
        *,
        is_dry: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> dict[str, Any]:
        self.asked = {"cases": list(cases), "is_dry": is_dry}
        self.asked |= {"cursor": cursor, "limit": limit} if is_dry else {}
        if self.fails_with:
            raise self.fails_with
        if is_dry:
            return {"items": [planned(case) for case in cases], "next": None}
        self.looks.append(list(cases))
        return await self.resync_progress()

    async def resync_progress(self) -> dict[str, Any]:
        """One case less at each question."""
        self.left = max(0, self.left - 1)
        return {"looking_at": 3, "left": self.left, "again_later": 1}


def planned(case: str) -> dict[str, Any]:
    """The plan for a case; for one that is called broken, why there is none."""
    if "broken" in case:
        return {"case": case, "actions": [], "problem": "cases: busy"}
    actions = [] if "settled" in case else [ACTION]
    return {"case": case, "case_key": "", "actions": actions, "problem": None}
