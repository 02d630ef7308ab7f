"""The API of a real bridge answers what its description says, whoever asks what."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from bridge.sandbox.records import IssueState
from tests.e2e.front import Echo
from tests.e2e.guarded import SECRETS, Guarded, guarded
from tests.e2e.processes import until

Operation = APIOperation[Any, Any, Any, Any]

KEY = {"Idempotency-Key": "c3f5d6b4"}
EXAMPLES = 8
"""For each operation, and as many again that do not fit."""

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.ignored_auth,
]


async def all_of(one: Guarded, path: str) -> list[dict[str, Any]]:
    """A list, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        mark = "&" if "?" in path else "?"
        answer = await one.ask("GET", f"{path}{mark}limit=3{cursor}")
        assert len(answer.json()["items"]) <= 3
        items += answer.json()["items"]
        if answer.json()["next"] is None:
            return items
        cursor = f"&cursor={answer.json()['next']}"


async def a_refused_write(one: Guarded) -> str:
    """A case is moved, and its tracker refuses what follows; a dead letter's id."""
    case = next(iter(one.sandbox.world.groups))
    is_closed = one.sandbox.world.case(case).status_name == "Closed"
    one.front.echo = Echo(400, "PUT", "*/state")
    one.sandbox.people.set_case_status(case, "Open" if is_closed else "Closed")

    async def is_given_up() -> bool:
        return bool((await one.status())["dead"])

    await until(is_given_up)
    one.front.echo = None
    return str((await all_of(one, "/api/v1/dead"))[0]["id"])


async def has_open_circuit(one: Guarded) -> bool:
    told: Any = (await one.status())["trackers"]
    return any(tracker["circuits"] for tracker in told.values())


async def test_what_is_told_fits_the_description(tmp_path: Path) -> None:
    """Every answer to this client is held against the description."""
    async with guarded(tmp_path) as one:
        await one.link_all()
        case, (issue, *_) = next(iter(one.sandbox.world.groups.items()))
        one.sandbox.people.set_issue_state(issue, IssueState.IGNORED)
        await until(one.is_settled)

        links = await all_of(one, "/api/v1/links")
        letter = await a_refused_write(one)
        events = await all_of(one, "/api/v1/events")
        plan = await one.ask("POST", "/api/v1/plan", {"case": f"cases:{case}"})
        plans = await one.ask("POST", "/api/v1/resync", {"dry_run": True})
        looking = await one.ask("POST", "/api/v1/resync", {"cases": [f"cases:{case}"]})
        rules = [{"name": "all"}]
        recorded = await one.ask(
            "POST", "/api/v1/rules/recorded", {"against": {"rules": rules}}
        )
        read = await one.ask("POST", "/api/v1/rules/test", {"issue": issue})
        told = {"issue": {"teams": ["a"], "tags": {"a": ["b", 1]}}, "rules": rules}
        given_in_full = await one.ask("POST", "/api/v1/rules/test", told)
        preview = await one.ask("POST", "/api/v1/backfill", {"dry_run": True})
        begun = await one.ask("POST", "/api/v1/backfill", {})
        again = await one.ask("POST", "/api/v1/links", {"issue": issue, "case": case})
        retried = await one.ask("POST", f"/api/v1/dead/{letter}/retry")
        new = one.sandbox.people.new_issue(service="checkout").id
        made = await one.ask("POST", "/api/v1/cases", {"issue": new})
        gone = await one.ask("DELETE", f"/api/v1/links/errors:{issue}")
        missing = await one.ask("DELETE", f"/api/v1/links/errors:{issue}")
        for path in ("resync", "backfill", "status"):
            assert (await one.ask("GET", f"/api/v1/{path}")).is_success
        for path in ("/healthz", "/readyz", "/metrics", "/api/openapi.json"):
            assert (await one.ask("GET", path)).is_success
        one.front.echo = Echo(401, shape="words")
        await until(lambda: has_open_circuit(one))
        unreadable = await one.ask("POST", "/api/v1/plan", {"case": f"cases:{case}"})

    assert len(links) > 3
    assert {event["outcome"] for event in events} >= {"applied", "dead"}
    assert any(event["actions"] for event in events)
    assert any(event["changes"] for event in events)
    assert plan.json()["seen"]["issues"]
    assert plans.json()["items"]
    assert recorded.json()["items"]
    assert begun.status_code == looking.status_code == 202
    for good in (read, given_in_full, preview, retried):
        assert good.status_code == 200, good.text
    assert (again.status_code, made.status_code) == (409, 201)
    assert (gone.status_code, missing.status_code) == (204, 404)
    assert unreadable.status_code == 502


async def test_what_people_look_at_fits_the_description(tmp_path: Path) -> None:
    async with guarded(tmp_path) as one:
        await one.link_all()
        letter = await a_refused_write(one)
        cases = await all_of(one, "/api/v1/cases")
        drifted = await all_of(one, "/api/v1/cases?standing=drifted")
        case = await one.ask("GET", f"/api/v1/cases/{drifted[0]['case']}")
        found = await one.ask("GET", f"/api/v1/cases?q={cases[0]['case_key']}")
        rules, abilities, pulse = [
            (await one.ask("GET", f"/api/v1/{path}")).json()
            for path in ("rules", "abilities", "pulse")
        ]

    assert len(cases) == 4
    assert len({one["case"] for one in cases}) == 4
    assert letter in [one["id"] for one in case.json()["dead"]]
    assert [one["case"] for one in found.json()["items"]] == [cases[0]["case"]]
    assert rules["recorded"] > 0
    assert {one["what"] for one in abilities["sync"]} == {
        *("state", "assignee", "comments")
    }
    assert sum(pulse["ended"]) > 0


async def test_what_a_key_leads_to_fits_the_description(tmp_path: Path) -> None:
    async with guarded(tmp_path) as one:
        told = {"issue": one.an_issue}
        answers = [
            await one.ask("POST", f"/api/v1/{path}", told, **KEY)
            for path in ("cases", "cases", "backfill")
        ]

    assert [answer.status_code for answer in answers] == [201, 201, 422]


def ask_as_described(operation: Operation, mode: GenerationMode, url: str) -> bool:
    """Ask what fits the description, or what does not, and hold the answers to it;
    False where nothing is taken, so that nothing can be wrong."""
    headers = {"Authorization": f"Bearer {SECRETS['token']}"}
    if operation.path.startswith("/hooks"):
        headers = {"Authorization": f"Bearer {SECRETS['cases-hook']}"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def asking(case: schemathesis.Case[Any]) -> None:
        with requests.Session() as session:
            session.trust_env = False
            answer = case.call(base_url=url, headers=headers, session=session)
            case.validate_response(answer, checks=CHECKS, headers=headers)

    try:
        asking()
    except Unsatisfiable:
        return False
    return True


@pytest.mark.timeout(240)
async def test_whoever_asks_what_the_answers_are_as_described(tmp_path: Path) -> None:
    async with guarded(tmp_path, poll="1h") as one:
        await one.link_all()
        document = (await one.ask("GET", "/api/openapi.json")).json()
        schema = schemathesis.openapi.from_dict(document)
        asked: Counter[GenerationMode] = Counter()
        operations = [
            found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)
        ]
        for operation in operations:
            for mode in GenerationMode:
                asking = asyncio.to_thread(ask_as_described, operation, mode, one.url)
                asked[mode] += await asking
        log = one.bridge.output

    assert asked[GenerationMode.POSITIVE] == len(operations) > 20
    assert asked[GenerationMode.NEGATIVE] > 10
    assert "request.failed" not in log
    assert "connection.failed" not in log
