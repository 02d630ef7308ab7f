"""What the sandbox sends out, to whom, and what may happen on the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bridge.sandbox import Sandbox
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.hooks import Mischief
from tests.sandbox.conftest import Apis, Official


@dataclass
class Ear:
    """A receiver that keeps what it hears and answers as told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        self.heard.append((dict(request.headers), body))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 202)

    @property
    def kinds(self) -> list[str]:
        return [body["event_type"] for _, body in self.heard]


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    found = Ear()
    app = web.Application()
    app.router.add_post("/hooks/{name}", found.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/x"
    yield found
    await runner.cleanup()


async def _quiet(sandbox: Sandbox) -> None:
    async with asyncio.timeout(60):
        await sandbox.hooks.idle()


def _aim(sandbox: Sandbox, ear: Ear, side: str, **more: Any) -> None:
    sandbox.hooks.targets.append(Target(ear.url, side, **more))
    sandbox.hooks.retry_wait = 0.001


async def test_case_changes_are_told_with_the_secret(
    url: str, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "cases", secret="s3cret")
    case, user = next(iter(sandbox.world.cases)), list(sandbox.world.users)[1]
    options = sandbox.world.types[sandbox.world.case(case).type_id].statuses
    target = next(o.default for g, o in options.items() if g != _group(sandbox, case))

    sandbox.people.set_case_status(case, target)
    sandbox.people.assign_case(case, user)
    sandbox.people.comment(case, "hello")
    sandbox.people.archive(case)
    await _quiet(sandbox)

    assert sorted(ear.kinds) == ["case.assignee", "case.comment", "case.status"]
    headers, body = ear.heard[0]
    assert headers["Authorization"] == "Bearer s3cret"
    assert body["case_id"] == case
    assert body["link"].endswith(sandbox.world.case(case).key)


def _group(sandbox: Sandbox, case: str) -> str:
    return sandbox.world.case(case).group


async def test_changes_through_the_api_are_told_too(
    http: aiohttp.ClientSession, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "cases")
    case = next(iter(sandbox.world.cases))
    body = {"data": {"type": "case", "attributes": {"comment": "from the API"}}}

    await http.post(f"/api/v2/cases/{case}/comment", json=body)
    await _quiet(sandbox)

    assert ear.kinds == ["case.comment"]


async def test_issue_states_are_told_only_when_switched_on(
    url: str, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "issues")
    issue = sandbox.people.new_issue().id
    sandbox.people.set_issue_state(issue, "RESOLVED")
    sandbox.people.regress(issue)
    await _quiet(sandbox)
    assert sorted(ear.kinds) == ["issue.created", "issue.regressed"]

    sandbox.hooks.issue_state_hooks = True
    sandbox.people.set_issue_state(issue, "RESOLVED")
    await _quiet(sandbox)
    assert ear.kinds[-1] == "issue.state"


async def test_ids_may_stand_in_the_text_only(
    url: str, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "issues", ids_in_text=True)
    issue = sandbox.people.new_issue().id
    await _quiet(sandbox)

    _, body = ear.heard[0]
    assert "issue_id" not in body
    assert body["alert_scope"] == f"issue.id:{issue}"


async def test_server_errors_are_tried_again_but_refusals_are_final(
    url: str, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "issues")
    ear.statuses = [500, 503, 202]
    sandbox.people.new_issue()
    await _quiet(sandbox)
    assert len(ear.heard) == 3

    ear.statuses = [400]
    sandbox.people.new_issue()
    await _quiet(sandbox)
    assert len(ear.heard) == 4


async def test_a_missed_connection_is_tried_five_times_again(
    url: str, sandbox: Sandbox
) -> None:
    # Nothing can listen at port 0, so no connection is ever made.
    sandbox.hooks.targets.append(Target("http://127.0.0.1:0/", "issues"))
    sandbox.hooks.retry_wait = 0.001
    sandbox.people.new_issue()
    await _quiet(sandbox)

    assert [(sent.status, sent.tries) for sent in sandbox.hooks.sent] == [(None, 6)]


async def test_messages_are_lost_doubled_and_delayed_alike_for_a_seed(
    url: str, sandbox: Sandbox, ear: Ear
) -> None:
    _aim(sandbox, ear, "issues")
    mischief = Mischief(
        drop=0.3, double=0.3, delay=0.5, longest_delay=0.01, reorder=0.5, seed=4
    )
    counts = []
    for _ in range(2):
        ear.heard.clear()
        sandbox.hooks.dropped = 0
        sandbox.hooks.misbehave(mischief)
        for _ in range(40):
            sandbox.people.new_issue()
        await _quiet(sandbox)
        counts.append((len(ear.heard), sandbox.hooks.dropped))

    heard, dropped = counts[0]
    assert counts[0] == counts[1]
    assert 0 < dropped < 40
    assert heard > 40 - dropped


def _rule(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "notification_rule", "attributes": attributes}}


async def test_webhooks_and_rules_made_by_the_official_client_are_followed(
    official: Official, sandbox: Sandbox, ear: Ear
) -> None:
    project = sandbox.world.project("ET").id
    payload = '{"event_type": "$EVENT_TYPE", "link": "$LINK", "odd": "$UNKNOWN"}'

    def install(api: Apis) -> str:
        api.webhooks.create_webhooks_integration(
            {
                "name": "bridge",
                "url": ear.url,
                "payload": payload,
                "custom_headers": '{"X-Own": "yes"}',
            }
        )
        rule = _rule(
            query="",
            is_enabled=True,
            triggers=[{"type": "CASE_CREATED"}],
            recipients=[{"type": "HTTP", "data": {"name": "bridge"}}],
        )
        made = api.cases.create_project_notification_rule(project, rule)
        return str(made.data.id)

    rule = await official(install)
    type_id = "00000000-0000-0000-0000-000000000005"
    case = sandbox.people.new_case(project="ET", title='a "case"', type_id=type_id)
    sandbox.people.new_case(project="SHOP", title="elsewhere", type_id=type_id)
    await _quiet(sandbox)

    headers, body = ear.heard[0]
    assert len(ear.heard) == 1
    assert headers["X-Own"] == "yes"
    assert body["link"].endswith(case.key)
    assert body["odd"] == "$UNKNOWN"

    def change(api: Apis) -> Any:
        api.webhooks.update_webhooks_integration("bridge", {"payload": None})
        off = _rule(is_enabled=False)
        api.cases.update_project_notification_rule(project, rule, off)
        found = api.webhooks.get_webhooks_integration("bridge")
        listed = api.cases.get_project_notification_rules(project).data
        api.cases.delete_project_notification_rule(project, rule)
        api.webhooks.delete_webhooks_integration("bridge")
        left = api.cases.get_project_notification_rules(project).data
        return found.url, [item.attributes.is_enabled for item in listed], left

    assert await official(change) == (ear.url, [False], [])
    assert sandbox.hooks.webhooks == {}
