"""``[[notify]]``: what may stand there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.engine.alerts import Cause
from bridge.logs import secrets_of
from bridge.settings import ConfigError, Settings, load, restart_needed, version_of
from tests.settings.kinds import GOOD
from tests.settings.test_example import EXAMPLE

Write = Callable[[str], Path]

URL = "https://hooks.chat.test/services/canary-path"
SECRET = "whsec_" + "Q0FOQVJZ" * 5


def section(**keys: str) -> str:
    told = {"name": '"pager"', "kind": '"webhook"', "url": f'"{URL}"'} | keys
    lines = [f"{key} = {value}" for key, value in told.items() if value]
    return "\n".join(["[[notify]]", *lines, ""])


SIGNED = section(secret=f'"{SECRET}"')
CHAT = section(name='"chat"', kind='"slack"')

WRONG = {
    "an unknown kind": (
        section(kind='"mail"'),
        "notify[0].kind: must be 'webhook' or 'slack'",
    ),
    "no address": (section(url=""), "notify[0].url: missing; write url = …"),
    "a bad address": (
        section(url='"canary.test/x"'),
        'notify[0].url: write an address as "https://alerts.example.com/bridge"',
    ),
    "a bad port": (
        section(url='"https://canary.test:70000/x"'),
        'notify[0].url: write an address as "https://alerts.example.com/bridge"',
    ),
    "a host that cannot be": (
        section(url='"https://canary..\u00fc xn--.test/x"'),
        'notify[0].url: write an address as "https://alerts.example.com/bridge"',
    ),
    "a bad name": (
        section(name='"The Pager"', secret=f'"{SECRET}"'),
        "notify[0].name: name it with a-z, 0-9 and single - or _ between",
    ),
    "an unknown cause": (
        section(causes='["disk-full"]', secret=f'"{SECRET}"'),
        (
            "notify[0].causes[0]: must be 'store-unavailable', 'reload-refused', "
            "'cases-paused', 'dead-letters', 'cases-held-back', 'circuit-open', "
            "'tracker-failing', 'tracker-paused' or 'tracker-silent'"
        ),
    ),
    "an unknown key": (
        SIGNED + 'sekret = "x"\n',
        "notify[0].sekret: unknown key; did you mean secret?",
    ),
    "a secret of another form": (
        section(secret='"canary"'),
        (
            'notify[0].secret: write "whsec_" and 24 to 64 random bytes in base64, as '
            "`echo whsec_$(openssl rand -base64 32)` prints them"
        ),
    ),
    "a webhook that is not signed": (
        section(),
        (
            'notify[0].secret: required where kind is "webhook", to sign with; '
            'write "whsec_…"'
        ),
    ),
    "a secret for Slack": (
        section(kind='"slack"', secret=f'"{SECRET}"'),
        "notify[0].secret: Slack checks no signature; remove it",
    ),
    "a name twice": (
        SIGNED + SIGNED,
        "notify[1].name: another receiver has this name; rename one",
    ),
}


@pytest.mark.parametrize(("text", "complaint"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_remedy(
    write: Write, text: str, complaint: str
) -> None:
    path = write(GOOD + text)

    with pytest.raises(ConfigError) as told:
        load(path, {})

    assert str(told.value) == f"{path}: {complaint}"


def test_receivers_are_read_and_their_addresses_are_secrets(write: Write) -> None:
    settings = load(write(GOOD + SIGNED + CHAT), {})

    assert [(one.name, one.host, one.causes) for one in settings.notify] == [
        ("pager", "hooks.chat.test", ()),
        ("chat", "hooks.chat.test", ()),
    ]
    assert "canary" not in repr(settings)
    assert SECRET not in repr(settings)
    assert {URL, SECRET} <= set(secrets_of(settings))


def test_variables_may_hold_the_secrets_and_the_causes(write: Write) -> None:
    environ = {
        "BRIDGE__NOTIFY__0__SECRET": SECRET,
        "BRIDGE__NOTIFY__0__CAUSES": "circuit-open,dead-letters",
    }

    (receiver,) = load(write(GOOD + section()), environ).notify

    assert receiver.secret is not None
    assert receiver.secret.get_secret_value() == SECRET
    assert receiver.causes == (Cause.CIRCUIT_OPEN, Cause.DEAD_LETTERS)


def test_a_change_waits_for_the_next_start_and_is_no_new_version(write: Write) -> None:
    running = load(write(GOOD), {})
    read = load(write(GOOD + CHAT), {})

    assert restart_needed(running, read) == ("notify",)
    assert version_of(running) == version_of(read)


def test_the_example_is_good_once_it_is_taken_out_of_its_comment(
    tmp_path: Path,
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    begin = text.index("# [[notify]]")
    end = text.index("\n\n", begin)
    lines = [line.removeprefix("# ") for line in text[begin:end].split("\n")]
    shown = "\n".join(lines).replace("whsec_…", SECRET)
    path = tmp_path / "config.toml"
    path.write_text(text[:begin] + shown + text[end:], encoding="utf-8")

    settings: Settings = load(path, {})

    assert [one.name for one in settings.notify] == ["pager"]
    assert len(settings.notify[0].causes) == 2
