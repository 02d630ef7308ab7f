"""Case Management's words and the bridge's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.model import Case, CaseId, Person, StatusGroup, TrackerName
from bridge.ports.errors import PermanentError
from bridge.trackers.datadog_case_management import mapping
from bridge.trackers.datadog_case_management.wire import (
    CaseAnswer,
    CommentCell,
    StatusesConfig,
)
from tests.trackers.documents import CASE_ID, ISSUE_ID, PROJECT_ID, USER_ID, user
from tests.trackers.documents import case as case_document
from tests.trackers.documents import cell as cell_document

OPEN, IN_PROGRESS, CLOSED = StatusGroup


def case_of(document: dict[str, Any], *included: dict[str, Any]) -> Case:
    answer = CaseAnswer.model_validate({"data": document, "included": included})
    return mapping.case_from(
        TrackerName("cases"),
        "https://app.datadoghq.com",
        answer.data,
        answer.included,
    )


@pytest.mark.parametrize(
    ("group", "status", "name", "expected"),
    [
        ("SG_OPEN", "OPEN", "Triage", OPEN),
        ("SG_IN_PROGRESS", "IN_PROGRESS", "In QA", IN_PROGRESS),
        ("SG_CLOSED", "CLOSED", "Won't fix", CLOSED),
        (None, "IN_PROGRESS", "In QA", IN_PROGRESS),
        (None, "CLOSED", None, CLOSED),
        (None, None, "In Progress", IN_PROGRESS),
        ("SG_CLOSED", None, None, CLOSED),
    ],
)
def test_the_group_from_whichever_word_an_answer_has(
    group: str | None, status: str | None, name: str | None, expected: StatusGroup
) -> None:
    read = case_of(case_document(status_group=group, status=status, status_name=name))

    assert read.group is expected
    assert read.status == (name or mapping.USUAL_STATUS[expected])


def test_an_unknown_status_is_named_and_never_guessed() -> None:
    odd = case_document(status_group="SG_LIMBO", status="LIMBO", status_name="Limbo")

    with pytest.raises(PermanentError, match=r"SHOP-12.*'SG_LIMBO', 'LIMBO', 'Limbo'"):
        case_of(odd)


def test_a_case_with_everything() -> None:
    insight = {
        "type": "ERROR_TRACKING",
        "ref": f"/error-tracking?issueId={ISSUE_ID}",
        "resource_id": ISSUE_ID,
    }
    other = {"type": "MONITOR", "ref": "/monitors/1", "resource_id": "1"}
    document = case_document(insights=[other, insight, insight])
    document["relationships"]["assignee"] = {"data": {"id": USER_ID, "type": "user"}}

    assert case_of(document, user()) == Case(
        id=CaseId(f"cases:{CASE_ID}"),
        group=OPEN,
        status="Open",
        key="SHOP-12",
        title="TypeError: no price",
        url="https://app.datadoghq.com/cases/SHOP-12",
        project="SHOP",
        assignee=Person(USER_ID, "ann@example.com", "Ann"),
        modified_at=datetime(2025, 12, 30, 13, 49, 50, 289_934, tzinfo=UTC),
        issues=(ISSUE_ID,),
    )


def test_a_case_never_modified_counts_from_its_creation() -> None:
    read = case_of(case_document(modified_at=None))

    assert read.modified_at == datetime(2025, 12, 30, 13, 49, 50, 123_131, tzinfo=UTC)


def test_a_case_with_nothing_but_a_status() -> None:
    bare = {"id": CASE_ID, "type": "case", "attributes": {"status": "CLOSED"}}

    read = case_of(bare)

    assert (read.group, read.key, read.project, read.issues) == (CLOSED, "", "", ())
    assert read.url == f"https://app.datadoghq.com/cases/{CASE_ID}"
    assert read.modified_at is None


def test_a_case_without_a_key_tells_its_project_by_id() -> None:
    assert case_of(case_document(key=None)).project == PROJECT_ID


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({}, ""),
        ({"merge_status": None}, ""),
        ({"archived_at": "2026-01-02T03:04:05Z"}, "archived"),
        ({"merge_status": "MERGED"}, "merged"),
    ],
)
def test_archived_and_merged_cases_are_withdrawn(
    attributes: dict[str, Any], why: str
) -> None:
    assert case_of(case_document(**attributes)).withdrawn == why


@pytest.mark.parametrize(
    ("config", "group", "name"),
    [
        ({"open": {"default": "Triage"}}, OPEN, "Triage"),
        ({"closed": {"status_options": [{"name": "Done"}]}}, CLOSED, "Done"),
        ({"open": {"default": "Triage"}}, IN_PROGRESS, "In Progress"),
        ({}, OPEN, "Open"),
    ],
)
def test_the_status_that_stands_for_a_group(
    config: dict[str, Any], group: StatusGroup, name: str
) -> None:
    assert mapping.default_status(StatusesConfig.model_validate(config), group) == name


def test_a_comment_as_it_is_really_sent() -> None:
    cell = CommentCell.model_validate(cell_document("c1", "hello"))

    comment = mapping.comment_from(cell)

    assert (comment.id, comment.text) == ("c1", "hello")
    assert comment.author == Person(USER_ID, "ann@example.com", "Ann")
    assert comment.created_at == datetime(2025, 12, 30, 13, 49, 46, 968_106, tzinfo=UTC)
    assert (comment.edited_at, comment.is_deleted) == (None, False)


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"cell_content": None}, "hello"),
        ({"cell_content": {}}, "hello"),
        ({"cell_content": None, "content": "no JSON"}, ""),
        ({"cell_content": None, "content": "[1]"}, ""),
        ({"cell_content": {"message": ""}}, ""),
    ],
)
def test_a_comments_text_from_either_field(
    attributes: dict[str, Any], text: str
) -> None:
    cell = CommentCell.model_validate(cell_document("c1", "hello", **attributes))

    assert mapping.comment_from(cell).text == text


def test_an_edited_and_deleted_comment_by_the_documented_author_field() -> None:
    when = "2026-01-02T03:04:05.123456789Z"
    author = {"type": "USER", "content": {"id": USER_ID, "active": False}}
    cell = CommentCell.model_validate(
        cell_document("c1", author=author, modified_at=when, deleted_at=when)
    )

    comment = mapping.comment_from(cell)

    assert comment.author == Person(USER_ID, is_active=False)
    assert comment.edited_at == datetime(2026, 1, 2, 3, 4, 5, 123_456, tzinfo=UTC)
    assert comment.is_deleted


def test_a_comment_nobody_signed_has_no_author() -> None:
    cell = CommentCell.model_validate(cell_document("c1", author=None))

    assert mapping.comment_from(cell).author is None
