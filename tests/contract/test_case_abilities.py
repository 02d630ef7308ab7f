"""What only case trackers can do, of those that declare it, against the sandbox."""

from collections.abc import AsyncIterator

import pytest

from bridge.domain.model import Case, CaseId, Issue, IssueId, State, StatusGroup
from bridge.ports.errors import AmbiguousError, PermanentError
from bridge.ports.trackers import CaseTracker, NewCase
from bridge.sandbox import Sandbox
from bridge.sandbox.faults import Fault, FaultKind
from bridge.trackers.datadog_case_management.settings import ERROR_TRACKING_TYPE
from tests.contract.subjects import Subject, connected

ISSUE = Issue(IssueId("errors:5f8ebd5c-6dd9-11f0-8a28-da7ad0900002"), State.RESOLVED)


@pytest.fixture
async def subject() -> AsyncIterator[Subject]:
    async with connected("datadog_case_management") as made:
        yield made


@pytest.fixture
def cases(subject: Subject) -> CaseTracker:
    tracker: CaseTracker = subject.tracker
    return tracker


@pytest.fixture
def sandbox(subject: Subject) -> Sandbox:
    return subject.sandbox


@pytest.fixture
def case(subject: Subject) -> CaseId:
    return CaseId(subject.id)


def new_case(project: str = "SHOP", group: StatusGroup = StatusGroup.OPEN) -> NewCase:
    return NewCase(project, "TypeError: no price", "seen 7 times", group)


async def all_cases(cases: CaseTracker, filter_text: str = "") -> list[Case]:
    return [found async for found in cases.find_cases(filter_text)]


@pytest.mark.parametrize("group", StatusGroup)
async def test_a_case_is_created_where_and_as_asked(
    cases: CaseTracker, sandbox: Sandbox, group: StatusGroup
) -> None:
    person = next(iter(sandbox.world.users))
    made = await cases.create_case(
        NewCase("shop", "TypeError: no price", "seen 7 times", group, person)
    )

    read = await cases.get_case(made.key)
    assert read == made
    assert (read.project, read.group, read.title) == (
        "SHOP",
        group,
        "TypeError: no price",
    )
    assert read.assignee is not None
    assert read.assignee.email == sandbox.world.users[person].email


async def test_a_project_can_be_given_by_its_id(
    cases: CaseTracker, sandbox: Sandbox
) -> None:
    made = await cases.create_case(new_case(sandbox.world.project("ET").id))

    assert made.project == "ET"


async def test_a_project_made_after_the_last_look_is_found(
    cases: CaseTracker, sandbox: Sandbox
) -> None:
    await cases.create_case(new_case())
    sandbox.world.add_project("LATE", "Latecomers")

    assert (await cases.create_case(new_case("LATE"))).project == "LATE"


async def test_no_case_is_created_in_a_project_that_is_not_there(
    cases: CaseTracker,
) -> None:
    before = await all_cases(cases)

    with pytest.raises(PermanentError, match="no project 'NOPE'"):
        await cases.create_case(new_case("NOPE"))

    assert await all_cases(cases) == before


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.CUT_AFTER, method="POST", path="/api/v2/cases", count=1),
        Fault(FaultKind.FAIL, method="POST", path="/api/v2/cases", status=502),
    ],
    ids=lambda fault: str(fault.kind),
)
async def test_a_creation_without_an_answer_is_ambiguous_and_not_repeated(
    cases: CaseTracker, sandbox: Sandbox, fault: Fault
) -> None:
    sandbox.faults.add(fault)

    with pytest.raises(AmbiguousError):
        await cases.create_case(new_case())

    assert len(sandbox.world.writes) == 1


async def test_every_case_is_found_once_over_all_pages(
    cases: CaseTracker, sandbox: Sandbox
) -> None:
    for number in range(230):
        sandbox.people.new_case(
            title=f"number {number}", project="ET", type_id=ERROR_TRACKING_TYPE
        )

    found = await all_cases(cases)

    assert sorted(case.id for case in found) == sorted(
        f"it:{own}" for own in sandbox.world.cases
    )


async def test_the_trackers_own_search_narrows_what_is_found(
    cases: CaseTracker, sandbox: Sandbox, case: CaseId
) -> None:
    await cases.set_group(case, StatusGroup.CLOSED)

    closed = await all_cases(cases, "status:closed")

    assert case in [found.id for found in closed]
    assert {found.group for found in closed} == {StatusGroup.CLOSED}
    assert await all_cases(cases, "no such words") == []


async def test_a_group_is_written_as_the_default_status_of_the_cases_type(
    cases: CaseTracker, sandbox: Sandbox
) -> None:
    custom = next(c for c in sandbox.world.cases.values() if c.type_id[0] == "5")
    sandbox.people.set_case_status(custom.id, "Won't fix")
    id_ = CaseId(f"it:{custom.id}")

    kept = await cases.set_group(id_, StatusGroup.CLOSED)
    moved = await cases.set_group(id_, StatusGroup.IN_PROGRESS)

    assert (kept.status, moved.status) == ("Won't fix", "Fixing")
    assert len(sandbox.world.writes) == 1


async def test_a_case_says_when_it_was_modified_and_that_it_is_withdrawn(
    cases: CaseTracker, sandbox: Sandbox, case: CaseId
) -> None:
    own = case.partition(":")[2]
    before = await cases.get_case(own)
    after = await cases.set_group(case, StatusGroup.CLOSED)
    sandbox.people.archive(own)
    withdrawn = await cases.get_case(own)

    assert before.modified_at is not None
    assert after.modified_at is not None
    assert after.modified_at >= before.modified_at
    assert (before.withdrawn, withdrawn.withdrawn) == ("", "archived")


async def test_a_merged_case_is_withdrawn(cases: CaseTracker, sandbox: Sandbox) -> None:
    one, other, *_ = sandbox.world.cases

    sandbox.people.merge(one, other)

    assert (await cases.get_case(one)).withdrawn == "merged"


async def test_an_issue_is_shown_on_the_case_once_and_taken_off_again(
    cases: CaseTracker, sandbox: Sandbox, case: CaseId
) -> None:
    listed = await cases.list_issue(case, ISSUE)
    again = await cases.list_issue(case, ISSUE)
    off = await cases.unlist_issue(case, ISSUE)
    off_again = await cases.unlist_issue(case, ISSUE)

    assert listed.issues == again.issues == (ISSUE.id.partition(":")[2],)
    assert off.issues == off_again.issues == ()
    assert len(sandbox.world.writes) == 2
