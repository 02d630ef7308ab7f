"""Cases and their timeline as Datadog writes them; absent fields are left out."""

import json
from collections.abc import Iterable

from bridge.sandbox.documents import Json, nine_digits, reference, user_document_of
from bridge.sandbox.records import Case, Comment
from bridge.sandbox.scenes import ERROR_TRACKING_TYPE
from bridge.sandbox.world import World


def type_word(type_id: str) -> str:
    """The deprecated ``type`` that a case of this type carries."""
    if type_id == ERROR_TRACKING_TYPE:
        return "ERROR_TRACKING_ISSUE"
    is_built_in = type_id.startswith("00000000-")
    return "STANDARD" if is_built_in else "TUNKNOWN"


def case_document(case: Case) -> Json:
    """A case as a single GET answers it: its comment count is always 0 there."""
    attributes: Json = {
        "attributes": case.attributes,
        "comment_count": 0,
        "created_at": nine_digits(case.created_at),
        "creation_source": case.creation_source,
        "custom_attributes": {},
        "description": case.description,
        "insights": insights(case),
        "internal_id": case.id,
        "key": case.key,
        "merge_status": "MERGED" if case.merged_into else "NOT_MERGED",
        "priority": case.priority,
        "public_id": str(case.number),
        "status": case.group.value,
        "status_group": f"SG_{case.group.value}",
        "status_name": case.status_name,
        "title": case.title,
        "type": type_word(case.type_id),
        "type_id": case.type_id,
    }
    for name in ("closed_at", "modified_at", "archived_at"):
        if at := getattr(case, name):
            attributes[name] = nine_digits(at)
    return {
        "id": case.id,
        "type": "case",
        "attributes": attributes,
        "relationships": case_relationships(case),
    }


def found_case_document(world: World, case: Case) -> Json:
    """A case as the search answers it: counted comments, its author in full."""
    document = case_document(case)
    present = [c for c in case.comments if c.deleted_at is None]
    document["attributes"]["comment_count"] = len(present)
    document["attributes"]["created_by_author"] = _author(world, case.created_by)
    document["relationships"].pop("modified_by", None)
    return document


def case_relationships(case: Case) -> Json:
    """Where the case belongs and who has to do with it."""
    found: Json = {}
    if case.assignee:
        found["assignee"] = reference("user", case.assignee)
    found["created_by"] = reference("user", case.created_by)
    if case.modified_by:
        found["modified_by"] = reference("user", case.modified_by)
    found["project"] = reference("project", case.project)
    return found


def case_users(world: World, cases: Iterable[Case]) -> list[Json]:
    """The people named by *cases*, each once."""
    ids: dict[str, None] = {}
    for case in cases:
        for user_id in (case.assignee, case.created_by, case.modified_by):
            if user_id:
                ids[user_id] = None
    return [_case_user_document(world, user_id) for user_id in ids]


def _case_user_document(world: World, user_id: str) -> Json:
    document = user_document_of(world.users, user_id)
    user = world.users.get(user_id)
    document["attributes"]["active"] = user.is_active if user else False
    return document


def insights(case: Case) -> list[Json]:
    """What is listed on the case."""
    return [
        {"type": i.type, "ref": i.ref, "resource_id": i.resource_id}
        for i in case.insights
    ]


def _author(world: World, user_id: str) -> Json:
    user = world.users[user_id]
    content = {
        "ID": user.id,
        "name": user.name,
        "email": user.email,
        "handle": user.handle,
        "active": user.is_active,
    }
    return {"type": "USER", "content": content}


def cell_document(world: World, comment: Comment) -> Json:
    """A comment as a cell of the timeline."""
    message = {"message": comment.text}
    attributes: Json = {
        "author": _author(world, comment.author),
        "cell_content": message,
        "content": json.dumps(message, separators=(",", ":"), ensure_ascii=False),
        "created_at": nine_digits(comment.created_at),
        "type": "COMMENT",
    }
    if comment.modified_at:
        attributes["modified_at"] = nine_digits(comment.modified_at)
    if comment.deleted_at:
        attributes["deleted_at"] = nine_digits(comment.deleted_at)
    return {"id": comment.id, "type": "timeline_cell", "attributes": attributes}
