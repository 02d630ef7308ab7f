"""Where values are read from, and which wins."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.policy import Direction
from bridge.settings import ConfigError, load
from tests.settings.kinds import CANARY, GOOD, PaperErrors

Write = Callable[[str], Path]


def errors_key(path: Path, environ: dict[str, str]) -> str:
    tracker = load(path, environ).trackers["errors"]
    assert isinstance(tracker, PaperErrors)
    return tracker.api_key.get_secret_value()


def test_defaults_hold_where_the_file_is_silent(write: Write) -> None:
    settings = load(write(GOOD), {})

    assert settings.server.port == 8080
    assert settings.server.max_body == 1024 * 1024
    assert settings.sync.state is Direction.TWO_WAY
    assert settings.sync.retry_for == timedelta(hours=24)
    assert settings.store.url.get_secret_value() == "sqlite:///bridge.db"


def test_a_tracker_is_read_with_the_settings_of_its_kind(write: Write) -> None:
    assert errors_key(write(GOOD), {}) == f"{CANARY}-1"


def test_a_variable_wins_over_a_secret_file_and_this_over_the_file(
    write: Write, tmp_path: Path
) -> None:
    path, secrets = write(GOOD), tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "bridge__trackers__errors__api_key").write_text("from a file\n")
    environ = {"BRIDGE_SECRETS_DIR": str(secrets)}

    assert errors_key(path, environ) == "from a file"
    environ["BRIDGE__TRACKERS__ERRORS__API_KEY"] = "from a variable"
    assert errors_key(path, environ) == "from a variable"


@pytest.mark.parametrize(
    "name",
    [
        "BRIDGE__TRACKERS__ERRORS__API_KEY",
        "Bridge__trackers__errors__API_KEY",
        "bridge/trackers/errors/api_key",
    ],
)
def test_a_secret_file_may_be_named_in_any_case_or_lie_in_folders(
    write: Write, tmp_path: Path, name: str
) -> None:
    secret = tmp_path / "secrets" / name
    secret.parent.mkdir(parents=True)
    secret.write_text("s3\n")

    found = errors_key(write(GOOD), {"BRIDGE_SECRETS_DIR": str(tmp_path / "secrets")})

    assert found == "s3"


def test_a_key_made_of_digits_stays_text(write: Write) -> None:
    environ = {"BRIDGE__TRACKERS__ERRORS__API_KEY": "0123"}
    assert errors_key(write(GOOD), environ) == "0123"


@pytest.mark.parametrize("text", ["one,two", '["one", "two"]', " one , two "])
def test_a_list_in_a_variable_is_json_or_parted_by_commas(
    write: Write, text: str
) -> None:
    environ = {"BRIDGE__TRACKERS__ERRORS__WEBHOOK_SECRETS": text}
    secrets = load(write(GOOD), environ).trackers["errors"].webhook_secrets
    assert [secret.get_secret_value() for secret in secrets] == ["one", "two"]


def test_variables_hold_numbers_switches_and_durations(write: Write) -> None:
    settings = load(
        write(GOOD),
        {
            "BRIDGE__SERVER__PORT": "0",
            "BRIDGE__COMMENTS__FAN_OUT": "false",
            "BRIDGE__SYNC__SETTLE": "500ms",
            "BRIDGE__SERVER__HOST": "",
        },
    )

    assert settings.server.port == 0
    assert settings.comments.fan_out is False
    assert settings.sync.settle == timedelta(milliseconds=500)
    assert settings.server.host == "127.0.0.1"


def test_a_rule_is_changed_by_its_number(write: Write) -> None:
    text = GOOD + '[[rules]]\nname = "one"\nproject = "A"\n[[rules]]\nname = "two"\n'
    environ = {"BRIDGE__RULES__0__PROJECT": "B", "BRIDGE__RULES__2__NAME": "three"}

    rules = load(write(text), environ).rules

    assert [(rule.name, rule.project) for rule in rules] == [
        ("one", "B"),
        ("two", None),
        ("three", None),
    ]


def test_rules_and_people_fit_into_variables(write: Write) -> None:
    environ = {
        "BRIDGE__RULES": '[{"name": "all", "auto_create": true}]',
        "BRIDGE__PEOPLE__0__EMAILS": "a@example.com,b@example.com",
    }

    settings = load(write(GOOD), environ)

    assert settings.rules[0].auto_create
    assert settings.people[0].emails == ("a@example.com", "b@example.com")


def test_the_file_is_named_by_a_variable(write: Write) -> None:
    path = write(GOOD + "[server]\nport = 1\n")
    assert load(None, {"BRIDGE_CONFIG": str(path)}).server.port == 1


def test_variables_alone_are_enough(
    paper_kinds: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(
        None,
        {
            "BRIDGE__TRACKERS__ERRORS__KIND": "paper_errors",
            "BRIDGE__TRACKERS__ERRORS__API_KEY": "1",
            "BRIDGE__TRACKERS__CASES__KIND": "paper_cases",
            "BRIDGE__TRACKERS__CASES__API_KEY": "2",
        },
    )
    assert sorted(settings.trackers) == ["cases", "errors"]


def test_without_file_and_variables_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"config\.toml: no such file; copy config"):
        load(None, {})


def test_a_missing_folder_of_secrets_is_named(write: Write, tmp_path: Path) -> None:
    environ = {"BRIDGE_SECRETS_DIR": str(tmp_path / "nowhere")}
    with pytest.raises(ConfigError, match="BRIDGE_SECRETS_DIR: no such folder"):
        load(write(GOOD), environ)


def test_a_value_given_whole_and_in_part_is_refused(write: Write) -> None:
    environ = {"BRIDGE__RULES": "[]", "BRIDGE__RULES__0__NAME": "x"}
    with pytest.raises(ConfigError, match="set twice"):
        load(write(GOOD), environ)
