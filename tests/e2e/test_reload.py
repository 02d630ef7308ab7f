"""SIGHUP to a real ``bridge serve``: good, bad and half-written files, under load."""

import random
import signal
from pathlib import Path
from typing import Any

from tests.e2e.processes import World, until, world_of
from tests.e2e.test_serve import edits


def rewrite(world: World, before: str, after: str) -> None:
    text = world.config.read_text()
    assert before in text
    world.config.write_text(text.replace(before, after, 1))


def hang_up(world: World) -> None:
    assert world.bridge.process
    world.bridge.process.send_signal(signal.SIGHUP)


async def reloaded(world: World, *, ok: bool, after: str | None = None) -> Any:
    """The status once a reload has ended so, later than the one at *after*."""
    found: dict[str, Any] = {}

    async def has_ended() -> bool:
        found.update(await world.ask("GET", "status"))
        last = found["reload"]
        return bool(last and last["ok"] is ok and last["at"] != after)

    await until(has_ended)
    return found


async def health(world: World) -> Any:
    answer = await world.client.get(f"{world.bridge_url}/readyz")
    assert answer.status_code == 200
    return answer.json()


async def test_a_good_file_is_in_force_for_the_next_edit(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        before = await world.ask("GET", "status")
        groups = await world.link_all()
        await until(world.is_settled)
        case, issues = next(iter(groups.items()))

        rewrite(world, "[sync]\n", '[sync]\nstate = "off"\n')
        rewrite(world, 'default_project = "ET"', 'default_project = "SHOP"')
        hang_up(world)
        now = await reloaded(world, ok=True)
        for issue in issues:
            await world.edit("set_issue_state", issue=issue, state="EXCLUDED")
        plan = await world.ask("POST", "plan", {"issue": f"errors:{issues[0]}"})

    assert before["reload"] is None
    assert now["config"] != before["config"]
    assert now["reload"]["restart_needed"] == ["trackers.cases.default_project"]
    assert plan["case"] == f"cases:{case}"
    assert plan["actions"] == []


async def test_a_bad_file_leaves_the_old_one_in_force_and_shows_in_health(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        before = await world.ask("GET", "status")
        good = world.config.read_text()

        rewrite(world, "[sync]\n", '[sync]\nconflict = "nobody"\n')
        hang_up(world)
        wrong = await reloaded(world, ok=False)
        told = await health(world)
        world.config.write_text(good[: good.index("[trackers.cases]") + 9])
        hang_up(world)
        half = await reloaded(world, ok=False, after=wrong["reload"]["at"])
        world.config.write_text(good[: good.index("[trackers.cases]")])
        hang_up(world)
        short = await reloaded(world, ok=False, after=half["reload"]["at"])
        world.config.write_text(good)
        hang_up(world)
        mended = await reloaded(world, ok=True)
        after = await health(world)

    assert "sync.conflict" in wrong["reload"]["error"]
    assert told["ready"] is True
    assert "sync.conflict" in told["warnings"][0]
    assert "not TOML" in half["reload"]["error"]
    assert "no tracker that holds cases" in short["reload"]["error"]
    assert {each["config"] for each in (wrong, half, short)} == {before["config"]}
    assert mended["config"] == before["config"]
    assert after["warnings"] == []


async def test_a_webhook_secret_is_changed_without_a_gap_and_without_a_restart(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_bridge()

        async def answer(secret: str) -> int:
            url = f"{world.bridge_url}/hooks/cases"
            headers = {"Authorization": f"Bearer {secret}"}
            told = await world.client.post(url, json={}, headers=headers)
            return told.status_code

        rewrite(
            world,
            'webhook_secrets = ["hook-secret"]\ndefault_project',
            'webhook_secrets = ["fresh-secret", "hook-secret"]\ndefault_project',
        )
        assert await answer("fresh-secret") == 401
        hang_up(world)
        both = await reloaded(world, ok=True)
        answers = [await answer(f"{one}-secret") for one in ("fresh", "hook")]
        metrics = (await world.client.get(f"{world.bridge_url}/metrics")).text
        rewrite(world, '["fresh-secret", "hook-secret"]', '["fresh-secret"]')
        hang_up(world)
        await reloaded(world, ok=True, after=both["reload"]["at"])
        answers += [await answer(f"{one}-secret") for one in ("fresh", "hook")]

    assert answers == [202, 202, 202, 401]
    assert both["reload"]["restart_needed"] == []
    for place in (1, 2):
        used = f'bridge_webhook_secrets_used_total{{secret="{place}",tracker="cases"}}'
        assert f"{used} 1.0" in metrics


async def test_reloads_amid_edits_lose_nothing(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        await world.link_all()
        good, rng = world.config.read_text(), random.Random(11)
        for number in range(6):
            await edits(world, 15, rng)
            broken = good.replace("[sync]\n", f"[sync]\nmax_flips = {number}x\n")
            world.config.write_text(broken if number % 2 else good)
            hang_up(world)
            await edits(world, 15, rng)

        await until(world.is_agreed)

        status = await world.ask("GET", "status")
        assert status["dead"] == status["parked"] == status["pending"] == 0


async def test_new_rules_and_people_are_in_force_at_once(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_bridge()
        asked = {"issue": {"service": "web-store"}}
        before = await world.ask("POST", "rules/test", asked)
        rule = '\n[[rules]]\nname = "web"\nmatch = "service:web-*"\nproject = "SHOP"\n'
        people = '\n[[people]]\nemails = ["jane@example.com", "jd@corp.example"]\n'
        world.config.write_text(world.config.read_text() + rule + people)
        hang_up(world)
        status = await reloaded(world, ok=True)
        after = await world.ask("POST", "rules/test", asked)

    assert (before["rule"], before["project"]) == (None, "ET")
    assert (after["rule"], after["project"]) == ("web", "SHOP")
    assert status["reload"]["restart_needed"] == []


RULE = '\n[[rules]]\nname = "web"\nmatch = "service:web-*"\nproject = "NOPE"\n'


async def test_a_rule_for_a_project_that_does_not_exist_is_refused(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        before, good = await world.ask("GET", "status"), world.config.read_text()
        world.config.write_text(good + RULE)
        hang_up(world)
        status = await reloaded(world, ok=False)
        told = await health(world)
        world.config.write_text(good + RULE.replace("NOPE", "SHOP"))
        hang_up(world)
        await reloaded(world, ok=True)
        after = await health(world)

    assert status["config"] == before["config"]
    assert "rules[0].project" in status["reload"]["error"]
    assert "there is no project 'NOPE'; it has" in status["reload"]["error"]
    assert "NOPE" in told["warnings"][0]
    assert after["warnings"] == []


async def test_a_tracker_that_cannot_be_asked_holds_no_reload_back(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_bridge()
        world.config.write_text(world.config.read_text() + RULE)
        hang_up(world)
        await reloaded(world, ok=True)
        told = await health(world)

    assert any("NOPE" in text and "does not tell" in text for text in told["warnings"])


async def test_a_project_that_does_not_exist_at_the_start_is_a_warning(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        world.config.write_text(world.config.read_text() + RULE)
        await world.start_bridge()

        async def is_told() -> bool:
            told = await health(world)
            return any("no project 'NOPE'" in text for text in told["warnings"])

        await until(is_told)
