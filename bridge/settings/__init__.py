"""The configuration: what can be set, where it is read from, what is wrong with it."""

from bridge.settings.complaints import Complaint, ConfigError
from bridge.settings.model import Settings, is_loopback
from bridge.settings.notify import NotifyKind, NotifySettings
from bridge.settings.rulesets import (
    NamedProject,
    default_projects,
    read_rules,
    rule_warnings,
    ruled_projects,
    rules_in,
    rules_of,
    ruleset_of,
)
from bridge.settings.sections import (
    CommentsSettings,
    LimitsSettings,
    LogFormat,
    LogLevel,
    LogsSettings,
    PersonSettings,
    RuleSettings,
    ServerSettings,
    StoreSettings,
    SyncSettings,
)
from bridge.settings.sources import load, load_server, place_of
from bridge.settings.taking_over import restart_needed, taken_over, version_of

__all__ = [
    "CommentsSettings",
    "Complaint",
    "ConfigError",
    "LimitsSettings",
    "LogFormat",
    "LogLevel",
    "LogsSettings",
    "NamedProject",
    "NotifyKind",
    "NotifySettings",
    "PersonSettings",
    "RuleSettings",
    "ServerSettings",
    "Settings",
    "StoreSettings",
    "SyncSettings",
    "default_projects",
    "is_loopback",
    "load",
    "load_server",
    "place_of",
    "read_rules",
    "restart_needed",
    "rule_warnings",
    "ruled_projects",
    "rules_in",
    "rules_of",
    "ruleset_of",
    "taken_over",
    "version_of",
]
