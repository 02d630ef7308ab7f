"""No secret and nobody's comment is anywhere that somebody can look."""

import asyncio
import json
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge import assembly, settings
from bridge.settings import ConfigError
from tests.e2e.front import Echo
from tests.e2e.guarded import (
    CONFIG,
    SECRETS,
    Guarded,
    a_store_out_of_reach,
    found,
    guarded,
    run,
)
from tests.e2e.processes import until

SAID = {"case": "comment-canary-on-a-case-31", "issue": "comment-canary-on-an-issue-32"}
PAGES = ("/", "/cases", "/timeline", "/rules", "/attention", "/setup")
SENT = ("errors-api", "errors-app", "cases-api", "cases-app")


def where(one: Guarded, secrets: dict[str, str]) -> list[str]:
    """Which secrets are to be seen, and where."""
    return [
        f"{name} in {place}"
        for place, told in one.everything()
        for name, secret in secrets.items()
        if found(told, secret)
    ]


async def people_talk(one: Guarded) -> None:
    """Somebody comments on both sides, and both comments get to the other."""
    world, people = one.sandbox.world, one.sandbox.people
    case, (issue, *_) = next(iter(world.groups.items()))
    people.comment(case, SAID["case"])
    people.comment_issue(issue, SAID["issue"])

    async def are_copied() -> bool:
        texts = [c.text for c in (*world.case(case).comments,)]
        copied = [c.text for c in world.issue(issue).comments]
        return any(SAID["issue"] in text for text in texts) and any(
            SAID["case"] in text for text in copied
        )

    await until(are_copied)


async def guesses_and_mistakes(one: Guarded) -> None:
    """Wrong secrets, secrets where none belong, requests that are no requests."""
    guess, asked = SECRETS["guess"], SECRETS["asked"]
    assert (await one.ask("GET", "/api/v1/status", token=guess)).status_code == 401
    for header in (f"Bearer {guess}", f"Basic {guess}", guess):
        answer = await one.client.post(
            "/hooks/cases", content=b"{", headers={"Authorization": header}
        )
        assert answer.status_code == 401
        one.outputs.append(answer.text)
    good = {"Authorization": f"Bearer {SECRETS['cases-hook']}"}
    for body in (b"{", b"[]", b'{"case_id": "x"}'):
        answer = await one.client.post("/hooks/cases", content=body, headers=good)
        one.outputs.append(answer.text)
    assert (await one.ask("GET", f"/api/v1/status?token={asked}")).status_code == 400
    assert (await one.ask("GET", f"/api/v1/dead?cursor={asked}")).status_code == 400
    new = {"issue": "errors:x", "case": "cases:y", "token": asked}
    assert (await one.ask("POST", "/api/v1/links", new)).status_code == 400
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", one.client.base_url.port
    )
    writer.write(f"GET /{asked} HTTP/9.9\r\nBad {asked}: {asked}\r\n\r\n".encode())
    one.outputs.append((await reader.read()).decode())
    writer.close()


async def the_tracker_tells_on_us(one: Guarded) -> None:
    """Errors that repeat our keys: in refused writes, refused reads, as a 5xx."""
    case = next(iter(one.sandbox.world.groups))
    closed = one.sandbox.world.case(case).status_name == "Closed"
    one.front.echo = Echo(400, "PUT", "*/state")
    one.sandbox.people.set_case_status(case, "Open" if closed else "Closed")

    async def is_given_up() -> bool:
        return bool((await one.status())["dead"])

    await until(is_given_up)
    for status, shape in (
        (500, "words"),
        (400, "object"),
        (403, "text"),
        (401, "words"),
    ):
        for pad in (0, 160, 240, 270):
            one.front.echo = Echo(status, shape=shape, pad=pad)
            await one.ask("POST", "/api/v1/plan", {"case": f"cases:{case}"})
            await one.ask("POST", "/api/v1/rules/test", {"issue": one.an_issue})

    async def has_open_circuit() -> bool:
        told: Any = (await one.status())["trackers"]
        return any(tracker["circuits"] for tracker in told.values())

    await until(has_open_circuit)
    for command in ("check --live", "webhooks install", "webhooks list"):
        await run(one, *command.split())


