"""Webhooks and notification rules: installed, kept, repaired."""

import json
from dataclasses import replace
from typing import Any

import pytest
from datadog_api_client import ApiClient
from datadog_api_client.v1.model.webhooks_integration import WebhooksIntegration
from datadog_api_client.v2.model.case_notification_rule_create_request import (
    CaseNotificationRuleCreateRequest,
)
from datadog_api_client.v2.model.case_notification_rule_update_request import (
    CaseNotificationRuleUpdateRequest,
)

from bridge.ports.setup import Doing, Wanted
from bridge.sandbox import Sandbox
from bridge.sandbox.faults import Fault, FaultKind
from tests.trackers.official import parse
from tests.trackers.setups import (
    CASES,
    ISSUES,
    SECRET,
    WANTED,
    change_rule,
    install,
    made_sandbox,
    opened,
)

CREATE, KEEP, REPAIR, REMOVE, BLOCKED = (
    Doing.CREATE,
    Doing.KEEP,
    Doing.REPAIR,
    Doing.REMOVE,
    Doing.BLOCKED,
)


def rules_of(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """The attributes of each rule by the key of its project."""
    keys = {project.id: project.key for project in sandbox.world.projects.values()}
    rules = sandbox.hooks.rules.values()
    return {keys[rule.project]: rule.attributes for rule in rules}


async def test_the_webhook_calls_the_hook_with_the_first_secret() -> None:
    sandbox = made_sandbox()
    async with opened(ISSUES, sandbox, name="errors") as setup:
        assert await install(setup) == [CREATE]

    (webhook,) = sandbox.hooks.webhooks.values()
    assert webhook.name == "bridge-errors"
    assert webhook.url == "https://bridge.example.com/hooks/errors"
    assert json.loads(webhook.custom_headers or "") == {
        "Authorization": f"Bearer {SECRET}"
    }
    assert json.loads(webhook.payload or "")["event_id"] == "$ID"


async def test_each_project_in_use_tells_the_webhook() -> None:
    sandbox = made_sandbox()
    async with opened(CASES, sandbox) as setup:
        assert await install(setup) == [CREATE, CREATE, CREATE]

    rules = rules_of(sandbox)
    assert rules.keys() == {"ET", "SHOP"}
    for rule in rules.values():
        told = [trigger["type"] for trigger in rule["triggers"]]
        assert told[:2] == ["CASE_CREATED", "STATUS_TRANSITIONED"]
        assert rule["recipients"] == [{"type": "HTTP", "data": {"name": "bridge-it"}}]


@pytest.mark.parametrize("kind", [ISSUES, CASES])
async def test_a_second_time_changes_nothing(kind: str) -> None:
    sandbox = made_sandbox()
    async with opened(kind, sandbox) as setup:
        await install(setup)
        writes = len(sandbox.world.writes)

        again = await install(setup)

    assert set(again) == {KEEP}
    assert len(sandbox.world.writes) == writes


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "https://old.example.com/hooks/it"}, "it calls https://old.example"),
        ({"payload": "{}"}, "its payload is not ours"),
        ({"custom_headers": None}, "its Authorization header"),
        ({"encode_as": "form"}, "it does not send JSON"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_differs_is_repaired(changes: dict[str, Any], told: str) -> None:
    sandbox = made_sandbox()
    async with opened(ISSUES, sandbox) as setup:
        await install(setup)
        webhooks = sandbox.hooks.webhooks
        good = webhooks["bridge-it"]
        webhooks["bridge-it"] = replace(good, **changes)
        step = (await setup.installation(WANTED))[0]
        await install(setup)

    assert step.doing is REPAIR
    assert told in step.why
    assert SECRET not in repr(step)
    assert webhooks["bridge-it"] == good


async def test_a_rule_that_was_switched_off_is_switched_on() -> None:
    sandbox = made_sandbox()
    async with opened(CASES, sandbox) as setup:
        await install(setup)
        change_rule(sandbox, is_enabled=False)

        assert REPAIR in await install(setup)
        assert set(await install(setup)) == {KEEP}

    assert all(rule["is_enabled"] for rule in rules_of(sandbox).values())


async def test_a_repair_keeps_what_others_wanted_of_the_rule() -> None:
    sandbox = made_sandbox()
    email = {"type": "EMAIL", "data": {"email": "jane@example.com"}}
    other = {"type": "EVENT_CORRELATION_SIGNAL_CORRELATED", "data": {}}
    async with opened(CASES, sandbox) as setup:
        await install(setup)
        us = next(iter(sandbox.hooks.rules.values())).attributes["recipients"]
        change_rule(
            sandbox, recipients=[*us, email], triggers=[other], query="priority:P1"
        )
        await install(setup)
        kept = [s.why for s in await setup.installation(WANTED) if s.doing is KEEP]

    rule = next(iter(sandbox.hooks.rules.values())).attributes
    assert rule["recipients"] == [*us, email]
    assert rule["query"] == "priority:P1"
    assert [trigger["type"] for trigger in rule["triggers"]] == [
        other["type"],
        "CASE_CREATED",
        "STATUS_TRANSITIONED",
    ]
    assert "but only for cases that match priority:P1" in kept


async def test_a_refused_trigger_for_assignees_is_left_out_and_told() -> None:
    sandbox = made_sandbox()
    refusal = Fault(
        FaultKind.FAIL, method="POST", path="*/notification_rules", status=400, count=1
    )
    async with opened(CASES, sandbox) as setup:
        steps = await setup.installation(Wanted(WANTED.public_url, ("ET",)))
        sandbox.faults.add(refusal)
        notes = [await step.act() for step in steps if step.act]
        again = await install(setup, Wanted(WANTED.public_url, ("ET",)))

    assert "without the trigger for assignees" in notes[1]
    assert len(rules_of(sandbox)["ET"]["triggers"]) == 2
    assert set(again) == {KEEP}


async def test_without_a_secret_or_a_project_it_says_what_is_in_the_way() -> None:
    async with opened(CASES, made_sandbox(), webhook_secrets=[]) as setup:
        steps = await setup.installation(Wanted(WANTED.public_url, ("NONE",)))
        nowhere = await setup.installation(Wanted(WANTED.public_url))

    blocked = [step.why for step in steps if step.doing is BLOCKED]
    assert "webhook_secrets is empty" in blocked[0]
    assert "there is no project 'NONE'" in blocked[1]
    assert "default_project" in nowhere[1].why


@pytest.mark.parametrize("kind", [ISSUES, CASES])
async def test_what_has_no_api_is_told_step_by_step_without_a_secret(kind: str) -> None:
    async with opened(kind, made_sandbox()) as setup:
        steps = await setup.installation(WANTED)

    (by_hand,) = [step for step in steps if step.doing is Doing.BY_HAND]
    told = "\n".join(by_hand.by_hand)
    assert SECRET not in told
    assert ("@webhook-bridge-it" if kind == ISSUES else "/hooks/it") in told


async def test_datadogs_own_package_knows_what_is_sent(official: ApiClient) -> None:
    sandbox = made_sandbox()
    async with opened(CASES, sandbox) as setup:
        await install(setup)
        change_rule(sandbox, is_enabled=False)
        await install(setup)

    models = {
        ("POST", True): WebhooksIntegration,
        ("POST", False): CaseNotificationRuleCreateRequest,
        ("PUT", False): CaseNotificationRuleUpdateRequest,
    }
    sent = [(w.method, "webhooks" in w.path, w.body) for w in sandbox.world.writes]
    assert {(method, is_webhook) for method, is_webhook, _ in sent} == models.keys()
    for method, is_webhook, body in sent:
        parse(official, body.encode(), models[method, is_webhook])


async def test_an_installed_rule_brings_a_delivery_that_the_reader_reads() -> None:
    sandbox = made_sandbox()
    async with opened(CASES, sandbox) as setup, sandbox.hooks:
        await install(setup, Wanted("http://127.0.0.1:1", tuple(_keys(sandbox))))
        sandbox.hooks.retry_wait = 0.001
        case = next(iter(sandbox.world.cases.values()))
        status = "Closed" if case.status_name != "Closed" else "Open"
        sandbox.people.set_case_status(case.id, status)
        await sandbox.hooks.idle()

    (sent, *_) = sandbox.hooks.sent
    assert sent.message.url == "http://127.0.0.1:1/hooks/it"
    assert sent.message.headers["Authorization"] == f"Bearer {SECRET}"
    assert f"case_id:{case.id}" in json.loads(sent.message.body)["tags"]


def _keys(sandbox: Sandbox) -> list[str]:
    return [project.key for project in sandbox.world.projects.values()]
