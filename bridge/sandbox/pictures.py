"""The world as plain JSON, for the page and for tests in other processes."""

from collections.abc import Iterable

from bridge.sandbox.documents import Json, project_document, type_document
from bridge.sandbox.records import Case, Comment, Issue
from bridge.sandbox.world import World


def world_picture(world: World) -> Json:
    """Everything that can be seen, newest issues first."""
    issues = sorted(world.issues.values(), key=lambda issue: -issue.first_seen)
    return {
        "sequence": len(world.happenings),
        "service_account": world.service_account.id,
        "issues": [issue_picture(world, issue) for issue in issues],
        "cases": [case_picture(world, case) for case in world.cases.values()],
        "groups": {case: list(issues) for case, issues in world.groups.items()},
        "users": [
            {"id": u.id, "name": u.name, "email": u.email, "active": u.is_active}
            for u in world.users.values()
        ],
        "projects": [project_document(p) for p in world.projects.values()],
        "types": [type_document(t) for t in world.types.values()],
    }


def issue_picture(world: World, issue: Issue) -> Json:
    """What a person sees of an issue."""
    return {
        "id": issue.id,
        "title": issue.title,
        "service": issue.service,
        "state": issue.state.value,
        "assignee": _name(world, issue.assignee),
        "assignee_id": issue.assignee,
        "native_case": issue.native_case,
        "regressed": issue.regression is not None,
        "comments": _comments(world, issue.comments),
    }


def case_picture(world: World, case: Case) -> Json:
    """What a person sees of a case."""
    return {
        "id": case.id,
        "key": case.key,
        "title": case.title,
        "project": world.projects[case.project].key,
        "type_id": case.type_id,
        "status": case.status_name,
        "group": case.group.value,
        "assignee": _name(world, case.assignee),
        "assignee_id": case.assignee,
        "archived": case.archived_at is not None,
        "merged_into": case.merged_into,
        "modified_at": case.modified_at,
        "issues": [
            insight.resource_id
            for insight in case.insights
            if insight.type == "ERROR_TRACKING"
        ],
        "comments": _comments(world, case.comments),
    }


def _comments(world: World, comments: Iterable[Comment]) -> list[Json]:
    return [
        {"id": c.id, "author": _name(world, c.author), "text": c.text}
        for c in comments
        if c.deleted_at is None
    ]


def _name(world: World, user_id: str | None) -> str | None:
    user = world.users.get(user_id or "")
    return user.name if user else user_id