async def a_bad_file(one: Guarded) -> None:
    """Reloads of files that are wrong where the secrets stand."""
    good, api = one.config.read_text(), SECRETS["errors-api"]
    for wrong in (
        good.replace(f'api_key = "{api}"', f'api_key = ["{api}"]'),
        good.replace(f'api_key = "{api}"', f'api_key = "{api}'),
        good.replace(f'app_key = "{SECRETS["errors-app"]}"', f'app_key = "a {api}"'),
    ):
        assert wrong != good
        before = (await one.status())["reload"]
        one.config.write_text(wrong)
        assert one.bridge.process
        one.bridge.process.send_signal(signal.SIGHUP)

        async def is_refused(before: object = before) -> bool:
            return (await one.status())["reload"] != before

        await until(is_refused)
        told: Any = (await one.status())["reload"]
        assert told["ok"] is False
        await one.ask("GET", "/readyz")
        await one.look("/")
        assert await run(one, "check") == 2
    one.config.write_text(good)


async def everybody_asks(one: Guarded) -> None:
    """All that can be asked, over HTTP and by commands."""
    for path in ("links", "events", "dead", "status", "backfill", "resync"):
        await one.ask("GET", f"/api/v1/{path}")
    for path in ("/readyz", "/healthz", "/metrics", "/api/openapi.json"):
        await one.ask("GET", path)
    case = f"/cases/cases:{next(iter(one.sandbox.world.groups))}"
    for path in (*PAGES, case, f"{case}/plan"):
        await one.look(path)
    for command in ("status", "dead --json", "events --json", "check"):
        await run(one, *command.split())


@pytest.mark.timeout(180)
async def test_no_secret_and_no_comment_is_to_be_seen_anywhere(tmp_path: Path) -> None:
    async with guarded(tmp_path) as one:
        await one.link_all()
        await people_talk(one)
        await guesses_and_mistakes(one)
        await the_tracker_tells_on_us(one)
        await everybody_asks(one)
        one.front.echo = None
        await a_bad_file(one)
        await a_store_out_of_reach(one)
        shown = where(one, SECRETS | SAID)
        log = one.bridge.output
        await one.bridge.end()
        shown += where(one, SECRETS | SAID)

    assert one.front.heard >= {SECRETS[name] for name in SENT}
    assert "***" in "".join(one.outputs)
    assert {json.loads(line)["event"] for line in log.splitlines()} > {
        "delivery.accepted",
        "delivery.refused",
        "config.refused",
    }
    assert shown == []


def parts_of(thing: object, seen: set[int]) -> Iterator[object]:
    """*thing* and all of ours that it is made of."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    inner: list[object] = []
    if isinstance(thing, dict):
        inner = list(thing.values())
    elif isinstance(thing, list | tuple | set | frozenset):
        inner = list(thing)
    elif type(thing).__module__.startswith("bridge."):
        yield thing
        names = [
            n for kind in type(thing).__mro__ for n in getattr(kind, "__slots__", ())
        ]
        inner = [getattr(thing, name) for name in names if hasattr(thing, name)]
        inner += list(getattr(thing, "__dict__", {}).values())
    for one in inner:
        yield from parts_of(one, seen)


async def test_nothing_of_ours_shows_a_secret_when_it_is_printed(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path, poll="1h") as one:
        text = one.config.read_text().replace("bridge.db", "second.db")
        (tmp_path / "second.toml").write_text(text)
        loaded = settings.load(tmp_path / "second.toml", {})
        async with assembly.opened(loaded) as engine:
            things = list(parts_of([loaded, engine], set()))
            told = "\n".join(f"{thing!r} {thing}" for thing in things)

    told += loaded.model_dump_json() + repr(loaded.model_dump())
    assert len({type(thing) for thing in things}) > 40
    assert [
        name for name, secret in SECRETS.items() if found(told.encode(), secret)
    ] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('kind = "datadog_error_tracking"', f'kind = "{SECRETS["asked"]}"'),
        ('level = "debug"', f'level = "{SECRETS["asked"]}"'),
        ("sqlite:///", f"mysql://me:{SECRETS['asked']}@"),
        ('poll_interval = "1h"', f'poll_interval = "{SECRETS["asked"]}"'),
        ('default_project = "ET"', f'default_project = ["{SECRETS["asked"]}"]'),
        ('base_url = "', f'base_url = "http://me:{SECRETS["asked"]}@'),
    ],
)
def test_a_mistake_in_the_file_does_not_repeat_what_was_written(
    tmp_path: Path, before: str, after: str
) -> None:
    good = CONFIG.format(
        port=0, store="b.db", front="http://127.0.0.1:1", secrets=SECRETS, poll="1h"
    )
    assert before in good
    path = tmp_path / "config.toml"
    path.write_text(good.replace(before, after))

    with pytest.raises(ConfigError) as caught:
        settings.load(path, {})

    told = "".join(traceback.format_exception(caught.value)).encode()
    assert not found(told, SECRETS["asked"])
    assert not any(found(told, secret) for secret in SECRETS.values())
