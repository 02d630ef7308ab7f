"""Where an organisation is, and which keys are taken."""

import pytest
from pydantic import ValidationError

from bridge.trackers.datadog_case_management.settings import CaseManagementSettings
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from tests.trackers.conftest import KEYS


def errors(**given: object) -> ErrorTrackingSettings:
    return ErrorTrackingSettings.model_validate(
        {"kind": "datadog_error_tracking", **KEYS, **given}
    )


@pytest.mark.parametrize(
    ("given", "api", "app"),
    [
        ({}, "https://api.datadoghq.com", "https://app.datadoghq.com"),
        (
            {"site": "datadoghq.eu"},
            "https://api.datadoghq.eu",
            "https://app.datadoghq.eu",
        ),
        (
            {"site": "us5.datadoghq.com"},
            "https://api.us5.datadoghq.com",
            "https://us5.datadoghq.com",
        ),
        (
            {"base_url": "http://127.0.0.1:9001/"},
            "http://127.0.0.1:9001",
            "http://127.0.0.1:9001",
        ),
        (
            {"base_url": "https://proxy.example/dd", "site": "datadoghq.eu"},
            "https://proxy.example/dd",
            "https://app.datadoghq.eu",
        ),
    ],
)
def test_where_the_api_and_the_pages_are(
    given: dict[str, str], api: str, app: str
) -> None:
    settings = errors(**given)

    assert (settings.api_url, settings.app_url) == (api, app)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"site": "ddog-gov.com"}, "no government site"),
        ({"site": "us2.ddog-gov.com"}, "no government site"),
        ({"site": "example.com"}, "must be one of datadoghq.com"),
        ({"base_url": "api.datadoghq.com"}, "write an address"),
        ({"base_url": "ftp://x.test"}, "write an address"),
        ({"base_url": "http://x.test:99999"}, "write an address"),
        ({"base_url": "https://me:pw@x.test"}, "without user"),
        ({"base_url": "https://x.test/?a=b"}, "without user"),
        ({"api_key": ""}, "without spaces"),
        ({"app_key": "se cret"}, "without spaces"),
        ({"app_key": "se\ncret"}, "without spaces"),
        ({"app_key": "gehëim"}, "without spaces"),
        ({"comments_path": "/comments"}, "write a path as"),
        ({"comments_path": "comments/{issue}"}, "write a path as"),
        ({"comments_path": "/{issue}/{issue}"}, "write a path as"),
        ({"comments_path": "/{issue}?a=b"}, "write a path as"),
        ({"comments_path": "//x.test/{issue}"}, "write a path as"),
        ({"comments_path": "/../{issue}"}, "write a path as"),
        ({"comment_limit": 0}, "greater than or equal to 500"),
        ({"api_kye": "x"}, "Extra inputs"),
        ({"kind": "datadog_case_management"}, "datadog_error_tracking"),
    ],
)
def test_what_is_refused_and_why(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        errors(**given)

    assert not any(secret in str(caught.value) for secret in ("se cret", "gehëim"))


def test_keys_are_hidden_and_lose_the_line_end_of_a_secret_file() -> None:
    settings = errors(api_key="an-api-key\n")

    assert settings.api_key.get_secret_value() == "an-api-key"
    assert "an-api-key" not in repr(settings)


def test_only_a_plain_connection_over_a_network_is_readable_in_transit() -> None:
    assert errors(base_url="http://proxy.test").is_readable_in_transit
    assert not errors(base_url="http://127.0.0.1:1").is_readable_in_transit
    assert not errors().is_readable_in_transit


def test_the_case_side_has_a_project_and_a_type() -> None:
    settings = CaseManagementSettings.model_validate(
        {"kind": "datadog_case_management", **KEYS, "default_project": "ET"}
    )

    assert settings.default_project == "ET"
    assert settings.case_type.endswith("-000000000005")
