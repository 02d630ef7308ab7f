"""Case Management, driven by Datadog's own client and its models."""

import re
from typing import Any

import aiohttp
import pytest

from bridge.sandbox import Sandbox
from bridge.sandbox.scenes import CUSTOM_TYPE, ERROR_TRACKING_TYPE
from bridge.sandbox.world import World
from tests.sandbox.conftest import Apis, HandClock, Official

_NINE_DIGITS = re.compile(r"\.\d{9}Z$")


def _update(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "case", "attributes": attributes}}


async def _attributes(http: aiohttp.ClientSession, case: str) -> dict[str, Any]:
    async with http.get(f"/api/v2/cases/{case}") as answer:
        body = await answer.json(content_type=None)
        found: dict[str, Any] = body["data"]["attributes"]
        return found


async def _post(
    http: aiohttp.ClientSession, path: str, body: dict[str, Any]
) -> tuple[int, Any]:
    async with http.post(f"/api/v2/cases{path}", json=body) as answer:
        return answer.status, await answer.json(content_type=None)


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
        api.cases.update_status(case, _update(status="CLOSED"))
        api.cases.update_priority(case, _update(priority="P1"))
        api.cases.update_case_title(case, _update(title="New title"))
        api.cases.update_case_description(case, _update(description="New words"))
        api.cases.assign_case(case, _update(assignee_id=ann))
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
        api.cases.update_status(case, _update(status_name="Open"))
        return api.cases.unarchive_case(case, {"data": {"type": "case"}})

    answer = await official(undo)

    assert "archived_at" not in answer.data.attributes
    assert "closed_at" not in answer.data.attributes
    assert "assignee" not in answer.data.relationships


async def test_writing_what_is_there_moves_nothing(
    http: aiohttp.ClientSession, world: World
) -> None:
    case = next(iter(world.cases.values()))
    await _post(http, f"/{case.id}/status", _update(status_name=case.status_name))
    await _post(http, f"/{case.id}/unassign", {"data": {"type": "case"}})

    assert "modified_at" not in await _attributes(http, case.id)
    assert [write.has_changed for write in world.writes] == [False, False]


