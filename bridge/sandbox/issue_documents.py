"""Error Tracking issues as Datadog writes them; absent fields are left out."""

from collections.abc import Iterable

from bridge.sandbox.case_documents import case_relationships, insights, type_word
from bridge.sandbox.documents import Json, reference, six_digits, user_document_of
from bridge.sandbox.records import Case, Issue
from bridge.sandbox.world import World


def issue_document(issue: Issue) -> Json:
    """An Error Tracking issue."""
    attributes: Json = {
        "error_message": issue.error_message,
        "error_type": issue.error_type,
        "file_path": issue.file_path,
        "first_seen": issue.first_seen // 1_000_000,
        "first_seen_version": issue.version,
        "function_name": issue.function_name,
        "is_crash": issue.is_crash,
        "languages": list(issue.languages),
        "last_seen": issue.last_seen // 1_000_000,
        "last_seen_version": issue.version,
        "platform": issue.platform,
        "service": issue.service,
        "state": issue.state.value,
    }
    if issue.regression:
        attributes["regression"] = {
            "regressed_at": six_digits(issue.regression.regressed_at),
            "resolved_at": six_digits(issue.regression.resolved_at),
            "regressed_at_version": issue.regression.version,
        }
    document: Json = {"id": issue.id, "type": "issue", "attributes": attributes}
    if relationships := _issue_relationships(issue):
        document["relationships"] = relationships
    return document


def _issue_relationships(issue: Issue) -> Json:
    found: Json = {}
    if issue.assignee:
        found["assignee"] = reference("user", issue.assignee)
    if issue.native_case:
        found["case"] = reference("case", issue.native_case)
    if issue.teams:
        found["team_owners"] = {
            "data": [{"id": team, "type": "team"} for team in issue.teams]
        }
    return found


def issue_included(world: World, issue: Issue, wanted: Iterable[str]) -> list[Json]:
    """What an issue's answer includes beside it: *wanted* of assignee, case, teams."""
    found: list[Json] = []
    names = set(wanted)
    if "case" in names and issue.native_case in world.cases:
        found.append(_native_case_document(world.cases[issue.native_case]))
    if "assignee" in names and issue.assignee:
        found.append(user_document_of(world.users, issue.assignee))
    if "team_owners" in names:
        for team_id in issue.teams:
            team = world.teams[team_id]
            attributes = {"handle": team.handle, "name": team.name, "summary": ""}
            found.append({"id": team.id, "type": "team", "attributes": attributes})
    return found


def _native_case_document(case: Case) -> Json:
    attributes: Json = {
        "created_at": six_digits(case.created_at),
        "creation_source": case.creation_source,
        "description": case.description,
        "insights": insights(case),
        "key": case.key,
        "priority": case.priority,
        "status": case.group.value,
        "title": case.title,
        "type": type_word(case.type_id),
    }
    for name in ("closed_at", "modified_at", "archived_at"):
        if at := getattr(case, name):
            attributes[name] = six_digits(at)
    return {
        "id": case.id,
        "type": "case",
        "attributes": attributes,
        "relationships": case_relationships(case),
    }
