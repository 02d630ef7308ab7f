"""What a backfill tells of itself."""

from typing import Any

PREVIEW: dict[str, Any] = {
    "found": 5,
    "linked": 1,
    "passed": 1,
    "ignored": 0,
    "would_create": 3,
    "by_rule": [{"rule": "web", "project": "SHOP", "cases": 3}],
}


def progress(
    *,
    under_way: bool = False,
    reached: str | None = "2026-03-01T00:00:00Z",
    **more: Any,
) -> dict[str, Any]:
    """How far a backfill over two months is."""
    return {
        "under_way": under_way,
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-03-01T00:00:00Z",
        "reached": reached,
        "problem": None,
        "found": 5,
        "linked": 1,
        "due": 3,
        "passed": 1,
        "ignored": 0,
        **more,
    }
