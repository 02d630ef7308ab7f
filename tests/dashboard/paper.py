"""A board of paper: nothing behind it, and what was done with it written down."""

from collections.abc import Sequence
from typing import Any

from bridge.ports.errors import NotFound
from tests.web.fakes import PaperDesk

STATUS: dict[str, Any] = {
    **dict.fromkeys(("pending", "waiting", "running", "retrying", "dead"), 0),
    **dict.fromkeys(("parked", "paused", "drifted", "creating"), 0),
    **dict.fromkeys(("links", "cases"), 0),
    "settled": True,
    "dry_run": False,
    "config": "v1",
    "reload": None,
    "outcomes": {},
    "paused_cases": [],
    "unmatched_people": [],
    "trackers": {},
    "notify": [],
}

PLAN: dict[str, Any] = {
    "base": {"case": None, "issues": {}},
    "seen": {
        "case": {
            "id": "cases:1",
            "key": "ET-1",
            "status": "Open",
            "status_group": "OPEN",
            "assignee": None,
        },
        "issues": {},
    },
    **{name: [] for name in ("changes", "actions", "overruled", "notes")},
    "doubtful_until": None,
}


class PaperBoard(PaperDesk):
    """Writes down in *touched* what somebody did."""

    def __init__(self) -> None:
        super().__init__()
        self.told = STATUS
        self.touched: list[tuple[str, ...]] = []

    async def status(self) -> dict[str, Any]:
        return dict(self.told)

    async def plan(self, thing: str) -> dict[str, Any]:
        return PLAN

    async def retry(self, letters: Sequence[str]) -> dict[str, Any]:
        self.touched.append(("retry", *letters))
        return {"retried": len(letters)}

    async def skip(self, letters: Sequence[str]) -> dict[str, Any]:
        self.touched.append(("skip", *letters))
        return {"skipped": len(letters)}

    async def resume(self, case: str) -> dict[str, Any]:
        self.touched.append(("resume", case))
        return {"resumed": case}

    async def resync(self, cases: Sequence[str], **_: Any) -> dict[str, Any]:
        self.touched.append(("resync", *cases))
        return {}

    async def link(self, issue: str, case: str) -> dict[str, Any]:
        self.touched.append(("link", issue, case))
        return {}

    async def unlink(self, issue: str) -> None:
        self.touched.append(("unlink", issue))
        raise NotFound(f"{issue} is not linked")

    async def rules_recorded(self, **_: Any) -> dict[str, Any]:
        self.touched += [("compared",)] if _["against"] else []
        return {"items": [], "next": None}

    async def rules_test(self, issue: Any, rules: Any = None) -> dict[str, Any]:
        self.touched.append(("tested",))
        raise NotFound(f"there is no issue {issue}")
