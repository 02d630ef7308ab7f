"""Case Management, driven by Datadog's own client and its models."""

import re
from typing import Any

import aiohttp
import pytest

from bridge.sandbox import Sandbox
from bridge.sandbox.scenes import CUSTOM_TYPE
from bridge.sandbox.world import World
from tests.sandbox.conftest import Apis, Official
from tests.sandbox.wire import case_attributes, case_update, post_to_case

_NINE_DIGITS = re.compile(r"\.\d{9}Z$")


async def test_the_official_client_pages_through_every_case_once(
    official: Official, sandbox: Sandbox
) -> None:
    sandbox.people.archive(next(iter(sandbox.world.cases)))

    def read(api: Apis) -> list[str]:
        found = []
        for number in (1, 2, 3):
            page = api.cases.search_cases(page_size=2, page_number=number)
            assert page.meta.page.total == 2
            assert page.meta.page.current == number
            found += [case.id for case in page.data]
        return found

    found = await official(read)

    assert len(found) == 4
    assert set(found) == set(list(sandbox.world.cases)[1:])


async def test_the_official_client_creates_and_reads_a_case(
    official: Official, world: World
) -> None:
    project = world.project("SHOP")
    body = {
        "data": {
            "type": "case",
            "attributes": {
                "title": "Cart breaks",
                "type_id": CUSTOM_TYPE,
                "status_name": "In QA",
                "priority": "P2",
            },
            "relationships": {
                "project": {"data": {"id": project.id, "type": "project"}}
            },
        }
    }

    made = await official(lambda api: api.cases.create_case(body))
    read = await official(lambda api: api.cases.get_case(made.data.attributes.key))

    assert read.data.id == made.data.id
    assert read.data.attributes.status_name == "In QA"
    assert str(read.data.attributes.status_group) == "SG_IN_PROGRESS"
    assert str(read.data.attributes.status) == "IN_PROGRESS"
    assert read.data.relationships.project.data.id == project.id
    assert "closed_at" not in read.data.attributes


async def test_the_official_client_changes_a_case(
    official: Official, sandbox: Sandbox
) -> None:
    case, ann = next(iter(sandbox.world.cases)), list(sandbox.world.users)[1]

    def change(api: Apis) -> Any:
        api.cases.update_status(case, case_update(status="CLOSED"))
        api.cases.update_priority(case, case_update(priority="P1"))
        api.cases.update_case_title(case, case_update(title="New title"))
        api.cases.update_case_description(case, case_update(description="New words"))
        api.cases.assign_case(case, case_update(assignee_id=ann))
        api.cases.archive_case(case, {"data": {"type": "case"}})
        return api.cases.get_case(case)

    answer = await official(change)

    attributes = answer.data.attributes
    assert str(attributes.status) == "CLOSED"
    assert attributes.closed_at is not None
    assert attributes.archived_at is not None
    assert (attributes.title, attributes.description) == ("New title", "New words")
    assert answer.data.relationships.assignee.data.id == ann
    assert answer.data.relationships.modified_by.data.id == (
        sandbox.world.service_account.id
    )

    def undo(api: Apis) -> Any:
        api.cases.unassign_case(case, {"data": {"type": "case"}})
        api.cases.update_status(case, case_update(status_name="Open"))
        return api.cases.unarchive_case(case, {"data": {"type": "case"}})

    answer = await official(undo)

    assert "archived_at" not in answer.data.attributes
    assert "closed_at" not in answer.data.attributes
    assert "assignee" not in answer.data.relationships


async def test_writing_what_is_there_moves_nothing(
    http: aiohttp.ClientSession, world: World
) -> None:
    case = next(iter(world.cases.values()))
    await post_to_case(
        http, f"/{case.id}/status", case_update(status_name=case.status_name)
    )
    await post_to_case(http, f"/{case.id}/unassign", {"data": {"type": "case"}})

    assert "modified_at" not in await case_attributes(http, case.id)
    assert [write.has_changed for write in world.writes] == [False, False]


async def test_times_carry_nine_digits(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    case = next(iter(sandbox.world.cases))
    sandbox.people.set_title(case, "touched")

    attributes = await case_attributes(http, case)

    assert _NINE_DIGITS.search(attributes["created_at"])
    assert _NINE_DIGITS.search(attributes["modified_at"])


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            "/{case}/status",
            case_update(status="LOST"),
            (
                400,
                {
                    "status": "400",
                    "title": "Generic Error",
                    "detail": "invalid status LOST. Must be one of NOT_STARTED, "
                    "IN_PROGRESS, CLOSED, ACKNOWLEDGED, TRIGGERED, PENDING_APPROVAL, "
                    "COMPLETED, CANCELLED, DECLINED, SUNKNOWN, OPEN, RESOLVED, "
                    "APPROVED, IMPLEMENTING",
                },
            ),
        ),
        (
            "/{case}/status",
            {"data": {"type": "project", "attributes": {}}},
            (
                400,
                {
                    "status": "400",
                    "title": "Bad Request",
                    "detail": 'got type "project" expected one of "case"',
                },
            ),
        ),
        (
            "/nowhere-1/status",
            case_update(status="OPEN"),
            (404, {"code": "resource_not_found", "title": "case not found"}),
        ),
        (
            "/{case}/status",
            {"data": 1},
            (400, {"status": "400", "title": "Bad Request"}),
        ),
    ],
)
async def test_errors_look_as_recorded(
    http: aiohttp.ClientSession,
    world: World,
    path: str,
    body: dict[str, Any],
    expected: tuple[int, dict[str, str]],
) -> None:
    case = next(iter(world.cases))
    status, error = expected

    assert await post_to_case(http, path.format(case=case), body) == (
        status,
        {"errors": [error]},
    )
