"""How Datadog writes: times with many digits, references, types, projects, users."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.records import CaseType, Instant, Project, User

Json = dict[str, Any]


def nine_digits(at: Instant) -> str:
    """The instant as Case Management writes it."""
    seconds, nanos = divmod(at, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanos:09}Z"


def six_digits(at: Instant) -> str:
    """The instant as Error Tracking writes it: rounded to microseconds."""
    seconds, micros = divmod(round(at / 1000), 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{micros:06}Z"


def reference(kind: str, object_id: str) -> Json:
    """A relationship to one object."""
    return {"data": {"id": object_id, "type": kind}}


def type_document(case_type: CaseType) -> Json:
    """A case type with its statuses, the only place that tells each group's default."""
    statuses = {
        group.value.lower(): {
            "status_options": [{"name": name} for name in options.names],
            "default": options.default,
        }
        for group, options in case_type.statuses.items()
    }
    attributes: Json = {
        "name": case_type.name,
        "internal": case_type.is_internal,
        "statuses_config": statuses,
    }
    if case_type.deleted_at:
        attributes["deleted_at"] = nine_digits(case_type.deleted_at)
    return {"id": case_type.id, "type": "case_type", "attributes": attributes}


def project_document(project: Project) -> Json:
    """A project."""
    attributes = {"key": project.key, "name": project.name}
    return {"id": project.id, "type": "project", "attributes": attributes}


def user_document(user: User) -> Json:
    """An account as the users API writes it; one that proved nothing is pending."""
    present = "Active" if user.is_verified else "Pending"
    attributes = {
        "name": user.name,
        "email": user.email,
        "handle": user.handle,
        "disabled": not user.is_active,
        "verified": user.is_verified,
        "status": present if user.is_active else "Disabled",
    }
    return {"id": user.id, "type": "users", "attributes": attributes}


def user_document_of(users: Mapping[str, User], user_id: str) -> Json:
    """Somebody as named beside issues and cases; an unknown one has no names."""
    user = users.get(user_id, User(user_id, "", ""))
    handle = user.handle if user.email else ""
    attributes = {"email": user.email, "handle": handle, "name": user.name}
    return {"id": user_id, "type": "user", "attributes": attributes}
