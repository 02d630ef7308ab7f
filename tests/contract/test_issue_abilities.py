"""What only issue trackers can do, of those that declare it, against the sandbox."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bridge.ports.trackers import IssueTracker
from bridge.sandbox import Sandbox
from tests.contract.subjects import Subject, connected


@pytest.fixture
async def subject() -> AsyncIterator[Subject]:
    async with connected("datadog_error_tracking") as made:
        yield made


@pytest.fixture
def issues(subject: Subject) -> IssueTracker:
    tracker: IssueTracker = subject.tracker
    return tracker


@pytest.fixture
def sandbox(subject: Subject) -> Sandbox:
    return subject.sandbox


async def found(issues: IssueTracker, query: str) -> list[str]:
    until = datetime.now(UTC) + timedelta(minutes=1)
    since = until - timedelta(days=30)
    return [issue.id async for issue in issues.find_issues(query, since, until)]


async def test_every_issue_of_the_time_is_found_once_as_it_reads_by_itself(
    issues: IssueTracker, sandbox: Sandbox
) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    listed = [
        issue
        async for issue in issues.find_issues("*", until - timedelta(days=30), until)
    ]

    assert sorted(issue.id for issue in listed) == sorted(
        f"it:{own}" for own in sandbox.world.issues
    )
    for issue in listed:
        assert await issues.get_issue(issue.id) == issue


async def test_the_trackers_own_search_narrows_what_is_found(
    issues: IssueTracker, sandbox: Sandbox
) -> None:
    service = next(iter(sandbox.world.issues.values())).service

    narrowed = await found(issues, f"service:{service}")

    assert sorted(narrowed) == sorted(
        f"it:{issue.id}"
        for issue in sandbox.world.issues.values()
        if issue.service == service
    )
    assert await found(issues, "service:no-such-service") == []


async def test_nothing_is_found_before_anything_happened(
    issues: IssueTracker,
) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    assert [x async for x in issues.find_issues("*", long_ago, long_ago)] == []
    assert [
        x async for x in issues.find_issues("*", long_ago, long_ago + timedelta(days=1))
    ] == []


async def test_routing_gets_teams_by_name_and_by_handle(
    issues: IssueTracker, sandbox: Sandbox
) -> None:
    for own, raw in sandbox.world.issues.items():
        team = sandbox.world.teams[raw.teams[0]]
        issue = await issues.get_issue(f"it:{own}")  # type: ignore[arg-type]

        assert set(issue.attributes["team"]) == {team.name, team.handle}
