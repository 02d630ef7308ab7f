"""Error Tracking's words and the bridge's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.domain.model import Comment, Issue, IssueId, Person, State, TrackerName
from bridge.ports.errors import PermanentError
from bridge.trackers.datadog_error_tracking import mapping
from bridge.trackers.datadog_error_tracking.wire import CommentData, IssueAnswer
from tests.trackers.documents import CASE_ID, ISSUE_ID, USER_ID, issue, user


def issue_of(document: dict[str, Any], *included: dict[str, Any]) -> Issue:
    answer = IssueAnswer.model_validate({"data": document, "included": included})
    return mapping.issue_from(
        TrackerName("errors"),
        "https://app.datadoghq.com",
        answer.data,
        answer.included,
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("OPEN", State.FOR_REVIEW),
        ("ACKNOWLEDGED", State.REVIEWED),
        ("RESOLVED", State.RESOLVED),
        ("IGNORED", State.IGNORED),
        ("EXCLUDED", State.EXCLUDED),
        ("for review", State.FOR_REVIEW),
        ("FOR_REVIEW", State.FOR_REVIEW),
        ("Reviewed", State.REVIEWED),
        (" resolved ", State.RESOLVED),
    ],
)
def test_states_by_the_words_of_the_api_and_of_the_pages(
    word: str, state: State
) -> None:
    assert mapping.state_of(word) is state


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_written_and_read_back(state: State) -> None:
    assert mapping.state_of(mapping.WORD_OF_STATE[state]) is state


@pytest.mark.parametrize("word", ["ARCHIVED_V2", "", "OPENED"])
def test_an_unknown_state_is_named_and_never_guessed(word: str) -> None:
    with pytest.raises(PermanentError, match=repr(word)):
        issue_of(issue(state=word))


def test_an_issue_with_everything() -> None:
    document = issue() | {
        "relationships": {
            "assignee": {"data": {"id": USER_ID, "type": "user"}},
            "case": {"data": {"id": CASE_ID, "type": "case"}},
            "team_owners": {
                "data": [{"id": "t1", "type": "team"}, {"id": "t2", "type": "team"}]
            },
        }
    }
    team = {
        "id": "t1",
        "type": "team",
        "attributes": {"name": "Shopist", "handle": "shopist"},
    }

    assert issue_of(document, team, user()) == Issue(
        id=IssueId(f"errors:{ISSUE_ID}"),
        state=State.FOR_REVIEW,
        title="TypeError: no price",
        url=f"https://app.datadoghq.com/error-tracking?issueId={ISSUE_ID}",
        assignee=Person(USER_ID, "ann@example.com", "Ann"),
        modified_at=None,
        first_seen=datetime(2025, 7, 31, 6, 41, 22, 256_000, tzinfo=UTC),
        native_case=CASE_ID,
        attributes={
            "service": ("web-store",),
            "team": ("Shopist", "shopist", "t2"),
            "platform": ("BROWSER",),
            "language": ("JAVASCRIPT",),
            "type": ("TypeError",),
            "message": ("no price",),
        },
    )


def test_an_issue_with_nothing_but_a_state() -> None:
    bare = {"id": ISSUE_ID, "type": "issue", "attributes": {"state": "RESOLVED"}}

    read = issue_of(bare)

    assert (read.state, read.title, read.attributes) == (State.RESOLVED, "", {})
    assert (read.assignee, read.native_case, read.first_seen) == (None, None, None)


def test_null_counts_as_left_out() -> None:
    document = issue(error_type=None, languages=None, first_seen=None) | {
        "relationships": {"assignee": {"data": None}, "case": None}
    }

    read = issue_of(document)

    assert read.title == "no price"
    assert "language" not in read.attributes
    assert (read.assignee, read.native_case, read.first_seen) == (None, None, None)


@pytest.mark.parametrize(
    ("included", "person"),
    [
        ([], Person(USER_ID)),
        ([user(email="", name="", handle="")], Person(USER_ID)),
        ([user(active=False)], Person(USER_ID, "ann@example.com", "Ann", False)),
        ([user(disabled=True)], Person(USER_ID, "ann@example.com", "Ann", False)),
        (
            [user(verified=False)],
            Person(USER_ID, "ann@example.com", "Ann", is_verified=False),
        ),
        ([user() | {"type": "team"}], Person(USER_ID)),
    ],
)
def test_an_assignee_is_known_as_far_as_told(
    included: list[dict[str, Any]], person: Person
) -> None:
    document = issue() | {
        "relationships": {"assignee": {"data": {"id": USER_ID, "type": "user"}}}
    }

    assert issue_of(document, *included).assignee == person


def test_a_comment_is_read_with_all_that_is_told() -> None:
    start = datetime(2026, 1, 2, tzinfo=UTC)
    told = {
        "text": "**hello**",
        "author": {"id": USER_ID, "name": "Ann", "email": "ann@example.com"},
        "created_at": "2026-01-02T00:00:00.000000999Z",
        "modified_at": "2026-01-02T00:01:00Z",
        "deleted_at": "2026-01-02T00:02:00Z",
        "url": "https://comments.example/c1",
    }

    read = mapping.comment_from(
        CommentData.model_validate({"id": "c1", "attributes": told})
    )

    assert read == Comment(
        "c1",
        "**hello**",
        Person(USER_ID, "ann@example.com", "Ann"),
        created_at=start,
        edited_at=start + timedelta(minutes=1),
        is_deleted=True,
        url="https://comments.example/c1",
    )


def test_a_comment_of_which_little_is_told_is_read_all_the_same() -> None:
    read = mapping.comment_from(CommentData.model_validate({"id": "c1"}))

    assert read == Comment("c1", "")
