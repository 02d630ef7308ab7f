"""What the pages say of who is told of alerts."""

from typing import Any

from tests.dashboard.knocking import Knocker
from tests.dashboard.paper import STATUS

WELL: dict[str, Any] = {
    "name": "chat",
    "kind": "slack",
    "last_told": "2026-03-01T12:00:00Z",
    "problem": None,
    "problem_since": None,
}
FAILING: dict[str, Any] = {
    "name": "pager",
    "kind": "webhook",
    "last_told": None,
    "problem": "pager.test: answered 500 <b>",
    "problem_since": "2026-03-01T12:05:00Z",
}


async def page(door: Knocker, path: str, *receivers: dict[str, Any]) -> str:
    await door.log_in()
    door.board.told = {**STATUS, "notify": list(receivers)}
    return (await door.client.get(path)).text


async def test_a_receiver_that_fails_needs_attention(door: Knocker) -> None:
    told = await page(door, "/attention", WELL, FAILING)

    assert 'id="unheard"' in told
    assert "pager.test: answered 500 &lt;b&gt;" in told
    assert "Nothing waits for you" not in told
    assert '<b class="count"><span class="unseen">, </span>1' in told
    assert "chat" not in told


async def test_receivers_that_are_well_need_none(door: Knocker) -> None:
    told = await page(door, "/attention", WELL)

    assert 'id="unheard"' not in told
    assert "Nothing waits for you" in told


async def test_setup_lists_who_is_told(door: Knocker) -> None:
    told = await page(door, "/setup", WELL, FAILING, {**WELL, "last_told": None})

    assert [told.count(word) for word in ("takes what it is told", ">fails<")] == [1, 1]
    assert "not told yet" in told
    assert 'id="receivers"' not in await page(door, "/setup")
