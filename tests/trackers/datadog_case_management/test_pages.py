"""How the pages of searches and timelines are read."""

import httpx
import respx
from structlog.testing import capture_logs

from bridge.domain.model import CaseId
from bridge.trackers.datadog_case_management.client import CaseManagement
from tests.trackers.documents import CASE_ID, CASES, case, cell

ID = CaseId(f"cases:{CASE_ID}")


async def found(cases: CaseManagement) -> list[CaseId]:
    return [read.id async for read in cases.find_cases("status:closed")]


async def test_a_search_ends_with_the_last_page_and_gives_each_case_once(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    pages = [["a", "b"], ["b", "c"]]
    route = vendor.get(CASES).mock(
        side_effect=[
            httpx.Response(
                200,
                json={
                    "data": [case(id_) for id_ in page],
                    "meta": {"page": {"current": n, "size": 2, "total": 2}},
                },
            )
            for n, page in enumerate(pages, 1)
        ]
    )

    assert await found(cases) == ["cases:a", "cases:b", "cases:c"]
    asked = [call.request.url.params for call in route.calls]
    assert [params["page[number]"] for params in asked] == ["1", "2"]
    assert asked[0]["filter"] == "status:closed"
    assert asked[0]["sort[asc]"] == "true"


async def test_without_page_counts_a_page_with_nothing_new_is_the_last(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    route = vendor.get(CASES).respond(json={"data": [case("a"), case("b")]})

    assert await found(cases) == ["cases:a", "cases:b"]
    assert route.call_count == 2


async def test_one_unknown_status_does_not_hide_the_other_cases(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    odd = case("a", status_group="SG_LIMBO", status="LIMBO", status_name="Limbo")
    vendor.get(CASES).respond(
        json={"data": [odd, case("b")], "meta": {"page": {"total": 1}}}
    )

    with capture_logs() as logs:
        assert await found(cases) == ["cases:b"]

    assert "Limbo" in logs[0]["reason"]


async def test_a_timeline_is_read_from_page_0_and_other_cells_are_passed_over(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    first = [cell(f"c{number}") for number in range(9)]
    first.append({"id": "s1", "attributes": {"type": "STATUS", "author": "odd"}})
    route = vendor.get(f"{CASES}/{CASE_ID}/timelines").mock(
        side_effect=[
            httpx.Response(200, json={"data": first}),
            httpx.Response(200, json={"data": [first[8], cell("c9")]}),
        ]
    )

    read = [comment.id async for comment in cases.comments(ID)]

    assert read == [f"c{number}" for number in range(10)]
    numbers = [call.request.url.params["page[number]"] for call in route.calls]
    assert numbers == ["0", "1"]
