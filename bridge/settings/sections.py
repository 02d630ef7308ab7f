"""The sections of the configuration: every key, its default and what it does.

The text below a key is what the reference of the configuration says of it.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bridge.domain.policy import Conflict, Direction, Policy
from bridge.ports.config import Duration, Section, Size, Unit
from bridge.settings import checks
from bridge.settings.lists import listed


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


StoreUrl = Annotated[SecretStr, AfterValidator(checks.store_url)]
Wait = Annotated[Duration, AfterValidator(checks.positive)]
Token = Annotated[SecretStr, Field(min_length=1)]


class ServerSettings(Section):
    """``[server]``: where the bridge listens and who may ask it things."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address to listen at. ``"0.0.0.0"`` is reached from outside, and needs
    ``api_token``."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port to listen at. 0 takes any that is free and tells it in the log."""
    public_url: Annotated[str, AfterValidator(checks.web_address)] | None = None
    """Where trackers and people reach the bridge from outside. ``bridge webhooks``
    makes trackers call below it."""
    api_token: Token | None = None
    """Guards ``/api``, ``/metrics`` and the pages. Required unless ``host`` is
    loopback."""
    max_body: Annotated[Size, Field(ge=1024, le=256 * 1024**2)] = 1024**2
    """The largest delivery; larger ones are refused with 413."""


class StoreSettings(Section):
    """``[store]``: where the bridge remembers, and how long."""

    url: StoreUrl = SecretStr("sqlite:///bridge.db")
    """The database: a SQLite file (three slashes: beside where the bridge runs; four:
    absolute), or ``postgresql://…``, which any number of replicas share."""
    keep: Annotated[Duration, AfterValidator(checks.outlasting)] = timedelta(days=30)
    """How long events stay after their end, with the looks and writes they led to.
    75 hours at least, as senders repeat deliveries for so long."""
    keep_bodies: Duration = timedelta(days=7)
    """How long the bodies of deliveries stay after their end."""
    takeover: Annotated[Duration, AfterValidator(checks.noticeable)] = timedelta(
        seconds=10
    )
    """A replica without a sign of life for so long loses its work to the others. One
    second at least; only with PostgreSQL."""


class SyncSettings(Section):
    """``[sync]``: what travels which way, who wins, and how patient the bridge is."""

    state: Direction = Direction.TWO_WAY
    """Which way states of issues and statuses of cases travel."""
    assignee: Direction = Direction.TWO_WAY
    """Which way the assignee travels."""
    comments: Direction = Direction.TWO_WAY
    """Which way comments travel."""
    conflict: Conflict = Conflict.CASE
    """Whose edit wins when a case and its issues were edited between two looks.
    ``latest`` compares the times of the edits where both trackers tell them, else the
    case wins."""
    max_flips: Annotated[int, Field(ge=1), Unit("writes")] = 6
    """More writes than this to one field of one link within ten minutes pause the case,
    until ``bridge resume``."""
    settle: Duration = timedelta(seconds=10)
    """For so long after a write, a read equal to what the write replaced is taken for
    an old copy and not for an edit."""
    retry_first: Wait = timedelta(seconds=1)
    """The first wait after a call that failed; each further one is longer."""
    retry_max: Wait = timedelta(minutes=5)
    """The longest wait between two tries."""
    retry_for: Wait = timedelta(hours=24)
    """When to give up: what fails for so long becomes a dead letter."""
    probe: Wait = timedelta(seconds=30)
    """How often a tracker that refuses the bridge (401, 403) is tried again."""

    @property
    def policy(self) -> Policy:
        """The choices that decide what is written, as the rules take them."""
        return Policy(state=self.state, conflict=self.conflict, assignee=self.assignee)


class CommentsSettings(Section):
    """``[comments]``: how far comments travel."""

    fan_out: bool = True
    """A comment goes to the case and to all its issues. When false: only from an issue
    to its case, and from the case to nobody a copy of another issue's comment."""
    history: bool = False
    """Also copy comments from before the link."""


class LimitsSettings(Section):
    """``[limits]``: what holds a storm back."""

    max_cases_per_hour: Annotated[int, Field(ge=0), Unit("cases an hour")] = 60
    """How many cases one rule may create in an hour. What is above waits, visibly."""


class LogsSettings(Section):
    """``[logs]``: how much is logged and how it looks."""

    level: LogLevel = LogLevel.INFO
    """The least severe lines that are written."""
    format: LogFormat = LogFormat.AUTO
    """``auto`` is ``console`` on a terminal, else ``json``."""


class RuleSettings(Section):
    """``[[rules]]``: which issues get a case where; the first that matches counts."""

    name: Annotated[str, Field(min_length=1)]
    """What the rule is called, in logs, reasons and on the dashboard; once only."""
    match: Annotated[str, AfterValidator(checks.query)] = ""
    """Which issues the rule takes, in the match language. Empty: every issue."""
    cases: str | None = None
    """The name of the case tracker. Needed only where there are several."""
    project: Annotated[str, Field(min_length=1)] | None = None
    """The project of new cases, by key or id. Without it: the ``default_project`` of
    the case tracker."""
    auto_create: bool = False
    """Create a case for every new issue that the rule takes. When false: only when
    somebody asks for one."""
    max_cases_per_hour: Annotated[int, Field(ge=0), Unit("cases an hour")] | None = None
    """The limit of this rule. Without it: that of ``[limits]``."""


class PersonSettings(Section):
    """``[[people]]``: addresses that belong to one person."""

    emails: Annotated[
        tuple[Annotated[str, AfterValidator(checks.email)], ...],
        BeforeValidator(listed),
        Field(min_length=1),
    ]
    """Every address under which a tracker may know this person."""