async def test_times_carry_nine_digits(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    case = next(iter(sandbox.world.cases))
    sandbox.people.set_title(case, "touched")

    attributes = await _attributes(http, case)

    assert _NINE_DIGITS.search(attributes["created_at"])
    assert _NINE_DIGITS.search(attributes["modified_at"])


async def test_comments_round_trip(official: Official, world: World) -> None:
    case = next(iter(world.cases))

    def write(api: Apis) -> Any:
        made = [
            api.cases.comment_case(case, _update(comment=f"no. {n}")) for n in range(3)
        ]
        first, second = made[0].data[0].id, made[1].data[0].id
        api.cases.update_case_comment(case, first, _update(comment="no. 0, better"))
        api.cases.delete_case_comment(case, second)
        return [
            api.cases.list_case_timeline(case, page_size=1, page_number=number)
            for number in range(3)
        ]

    pages = await official(write)

    texts = [
        cell.attributes.cell_content.message for page in pages for cell in page.data
    ]
    assert texts == ["no. 2", "no. 0, better"]


async def test_a_comment_is_answered_as_a_list_with_an_upper_case_author_id(
    http: aiohttp.ClientSession, world: World
) -> None:
    case = next(iter(world.cases))
    status, body = await _post(http, f"/{case}/comment", _update(comment="Hello ö"))

    attributes = body["data"][0]["attributes"]
    assert status == 200
    assert attributes["author"]["content"]["ID"] == world.service_account.id
    assert attributes["content"] == '{"message":"Hello ö"}'
    assert (await _post(http, f"/{case}/comment", _update(comment="")))[0] == 400
    cell = body["data"][0]["id"]
    for status in (204, 404):
        async with http.delete(f"/api/v2/cases/{case}/comment/{cell}") as answer:
            assert answer.status == status


async def test_insights_round_trip_and_repeat_harmlessly(
    official: Official, world: World
) -> None:
    case, issue = next(iter(world.cases)), next(iter(world.issues))
    ref = f"/error-tracking?issueId={issue}"
    insight = {"type": "ERROR_TRACKING", "ref": ref, "resource_id": issue}
    body = _update(insights=[insight])

    def write(api: Apis) -> Any:
        api.cases.add_case_insights(case, body)
        return api.cases.add_case_insights(case, body)

    answer = await official(write)
    assert answer.data.attributes["insights"] == [insight]
    assert [write.has_changed for write in world.writes] == [True, False]

    await official(lambda api: api.cases.remove_case_insights(case, body))
    assert world.case(case).insights == ()


async def test_types_tell_the_default_of_each_group(official: Official) -> None:
    answer = await official(lambda api: api.types.get_all_case_types())

    by_id = {item.id: item.attributes for item in answer.data}
    config = by_id["00000000-0000-0000-0000-000000000004"]["statuses_config"]
    assert config["in_progress"]["default"] == "Pending Approval"
    assert by_id[ERROR_TRACKING_TYPE].name == "Error Tracking"
    assert by_id[CUSTOM_TYPE]["statuses_config"]["closed"]["default"] == "Done"


async def test_projects_are_listed_read_and_made(
    official: Official, world: World
) -> None:
    def work(api: Apis) -> Any:
        body = {"data": {"type": "project", "attributes": {"key": "NEW", "name": "N"}}}
        made = api.cases.create_project(body)
        return api.cases.get_projects().data, api.cases.get_project(made.data.id).data

    listed, made = await official(work)

    assert {project.attributes.key for project in listed} == {"ET", "SHOP", "NEW"}
    assert made.id == world.project("NEW").id


async def test_a_moved_case_has_a_new_key_only(
    official: Official, http: aiohttp.ClientSession, world: World
) -> None:
    case = next(c for c in world.cases.values() if c.key.startswith("ET-"))
    body = {"data": {"type": "project", "id": world.project("SHOP").id}}

    moved = await official(lambda api: api.cases.move_case_to_project(case.id, body))

    assert moved.data.attributes.key.startswith("SHOP-")
    async with http.get(f"/api/v2/cases/{case.key}") as answer:
        assert answer.status == 404
    assert (await _attributes(http, case.id))["key"] == moved.data.attributes.key


async def test_users_are_found_by_email(official: Official) -> None:
    answer = await official(lambda api: api.users.list_users(filter="BOB@"))

    assert [user.attributes.email for user in answer.data] == ["bob@example.com"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("project_id:{shop}", ["Cart", "Pay"]),
        ("project_id:{shop} status:open", ["Cart"]),
        ("status:closed", ["Pay", "Old"]),
        ("(cart OR old) -status:OPEN", ["Old"]),
        ("words", ["Pay"]),
        ("priority:(P1 OR P2)", ["Old"]),
    ],
)
async def test_the_filter_finds(
    bare_world: World, clock: HandClock, query: str, expected: list[str]
) -> None:
    from bridge.sandbox import case_changes, serving
    from bridge.sandbox.records import Hand, Via

    hand = Hand(bare_world.service_account.id, Via.API)
    for title, project, status, description, priority in (
        ("Cart", "SHOP", "Open", "", "P3"),
        ("Pay", "SHOP", "Closed", "some words", "P3"),
        ("Old", "ET", "Closed", "", "P1"),
    ):
        case_changes.create(
            bare_world,
            hand,
            title=title,
            project=project,
            status_name=status,
            description=description,
            priority=priority,
            type_id=ERROR_TRACKING_TYPE,
        )
    wanted = query.format(shop=bare_world.project("SHOP").id)
    keys = {"DD-API-KEY": "sandbox-api-key", "DD-APPLICATION-KEY": "sandbox-app-key"}
    params = {"filter": wanted, "sort[field]": "created_at", "sort[asc]": "true"}
    async with (
        serving(Sandbox(bare_world)) as url,
        aiohttp.ClientSession(url, headers=keys) as http,
        http.get("/api/v2/cases", params=params) as answer,
    ):
        body = await answer.json(content_type=None)

    assert [case["attributes"]["title"] for case in body["data"]] == expected


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            "/{case}/status",
            _update(status="LOST"),
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
            _update(status="OPEN"),
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

    assert await _post(http, path.format(case=case), body) == (
        status,
        {"errors": [error]},
    )
