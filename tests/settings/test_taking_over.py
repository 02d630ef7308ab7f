"""What a running bridge takes from a changed configuration."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.settings import (
    ConfigError,
    load,
    restart_needed,
    taken_over,
    version_of,
)
from tests.settings.kinds import CANARY, GOOD

Write = Callable[[str], Path]

RULE = '[[rules]]\nname = "all"\nproject = "SHOP"\n'
PEOPLE = '[[people]]\nemails = ["jane@example.com"]\n'


@pytest.mark.parametrize("change", ['[sync]\nstate = "off"\n', RULE, PEOPLE])
def test_sync_rules_and_people_are_taken_over(write: Write, change: str) -> None:
    running, read = load(write(GOOD)), load(write(GOOD + change))

    now = taken_over(running, read)

    assert now.model_dump() == read.model_dump()
    assert restart_needed(running, read) == ()
    assert version_of(now) != version_of(running)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (GOOD + "[server]\nport = 9000\n", ("server.port",)),
        (GOOD + '[store]\nurl = "sqlite:///x.db"\n', ("store.url",)),
        (GOOD + "[limits]\nmax_cases_per_hour = 1\n", ("limits.max_cases_per_hour",)),
        (GOOD.replace(f"{CANARY}-1", "rotated"), ("trackers.errors.api_key",)),
        (
            GOOD + '[trackers.more]\nkind = "paper_errors"\napi_key = "x"\n',
            ("trackers.more",),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_everything_else_waits_for_a_restart(
    write: Write, text: str, keys: tuple[str, ...]
) -> None:
    running, read = load(write(GOOD)), load(write(text))

    assert restart_needed(running, read) == keys
    assert taken_over(running, read) == running


def test_rules_for_a_tracker_that_is_not_connected_yet_are_refused(
    write: Write,
) -> None:
    more = '[trackers.more]\nkind = "paper_cases"\napi_key = "x"\n'
    rule = '[[rules]]\nname = "all"\ncases = "more"\n'
    running, read = load(write(GOOD)), load(write(GOOD + more + rule))

    with pytest.raises(ConfigError, match=r"rules\[0\].cases: .*until a restart"):
        taken_over(running, read)


def test_webhook_secrets_are_taken_over_of_the_trackers_there_are(
    write: Write,
) -> None:
    more = '[trackers.more]\nkind = "paper_errors"\napi_key = "x"\n'
    running = load(write(GOOD))
    read = load(write(GOOD.replace(f"{CANARY}-2", "rotated-secret") + more))

    now = taken_over(running, read)

    (secret,) = now.trackers["errors"].webhook_secrets
    assert secret.get_secret_value() == "rotated-secret"
    assert sorted(now.trackers) == sorted(running.trackers)
    assert restart_needed(running, read) == ("trackers.more",)


def test_a_reload_that_takes_the_last_webhook_secret_away_is_refused(
    write: Write,
) -> None:
    running = load(write(GOOD))
    read = load(write(GOOD.replace(f'["{CANARY}-2"]', "[]")))

    with pytest.raises(ConfigError, match=r"trackers.errors.webhook_secrets: the last"):
        taken_over(running, read)


def test_a_secret_that_changed_is_named_without_its_value(write: Write) -> None:
    running = load(write(GOOD))
    read = load(write(GOOD.replace(f"{CANARY}-1", "rotated-secret")))

    assert restart_needed(running, read) == ("trackers.errors.api_key",)


def test_the_version_names_what_decides_and_nothing_else(write: Write) -> None:
    one = load(write(GOOD))
    other = load(write(GOOD.replace(CANARY, "other") + "[server]\nport = 9000\n"))

    assert version_of(one) == version_of(other)
    assert len(version_of(one)) == 12
