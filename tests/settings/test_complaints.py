"""What is said about a configuration that cannot be used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.settings import ConfigError, load
from tests.settings.kinds import CANARY, GOOD

Write = Callable[[str], Path]

CASES = {
    "an unknown key": (
        GOOD.replace("api_key", "api_kye", 1),
        "trackers.errors.api_kye: unknown key; did you mean api_key?",
    ),
    "an unknown section": (
        GOOD + "[servre]\n",
        "servre: unknown key; did you mean server?",
    ),
    "a key that resembles nothing": (
        GOOD + "[comments]\nzzz = 1\n",
        "comments.zzz: unknown key; there is: fan_out, history",
    ),
    "a missing key": (
        GOOD.replace("api_key", "app_key", 1),
        "trackers.errors.api_key: missing; write api_key = …",
    ),
    "a wrong choice": (
        GOOD + '[sync]\nconflict = "newest"\n',
        "sync.conflict: must be 'case', 'issue' or 'latest'",
    ),
    "a wrong number": (
        GOOD + '[server]\nport = "x"\n',
        "server.port: must be a valid integer",
    ),
    "a wrong duration": (
        GOOD + '[sync]\nprobe = "soon"\n',
        'sync.probe: write a duration as "30s", "5m" or "2h"',
    ),
    "a secret of nothing": (
        GOOD.replace(f"{CANARY}-2", " "),
        "trackers.errors.webhook_secrets[0]: is empty",
    ),
    "no time between two looks": (
        GOOD.replace("[trackers.errors]", '[trackers.errors]\npoll_interval = "0s"'),
        "trackers.errors.poll_interval: must be longer than nothing",
    ),
    "a wait of nothing": (
        GOOD + '[sync]\nretry_first = "0s"\n',
        "sync.retry_first: must be longer than nothing",
    ),
    "waits in the wrong order": (
        GOOD + '[sync]\nretry_first = "10m"\n',
        "sync.retry_first: must not be longer than sync.retry_max",
    ),
    "a memory too short to know repetitions": (
        GOOD + '[store]\nkeep = "74h"\n',
        'store.keep: must be "75h" or longer: deliveries are repeated for so long',
    ),
    "a wrong size": (
        GOOD + '[server]\nmax_body = "big"\n',
        'server.max_body: write a size as "512KiB" or "1MiB"',
    ),
    "a wrong address": (
        GOOD + '[server]\npublic_url = "bridge.example.com"\n',
        'server.public_url: write an address as "https://bridge.example.com"',
    ),
    "a wrong store": (
        GOOD + '[store]\nurl = "mysql://x"\n',
        'store.url: write "sqlite:///bridge.db" or "postgresql://…"',
    ),
    "an unknown kind": (
        GOOD.replace("paper_errors", "paper_error"),
        "trackers.errors.kind: unknown kind; did you mean paper_errors?",
    ),
    "no kind": (
        GOOD + '[trackers.more]\napi_key = "1"\n',
        "trackers.more.kind: missing; there is: paper_cases, paper_errors",
    ),
    "a bad name": (
        GOOD.replace("trackers.errors", "trackers.Errors"),
        "trackers.Errors: name a tracker with a-z",
    ),
    "one side only": (
        GOOD.split("[trackers.cases]", maxsplit=1)[0],
        "trackers: no tracker that holds cases; add a section [trackers.NAME]",
    ),
    "one account twice": (
        GOOD + f'[trackers.b]\nkind = "paper_cases"\napi_key = "{CANARY}-3"\n',
        "trackers.b: the same account as trackers.cases; remove one of them",
    ),
    "a rule for an unknown tracker": (
        GOOD + '[[rules]]\nname = "a"\ncases = "casse"\n',
        "rules[0].cases: unknown case tracker; did you mean cases?",
    ),
    "a rule for the wrong side": (
        GOOD + '[[rules]]\nname = "a"\ncases = "errors"\n',
        "rules[0].cases: holds issues, not cases; there is: cases",
    ),
    "a rule that must choose": (
        GOOD
        + '[trackers.b]\nkind = "paper_cases"\napi_key = "1"\n[[rules]]\nname = "a"\n',
        "rules[0].cases: missing; say which case tracker, one of: cases, b",
    ),
    "a rule with a query that cannot be read": (
        GOOD + '[[rules]]\nname = "a"\n[[rules]]\nname = "b"\nmatch = "team:a AND"\n',
        "rules[1].match: column 11: something is missing at the end; write a term",
    ),
    "two rules of one name": (
        GOOD + '[[rules]]\nname = "a"\n[[rules]]\nname = "a"\n',
        "rules[1].name: another rule has this name; rename one",
    ),
    "one address for two people": (
        GOOD + '[[people]]\nemails = ["a@b"]\n[[people]]\nemails = ["A@b"]\n',
        "people[1].emails: an address stands at people[0] too; keep it at one",
    ),
    "no address": (
        GOOD + '[[people]]\nemails = ["jane"]\n',
        "people[0].emails[0]: is not an e-mail address",
    ),
    "open to the world without a token": (
        GOOD + '[server]\nhost = "0.0.0.0"\n',
        "server.api_token: required because server.host is not a loopback address",
    ),
    "no TOML": ("[server\n", "not TOML: "),
}


@pytest.mark.parametrize(("text", "said"), CASES.values(), ids=CASES)
def test_a_complaint_names_file_key_and_remedy(
    write: Write, text: str, said: str
) -> None:
    path = write(text)

    with pytest.raises(ConfigError) as refused:
        load(path, {})

    assert f"{path}: {said}" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_a_byte_order_mark_is_no_fault(write: Write) -> None:
    path = write(GOOD)
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")

    marked = load(path, {}).model_dump()
    assert marked == load(write(GOOD), {}).model_dump()


def test_broken_toml_is_told_with_line_and_column(write: Write) -> None:
    with pytest.raises(ConfigError, match=r"line 2, column \d+"):
        load(write("[server]\nport = = 3\n"), {})


def test_every_fault_is_told_at_once(write: Write) -> None:
    text = GOOD.replace("api_key", "api_kye") + '[server]\nport = "x"\n'
    with pytest.raises(ConfigError) as refused:
        load(write(text), {})
    assert len(refused.value.complaints) == 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BRIDGE__SERVER__PROT", "server.prot: unknown key; did you mean port?"),
        ("BRIDGE__SERVER__PORT", "server.port: must be a valid integer"),
        ("BRIDGE__SERVRE__X", "servre: unknown key; did you mean server?"),
        ("BRIDGE__TRACKERS__ERRORS__KIND", "trackers.errors.kind: unknown kind"),
        ("BRIDGE__TRACKERS__ERRORS__APPKEY", "trackers.errors.appkey: unknown key"),
    ],
)
def test_a_complaint_about_a_variable_names_it(
    write: Write, name: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(write(GOOD), {name: CANARY})

    assert f"{name}: {said}" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_a_complaint_about_a_secret_file_names_it(write: Write, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "bridge__trackers__errors__api_kye").write_text(CANARY)

    with pytest.raises(ConfigError) as refused:
        load(write(GOOD), {"BRIDGE_SECRETS_DIR": str(secrets)})

    assert "bridge__trackers__errors__api_kye: trackers.errors" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_secrets_do_not_show_in_the_settings(write: Write) -> None:
    text = GOOD + (
        f'[server]\napi_token = "{CANARY}"\n'
        f'[store]\nurl = "postgresql://bridge:{CANARY}@db/bridge"\n'
    )
    settings = load(write(text), {})
    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)
    assert CANARY not in settings.model_dump_json()
