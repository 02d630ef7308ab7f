"""What is written on a case: comments and insights."""

from typing import Any

import aiohttp

from bridge.sandbox.world import World
from tests.sandbox.conftest import Apis, Official
from tests.sandbox.wire import case_update, post_to_case


async def test_comments_round_trip(official: Official, world: World) -> None:
    case = next(iter(world.cases))

    def write(api: Apis) -> Any:
        made = [
            api.cases.comment_case(case, case_update(comment=f"no. {n}"))
            for n in range(3)
        ]
        first, second = made[0].data[0].id, made[1].data[0].id
        api.cases.update_case_comment(case, first, case_update(comment="no. 0, better"))
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
    status, body = await post_to_case(
        http, f"/{case}/comment", case_update(comment="Hello ö")
    )

    attributes = body["data"][0]["attributes"]
    assert status == 200
    assert attributes["author"]["content"]["ID"] == world.service_account.id
    assert attributes["content"] == '{"message":"Hello ö"}'
    assert (await post_to_case(http, f"/{case}/comment", case_update(comment="")))[
        0
    ] == 400
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
    body = case_update(insights=[insight])

    def write(api: Apis) -> Any:
        api.cases.add_case_insights(case, body)
        return api.cases.add_case_insights(case, body)

    answer = await official(write)
    assert answer.data.attributes["insights"] == [insight]
    assert [write.has_changed for write in world.writes] == [True, False]

    await official(lambda api: api.cases.remove_case_insights(case, body))
    assert world.case(case).insights == ()
