"""The configuration as a whole, and trackers' sections read by their kind."""

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, get_origin

from pydantic import AfterValidator, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bridge import trackers
from bridge.ports.config import TrackerSettings
from bridge.settings import checks
from bridge.settings.lists import listed
from bridge.settings.notify import NotifySettings
from bridge.settings.sections import (
    CommentsSettings,
    LimitsSettings,
    LogsSettings,
    PersonSettings,
    RuleSettings,
    ServerSettings,
    StoreSettings,
    SyncSettings,
)
from bridge.settings.suggestion import suggestion
from bridge.settings.traces import TracesSettings


def is_loopback(host: str) -> bool:
    """True when *host* can only be reached from this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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
