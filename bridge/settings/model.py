"""Every key of the configuration, its default and what it may hold."""

import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, get_origin

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bridge import trackers
from bridge.domain.policy import Conflict, Direction, Policy
from bridge.ports.config import Duration, Section, Size, TrackerSettings
from bridge.settings import checks
from bridge.settings.lists import listed
from bridge.settings.notify import NotifySettings
from bridge.settings.suggestion import suggestion
from bridge.settings.traces import TracesSettings


class LogFormat(StrEnum):
    """How log lines look; AUTO is the console format on a terminal, else JSON."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe log lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def is_loopback(host: str) -> bool:
    """True when *host* can only be reached from this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


StoreUrl = Annotated[SecretStr, AfterValidator(checks.store_url)]
Wait = Annotated[Duration, AfterValidator(checks.positive)]
Token = Annotated[SecretStr, Field(min_length=1)]


class ServerSettings(Section):
    """``[server]``: where the bridge listens and who may ask it things."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: Annotated[str, AfterValidator(checks.web_address)] | None = None
    api_token: Token | None = None
    max_body: Annotated[Size, Field(ge=1024, le=256 * 1024**2)] = 1024**2


class StoreSettings(Section):
    """``[store]``: where the bridge remembers, how long; its url may hold a secret."""

    url: StoreUrl = SecretStr("sqlite:///bridge.db")
    keep: Annotated[Duration, AfterValidator(checks.outlasting)] = timedelta(days=30)
    keep_bodies: Duration = timedelta(days=7)
    takeover: Annotated[Duration, AfterValidator(checks.noticeable)] = timedelta(
        seconds=10
    )


class SyncSettings(Section):
    """``[sync]``: what travels which way, who wins, and how patient the bridge is."""

    state: Direction = Direction.TWO_WAY
    assignee: Direction = Direction.TWO_WAY
    comments: Direction = Direction.TWO_WAY
    conflict: Conflict = Conflict.CASE
    max_flips: Annotated[int, Field(ge=1)] = 6
    settle: Duration = timedelta(seconds=10)
    retry_first: Wait = timedelta(seconds=1)
    retry_max: Wait = timedelta(minutes=5)
    retry_for: Wait = timedelta(hours=24)
    probe: Wait = timedelta(seconds=30)

    @property
    def policy(self) -> Policy:
        """The choices that decide what is written, as the rules take them."""
        return Policy(state=self.state, conflict=self.conflict, assignee=self.assignee)


class CommentsSettings(Section):
    """``[comments]``: how far comments travel."""

    fan_out: bool = True
    history: bool = False


class LimitsSettings(Section):
    """``[limits]``: what holds a storm back."""

    max_cases_per_hour: Annotated[int, Field(ge=0)] = 60


class LogsSettings(Section):
    """``[logs]``: how much is logged and how it looks."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.AUTO


class RuleSettings(Section):
    """``[[rules]]``: which issues get a case where; the first that matches counts."""

    name: Annotated[str, Field(min_length=1)]
    match: Annotated[str, AfterValidator(checks.query)] = ""
    cases: str | None = None
    project: Annotated[str, Field(min_length=1)] | None = None
    auto_create: bool = False
    max_cases_per_hour: Annotated[int, Field(ge=0)] | None = None


class PersonSettings(Section):
    """``[[people]]``: addresses that belong to one person."""

    emails: Annotated[
        tuple[Annotated[str, AfterValidator(checks.email)], ...],
        BeforeValidator(listed),
        Field(min_length=1),
    ]


def _refuse_kind(text: str) -> ValidationError:
    problem = PydanticCustomError("kind", "{text}", {"text": text})
    detail = InitErrorDetails(type=problem, loc=("kind",), input=None)
    return ValidationError.from_exception_data("tracker", [detail], hide_input=True)


def _of_its_kind(value: Any) -> Any:
    """Read a tracker's section with the settings of the kind that it names."""
    if not isinstance(value, Mapping):
        return value
    known = trackers.kinds()
    kind = known.get(str(value.get("kind", "")))
    if kind is None:
        wrong = "unknown kind" if "kind" in value else "missing"
        hint = suggestion(str(value.get("kind", "")), sorted(known))
        raise _refuse_kind(f"{wrong}; {hint}")
    fields = kind.settings.model_fields
    return kind.settings.model_validate(
        {
            key: listed(text)
            if key in fields and get_origin(fields[key].annotation) is tuple
            else text
            for key, text in value.items()
        }
    )


class Settings(BaseSettings):
    """The whole configuration, read with ``bridge.settings.load``; built directly it
    takes only what it is given: it reads no environment."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    sync: SyncSettings = SyncSettings()
    comments: CommentsSettings = CommentsSettings()
    limits: LimitsSettings = LimitsSettings()
    logs: LogsSettings = LogsSettings()
    traces: TracesSettings = TracesSettings()
    trackers: dict[
        Annotated[str, AfterValidator(checks.tracker_name)],
        Annotated[TrackerSettings, BeforeValidator(_of_its_kind)],
    ] = {}
    rules: Annotated[tuple[RuleSettings, ...], BeforeValidator(listed)] = ()
    people: Annotated[tuple[PersonSettings, ...], BeforeValidator(listed)] = ()
    notify: Annotated[tuple[NotifySettings, ...], BeforeValidator(listed)] = ()

    @classmethod
    def settings_customise_sources(
        cls, *_: Any, **sources: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what was given; the loader names its own sources."""
        return (sources["init_settings"],)
