"""``bridge init``: what it writes loads, and no secret stands where it should not."""

import json
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.cli.first_config import SECRET_KEYS, quoted, secret_file_of, variable_of
from bridge.settings import load

API_KEY, APP_KEY = "api-canary-1f", "app-canary-2e"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Path("api-key").write_text(f"{API_KEY}\n")
    Path("app-key").write_text(f"{APP_KEY}\n")
    with patch.dict("os.environ"):
        yield


def begin(*arguments: str, said: str = "") -> Result:
    return CliRunner().invoke(main, ["init", *arguments], input=said)


def keys() -> tuple[str, ...]:
    return ("--api-key-file", "api-key", "--app-key-file", "app-key", "--no-input")


def test_files_of_a_folder_hold_the_secrets() -> None:
    result = begin("--site", "datadoghq.eu", "--project", "SHOP", *keys())
    text = Path("config.toml").read_text()
    settings = load("config.toml", {"BRIDGE_SECRETS_DIR": "secrets"})

    assert result.exit_code == 0, result.output
    assert not any(canary in text + result.output for canary in (API_KEY, APP_KEY))
    errors, cases = settings.trackers["errors"], settings.trackers["cases"]
    assert errors.api_key.get_secret_value() == API_KEY  # type: ignore[attr-defined]
    assert cases.app_key.get_secret_value() == APP_KEY  # type: ignore[attr-defined]
    assert errors.site == "datadoghq.eu"  # type: ignore[attr-defined]
    assert cases.default_project == "SHOP"  # type: ignore[attr-defined]
    assert errors.webhook_secrets != cases.webhook_secrets
    assert settings.server.api_token
    for file in (*Path("secrets").iterdir(), Path("config.toml")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_programs_are_told_what_was_written_and_what_is_missing() -> None:
    result = begin("--json", *keys())
    bare = begin("--json", "--force", "--no-input", "--config", "other.toml")
    asked = begin("--json", "--force", "--config", "asked.toml", said="\n" * 6)

    assert json.loads(result.stdout) == {
        "config": "config.toml",
        "secrets": "dir",
        "secrets_dir": "secrets",
        "missing": [],
        "next": "bridge check --live --config config.toml",
    }
    assert json.loads(bare.stdout)["missing"] == [
        variable_of(key) for key in SECRET_KEYS if key[-1] in ("api_key", "app_key")
    ]
    assert json.loads(asked.stdout)["config"] == "asked.toml"
    assert "Datadog site" in asked.stderr
    assert not any(canary in result.output for canary in (API_KEY, APP_KEY))


def test_the_environment_holds_the_secrets() -> None:
    result = begin("--secrets", "env", *keys())
    environ = {variable_of(key): "some-secret" for key in SECRET_KEYS}

    assert result.exit_code == 0, result.output
    assert load("config.toml", environ).trackers.keys() == {"errors", "cases"}
    assert API_KEY not in Path("config.toml").read_text()
    assert all(name in result.stdout for name in environ)
    assert not Path("secrets").exists()


def test_the_file_itself_holds_the_secrets_where_that_is_asked_for() -> None:
    result = begin("--secrets", "file", *keys())
    settings = load("config.toml", {})

    assert result.exit_code == 0, result.output
    assert settings.trackers["errors"].api_key.get_secret_value() == API_KEY  # type: ignore[attr-defined]
    assert API_KEY not in result.output


def test_it_asks_for_what_is_not_given() -> None:
    answers = ["us5.datadoghq.com", "WEB", "https://b.example.com", "file"]
    result = begin(said="\n".join([*answers, API_KEY, APP_KEY, ""]))
    settings = load("config.toml", {})

    assert result.exit_code == 0, result.output
    assert settings.server.public_url == "https://b.example.com"
    assert settings.trackers["cases"].default_project == "WEB"  # type: ignore[attr-defined]
    assert API_KEY not in result.output


def test_keys_that_are_not_there_yet_are_named() -> None:
    result = begin("--no-input")

    missing = secret_file_of(("trackers", "errors", "api_key"))
    assert result.exit_code == 0
    assert f"Still to be written: secrets/{missing}" in result.stdout
    inside = begin("--no-input", "--secrets", "file", "--config", "other.toml")
    assert 'in place of "change-me"' in inside.stdout
    assert load("other.toml", {}).trackers


def test_what_is_there_is_only_overwritten_by_force() -> None:
    begin(*keys())
    before = Path("config.toml").read_text()
    kept = {file: file.read_text() for file in Path("secrets").iterdir()}

    refused = begin("--site", "datadoghq.eu", *keys())
    assert refused.exit_code == 2
    assert "config.toml: is there already; --force" in refused.stderr
    assert Path("config.toml").read_text() == before

    assert begin("--site", "datadoghq.eu", "--force", *keys()).exit_code == 0
    assert "datadoghq.eu" in Path("config.toml").read_text()
    assert {file: file.read_text() for file in Path("secrets").iterdir()} != kept


def test_secrets_of_an_earlier_time_are_kept() -> None:
    begin(*keys())
    kept = {file: file.read_text() for file in Path("secrets").iterdir()}
    Path("config.toml").unlink()

    begin(*keys())

    assert {file: file.read_text() for file in Path("secrets").iterdir()} == kept


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--site", "nowhere.example"), "config.toml: trackers.errors.site: must be"),
        (("--public-url", "nowhere"), "server.public_url: write an address"),
        (("--config", "no/such/folder/config.toml"), "No such file or directory"),
    ],
)
def test_a_wrong_answer_writes_nothing(arguments: tuple[str, ...], told: str) -> None:
    before = set(Path.cwd().iterdir())

    result = begin(*arguments, *keys())

    assert result.exit_code == 2
    assert told in result.stderr
    assert set(Path.cwd().iterdir()) == before


def test_the_place_is_where_the_other_commands_look() -> None:
    with patch.dict("os.environ", {"BRIDGE_CONFIG": "mine.toml"}):
        begin(*keys())
    assert Path("mine.toml").exists()


@pytest.mark.parametrize("text", ['a "b" c', "C:\\x", "é\x7f\x01", "line\nline"])
def test_any_answer_can_be_quoted(text: str) -> None:
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}
