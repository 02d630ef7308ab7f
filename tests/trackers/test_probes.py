"""What can be found out of keys, permissions, projects and statuses, harmlessly."""

import pytest

from bridge.ports.setup import Finding, Setup, Wanted
from bridge.sandbox.faults import Fault, FaultKind
from tests.trackers.setups import CASES, ISSUES, WANTED, install, made_sandbox, opened

PERMISSIONS = [
    (ISSUES, "Error Tracking Read", "error_tracking_read"),
    (ISSUES, "Error Tracking Issue Write", "error_tracking_write"),
    (CASES, "Cases Read", "cases_read"),
    (CASES, "Cases Write", "cases_write"),
]


async def probed(setup: Setup, wanted: Wanted = WANTED) -> dict[str, Finding]:
    return {finding.name: finding for finding in await setup.probe(wanted)}


@pytest.mark.parametrize("kind", [ISSUES, CASES])
async def test_all_is_good_where_all_is_there_and_nothing_changes(kind: str) -> None:
    sandbox = made_sandbox()
    async with opened(kind, sandbox) as setup:
        await install(setup)
        changes = len(sandbox.world.happenings)

        found = await probed(setup)

    assert [f for f in found.values() if f.is_good is not True] == []
    assert len(sandbox.world.happenings) == changes


@pytest.mark.parametrize(
    ("kind", "name", "scope"), PERMISSIONS, ids=[name for _, name, _ in PERMISSIONS]
)
async def test_each_missing_permission_is_named_alone(
    kind: str, name: str, scope: str
) -> None:
    sandbox = made_sandbox()
    sandbox.withheld = {scope}
    async with opened(kind, sandbox) as setup:
        found = await probed(setup)

    mine = {each for of, each, _ in PERMISSIONS if of == kind}
    assert [each for each in sorted(mine) if found[each].is_good is False] == [name]
    assert name in found[name].remedy
    assert "403" in found[name].text
    assert found["api key"].is_good is True
    assert found["application key"].is_good is True


async def test_what_was_proven_and_what_inferred_is_told_apart() -> None:
    async with opened(ISSUES, made_sandbox()) as setup:
        found = await probed(setup)

    assert found["Error Tracking Read"].text.startswith("proven: POST ")
    assert found["Error Tracking Issue Write"].text.startswith("inferred: PUT ")


async def test_a_wrong_application_key_opens_nothing() -> None:
    async with opened(CASES, made_sandbox(), app_key="wrong") as setup:
        found = await probed(setup)

    assert found["api key"].is_good is True
    assert found["application key"].is_good is False


async def test_a_wrong_api_key_is_told_as_such() -> None:
    async with opened(ISSUES, made_sandbox(), api_key="wrong") as setup:
        found = await probed(setup)

    assert found["api key"].is_good is False
    assert "site" in found["api key"].remedy


async def test_a_project_that_is_not_there_is_named() -> None:
    nowhere = "67d80aa3-36ff-44b9-a694-c501a7591737"
    async with opened(CASES, made_sandbox()) as setup:
        found = await probed(setup, Wanted(None, ("SHOP", "NONE", nowhere)))

    assert found["project SHOP"].is_good is True
    assert found["project NONE"].is_good is False
    assert found[f"project {nowhere}"].is_good is False


async def test_without_any_project_no_case_can_be_made() -> None:
    async with opened(CASES, made_sandbox()) as setup:
        found = await probed(setup, Wanted())

    assert found["projects"].is_good is False
    assert "default_project" in found["projects"].remedy


async def test_the_default_status_of_each_group_is_shown() -> None:
    async with opened(CASES, made_sandbox()) as setup:
        found = await probed(setup)

    assert "IN_PROGRESS is written as 'In Progress'" in found["default statuses"].text


async def test_an_unknown_case_type_is_bad() -> None:
    async with opened(CASES, made_sandbox(), case_type="nothing") as setup:
        found = await probed(setup)

    assert found["default statuses"].is_good is False


async def test_a_tracker_that_answers_nothing_is_bad_and_says_where_to_look() -> None:
    sandbox = made_sandbox()
    sandbox.faults.add(Fault(FaultKind.FAIL))
    async with opened(ISSUES, sandbox) as setup:
        found = await probed(setup)

    assert {f.is_good for f in found.values()} == {False}
    assert "base_url" in found["Error Tracking Read"].remedy


async def test_an_answer_that_says_nothing_of_it_is_neither() -> None:
    sandbox = made_sandbox()
    sandbox.faults.add(Fault(FaultKind.FAIL, method="PUT", status=400))
    async with opened(ISSUES, sandbox) as setup:
        found = await probed(setup)

    assert found["Error Tracking Issue Write"].is_good is None


async def test_webhooks_that_are_missing_are_bad_only_where_they_are_wanted() -> None:
    async with opened(CASES, made_sandbox()) as setup:
        wanted = await probed(setup)
        unwanted = await probed(setup, Wanted(None, ("ET",)))

    assert wanted["webhooks installed"].is_good is False
    assert "bridge webhooks install" in wanted["webhooks installed"].remedy
    assert unwanted["webhooks installed"].is_good is None
