"""How cases are found, and what is around them: types, projects, people."""

from typing import Any

import aiohttp
import pytest

from bridge.sandbox import Sandbox
from bridge.sandbox.scenes import CUSTOM_TYPE, ERROR_TRACKING_TYPE
from bridge.sandbox.world import World
from tests.sandbox.conftest import Apis, HandClock, Official
from tests.sandbox.wire import case_attributes


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
    assert (await case_attributes(http, case.id))["key"] == moved.data.attributes.key


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
