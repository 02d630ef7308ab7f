"""Webhooks and notification rules removed, and others' left alone."""

import pytest

from bridge.ports.setup import Doing, Wanted
from tests.trackers.setups import (
    CASES,
    ISSUES,
    WANTED,
    carried_out,
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


@pytest.mark.parametrize("kind", [ISSUES, CASES])
async def test_removal_leaves_nothing_behind(kind: str) -> None:
    sandbox = made_sandbox()
    async with opened(kind, sandbox) as setup:
        await install(setup)
        await install(setup, Wanted(WANTED.public_url, ("OTHER",)))

        done = await carried_out(await setup.removal(WANTED))
        again = await carried_out(await setup.removal(WANTED))

    assert set(done) == {REMOVE}
    assert again == [KEEP]
    assert sandbox.hooks.webhooks == {}
    assert sandbox.hooks.rules == {}


async def test_removal_spares_the_webhook_of_another_bridge() -> None:
    sandbox = made_sandbox()
    async with opened(CASES, sandbox) as setup:
        await install(setup, Wanted("https://other.example.com", ("ET",)))

        done = await carried_out(await setup.removal(WANTED))

    assert done == [KEEP]
    assert len(sandbox.hooks.rules) == 1


async def test_removal_takes_only_us_off_a_rule_that_tells_others_too() -> None:
    sandbox = made_sandbox()
    email = {"type": "EMAIL", "data": {"email": "jane@example.com"}}
    async with opened(CASES, sandbox) as setup:
        await install(setup, Wanted(WANTED.public_url, ("ET",)))
        us = next(iter(sandbox.hooks.rules.values())).attributes["recipients"]
        change_rule(sandbox, recipients=[email, *us])

        await carried_out(await setup.removal(WANTED))

    (rule,) = sandbox.hooks.rules.values()
    assert rule.attributes["recipients"] == [email]
