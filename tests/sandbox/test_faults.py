"""What goes wrong at the sandbox's API when a test asks for it."""

import asyncio

import aiohttp
import pytest

from bridge.sandbox import Sandbox, serving
from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.rates import Budget
from bridge.sandbox.records import IssueState
from bridge.sandbox.world import World
from tests.sandbox.conftest import HandClock
from tests.sandbox.wire import got, issue_path, issue_state


async def test_no_keys_is_401_and_wrong_ones_403_in_the_two_error_shapes(
    url: str, world: World
) -> None:
    async with aiohttp.ClientSession(url) as http:
        answer, body = await got(http, issue_path(world))
        assert (answer.status, body) == (401, {"errors": ["Unauthorized"]})
    wrong = {"DD-API-KEY": "x", "DD-APPLICATION-KEY": "y"}
    async with aiohttp.ClientSession(url, headers=wrong) as http:
        answer, body = await got(http, issue_path(world))
        assert answer.status == 403
        assert body == {"errors": [{"status": "403", "title": "Forbidden"}]}


async def test_a_failure_strikes_as_often_as_told(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    path = issue_path(sandbox.world)
    sandbox.faults.add(Fault(FaultKind.FAIL, method="GET", count=2))

    statuses = [(await got(http, path))[0].status for _ in range(3)]

    assert statuses == [503, 503, 200]


async def test_a_failure_strikes_one_object_or_one_project_only(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    world = sandbox.world
    case, other = list(world.cases.values())[:2]
    sandbox.faults.add(Fault(FaultKind.FAIL, path=f"*/{case.id}*", status=403))
    assert (await got(http, f"/api/v2/cases/{case.id}"))[0].status == 403
    assert (await got(http, f"/api/v2/cases/{other.id}"))[0].status == 200
    sandbox.faults.clear()

    shop = world.project("SHOP").id
    sandbox.faults.add(Fault(FaultKind.FAIL, project="SHOP", status=403))
    for found in world.cases.values():
        answer, _ = await got(http, f"/api/v2/cases/{found.key}")
        assert answer.status == (403 if found.project == shop else 200)
    new = {
        "type": "case",
        "attributes": {"title": "x", "type_id": case.type_id},
        "relationships": {"project": {"data": {"id": shop, "type": "project"}}},
    }
    async with http.post("/api/v2/cases", json={"data": new}) as created:
        assert created.status == 403


async def test_a_rate_strikes_the_same_requests_for_a_seed(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(FaultKind.FAIL, rate=0.5))
    path = issue_path(sandbox.world)

    statuses = {(await got(http, path))[0].status for _ in range(30)}

    assert statuses == {200, 503}


async def test_a_rate_limit_tells_when_to_come_back(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    path = issue_path(sandbox.world)
    sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, count=1, reset=7))
    sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, count=1, retry_after="9"))

    first, _ = await got(http, path)
    second, _ = await got(http, path)

    assert (first.status, first.headers["X-RateLimit-Reset"]) == (429, "7")
    assert (second.status, second.headers["Retry-After"]) == (429, "9")


async def test_the_budget_is_told_and_ends(world: World, clock: HandClock) -> None:
    sandbox = Sandbox(world, budget=Budget(world.moment, limit=2, period=10))
    keys = {"DD-API-KEY": "sandbox-api-key", "DD-APPLICATION-KEY": "sandbox-app-key"}
    path = issue_path(world)
    async with (
        serving(sandbox) as url,
        aiohttp.ClientSession(url, headers=keys) as http,
    ):
        answers = [(await got(http, path))[0] for _ in range(3)]
        clock.advance(10)
        answers.append((await got(http, path))[0])

    assert [answer.status for answer in answers] == [200, 200, 429, 200]
    left = [answer.headers["X-RateLimit-Remaining"] for answer in answers]
    assert left == ["1", "0", "0", "1"]
    assert answers[0].headers["X-RateLimit-Limit"] == "2"


