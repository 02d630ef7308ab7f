"""What people look at, of paper."""

from typing import Any

CASE: dict[str, Any] = {
    **dict.fromkeys(("title", "url", "status", "next_look", "since"), ""),
    **dict.fromkeys(("drift", "gone", "paused")),
    "case": "cases:1",
    "case_key": "ET-1",
    "status_group": "OPEN",
    "due": False,
    "issues": [],
    "base": {"case": None, "issues": {}},
    "dead": [],
}


class PaperOverview:
    """Nothing to look at but *listed*, and what was *asked* for last."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.listed: list[dict[str, Any]] = []

    async def cases(self, **which: Any) -> dict[str, Any]:
        self.asked = which
        return {"items": self.listed, "next": None}

    async def pulse(self) -> dict[str, Any]:
        return {"lag": 0.0, "ended": [0] * 60, "oldest_pending": None}

    async def newest(self) -> str:
        return ""

    async def rules(self) -> dict[str, Any]:
        default = {"cases": "cases", "project": "ET", "meets": 0, "created": 0}
        return {
            "version": "v1",
            "rules": [],
            "default": default,
            "recorded": 0,
            "is_all": True,
        }

    async def abilities(self) -> dict[str, Any]:
        return {"sync": [], "trackers": {}, "all": []}
