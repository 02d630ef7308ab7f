"""Small JSON:API documents in the shapes that Datadog was seen to send."""

from typing import Any

API = "https://api.datadoghq.com/api/v2"
ISSUES = f"{API}/error-tracking/issues"
CASES = f"{API}/cases"

ISSUE_ID = "0b8f4f3e-11aa-11f0-9c3d-da7ad0900002"
CASE_ID = "4f4c1c1e-6d0b-4a55-8a53-2d9d3f0a7d10"
USERS = f"{API}/users"
USER_ID = "9c6a2f0e-2b41-4c59-8f2f-5b1f0d3a7e21"
PROJECT_ID = "1d2c3b4a-5f6e-4d7c-8b9a-0a1b2c3d4e5f"
ERROR_TRACKING_TYPE = "00000000-0000-0000-0000-000000000005"


def user(**attributes: Any) -> dict[str, Any]:
    told = {"name": "Ann", "email": "ann@example.com", "handle": "ann", "active": True}
    return {"id": USER_ID, "type": "user", "attributes": told | attributes}


def issue(id_: str = ISSUE_ID, **attributes: Any) -> dict[str, Any]:
    told = {
        "error_type": "TypeError",
        "error_message": "no price",
        "service": "web-store",
        "platform": "BROWSER",
        "languages": ["JAVASCRIPT"],
        "first_seen": 1_753_944_082_256,
        "first_seen_version": "",
        "last_seen": 1_755_686_259_367,
        "last_seen_version": "2.4.0",
        "file_path": "",
        "is_crash": False,
        "state": "OPEN",
    }
    return {"id": id_, "type": "issue", "attributes": told | attributes}


def case(id_: str = CASE_ID, **attributes: Any) -> dict[str, Any]:
    told = {
        "key": "SHOP-12",
        "title": "TypeError: no price",
        "type": "ERROR_TRACKING_ISSUE",
        "type_id": ERROR_TRACKING_TYPE,
        "status": "OPEN",
        "status_group": "SG_OPEN",
        "status_name": "Open",
        "merge_status": "NOT_MERGED",
        "priority": "NOT_DEFINED",
        "insights": [],
        "attributes": {"service": ["web-store"]},
        "created_at": "2025-12-30T13:49:50.123131Z",
        "modified_at": "2025-12-30T13:49:50.289934751Z",
    }
    return {
        "id": id_,
        "type": "case",
        "attributes": {k: v for k, v in (told | attributes).items() if v is not None},
        "relationships": {"project": {"data": {"id": PROJECT_ID, "type": "project"}}},
    }


def assigned(document: dict[str, Any], to: str = USER_ID) -> dict[str, Any]:
    """An issue or a case with somebody at the end of its assignee."""
    assignee = {"assignee": {"data": {"id": to, "type": "user"}}}
    return document | {"relationships": document.get("relationships", {}) | assignee}


def account(id_: str = USER_ID, **attributes: Any) -> dict[str, Any]:
    """A user as the users' own API tells it."""
    told = {
        "name": "Ann",
        "email": "ann@example.com",
        "handle": "ann@example.com",
        "disabled": False,
        "verified": True,
        "status": "Active",
    }
    return {"id": id_, "type": "users", "attributes": told | attributes}


def cell(id_: str, text: str = "hello", **attributes: Any) -> dict[str, Any]:
    told = {
        "type": "COMMENT",
        "author": {
            "type": "USER",
            "content": {"ID": USER_ID, "name": "Ann", "email": "ann@example.com"},
        },
        "cell_content": {"message": text},
        "content": f'{{"message":"{text}"}}',
        "created_at": "2025-12-30T13:49:46.968106806Z",
    }
    return {"id": id_, "type": "timeline_cell", "attributes": told | attributes}


def case_type(id_: str = ERROR_TRACKING_TYPE, **groups: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "case_type",
        "attributes": {"name": "A type", "statuses_config": groups},
    }