@pytest.mark.parametrize(
    ("kind", "state", "status"),
    [
        (FaultKind.CUT_BEFORE, IssueState.OPEN, None),
        (FaultKind.CUT_AFTER, IssueState.IGNORED, 200),
    ],
)
async def test_a_cut_connection_leaves_the_write_undone_or_done(
    http: aiohttp.ClientSession,
    sandbox: Sandbox,
    kind: FaultKind,
    state: IssueState,
    status: int | None,
) -> None:
    world = sandbox.world
    issue = next(iter(world.issues))
    sandbox.people.set_issue_state(issue, IssueState.OPEN)
    # Not counted: aiohttp's client tries an idempotent request a second time.
    sandbox.faults.add(Fault(kind, method="PUT"))

    with pytest.raises(aiohttp.ClientError):
        await http.put(f"{issue_path(world)}/state", json=issue_state("IGNORED"))

    assert world.issue(issue).state is state
    write = world.writes[-1]
    assert (write.status, write.is_answered) == (status, False)


async def test_a_held_request_is_answered_once_let_go(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    number = sandbox.faults.add(Fault(FaultKind.HOLD))
    asked = asyncio.create_task(got(http, issue_path(sandbox.world)))
    async with asyncio.timeout(60):
        while not sandbox.faults.armed[number].struck:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)
        assert not asked.done()
        sandbox.faults.remove(number)
        answer, _ = await asked

    assert answer.status == 503


async def test_stale_reads_show_the_version_before_the_write(
    http: aiohttp.ClientSession, sandbox: Sandbox, clock: HandClock
) -> None:
    path, world = issue_path(sandbox.world), sandbox.world
    old = world.issue(path.rpartition("/")[2]).state.value

    async def states(reads: int) -> list[str]:
        bodies = [(await got(http, path))[1] for _ in range(reads)]
        return [body["data"]["attributes"]["state"] for body in bodies]

    sandbox.faults.add(Fault(FaultKind.STALE, reads=2))
    assert await states(1) == [old]
    await http.put(f"{path}/state", json=issue_state("IGNORED"))
    assert await states(3) == [old, old, "IGNORED"]

    sandbox.faults.clear()
    sandbox.faults.add(Fault(FaultKind.STALE, seconds=5))
    await http.put(f"{path}/state", json=issue_state("EXCLUDED"))
    assert await states(2) == ["IGNORED", "IGNORED"]
    clock.advance(6)
    assert await states(1) == ["EXCLUDED"]


async def test_a_lagging_index_does_not_know_what_is_new(
    http: aiohttp.ClientSession, sandbox: Sandbox, clock: HandClock
) -> None:
    clock.advance(60)
    sandbox.faults.add(Fault(FaultKind.INDEX_LAG, seconds=30))
    case = sandbox.people.new_case(
        project="ET", title="brandnew", type_id="00000000-0000-0000-0000-000000000005"
    )

    async def found() -> list[str]:
        _, body = await got(http, "/api/v2/cases?filter=brandnew")
        return [item["id"] for item in body["data"]]

    assert await found() == []
    assert (await got(http, f"/api/v2/cases/{case.id}"))[0].status == 200
    clock.advance(31)
    assert await found() == [case.id]


async def test_a_forbidden_transition_is_refused(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    case = sandbox.people.new_case(
        project="ET", title="strict", type_id="00000000-0000-0000-0000-000000000005"
    )
    sandbox.faults.add(
        Fault(FaultKind.REFUSE_TRANSITION, from_status="Open", to_status="Closed")
    )

    async def move(**asked: str) -> int:
        body = {"data": {"type": "case", "attributes": asked}}
        async with http.post(f"/api/v2/cases/{case.id}/status", json=body) as answer:
            return answer.status

    assert await move(status_name="Closed") == 400
    assert await move(status="CLOSED") == 400
    assert await move(status_name="In Progress") == 200
    assert await move(status_name="Closed") == 200


async def test_a_held_answer_comes_late_to_a_write_that_is_done_already(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    world = sandbox.world
    issue = next(iter(world.issues))
    sandbox.people.set_issue_state(issue, IssueState.OPEN)
    sandbox.faults.add(Fault(FaultKind.HOLD_AFTER, method="PUT", count=1))
    path, body = f"{issue_path(world)}/state", issue_state("IGNORED")
    asked = asyncio.create_task(http.put(path, json=body))

    async with asyncio.timeout(60):
        while world.issue(issue).state is IssueState.OPEN:  # noqa: ASYNC110 - of a server
            await asyncio.sleep(0)
    assert not asked.done()
    sandbox.faults.clear()

    assert (await asked).status == 200
