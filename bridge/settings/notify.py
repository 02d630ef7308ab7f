"""``[[notify]]``: who is told of alerts."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bridge.engine.alerts import Cause
from bridge.notify.webhook import key_of
from bridge.ports.config import Section
from bridge.settings import checks
from bridge.settings.lists import listed


class NotifyKind(StrEnum):
    """How a receiver wants to be told."""

    WEBHOOK = "webhook"
    SLACK = "slack"


def _address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna")
        is_good = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0
    except ValueError:
        is_good = False
    is_good = is_good and text.isprintable() and " " not in text
    if not is_good:
        raise ValueError('write an address as "https://alerts.example.com/bridge"')
    return value


def _secret(value: SecretStr) -> SecretStr:
    key_of(value.get_secret_value())
    return value


class NotifySettings(Section):
    """``[[notify]]``: who is told when something needs looking at."""

    name: Annotated[str, AfterValidator(checks.plain_name)]
    """What the receiver is called, in logs and in the status; once only."""
    kind: NotifyKind
    """How it wants to be told: a webhook signed by Standard Webhooks, or an incoming
    webhook of Slack."""
    url: Annotated[SecretStr, AfterValidator(_address)]
    """Where messages go. All of it is a secret; only its host is shown."""
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    """What messages are signed with. Required for ``webhook``, refused for
    ``slack``."""
    causes: Annotated[tuple[Cause, ...], BeforeValidator(listed)] = ()
    """The alerts that are told. Left out: all."""

    @property
    def host(self) -> str:
        """The part of the address that may be shown."""
        return urlsplit(self.url.get_secret_value()).hostname or ""


def notify_contradictions(
    receivers: Sequence[NotifySettings],
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with *receivers* together, by the key to change."""
    named: set[str] = set()
    for number, one in enumerate(receivers):
        if one.name in named:
            text = "another receiver has this name; rename one"
            yield ("notify", number, "name"), text
        named.add(one.name)
        if one.kind is NotifyKind.WEBHOOK and one.secret is None:
            text = 'required where kind is "webhook", to sign with; write "whsec_…"'
            yield ("notify", number, "secret"), text
        if one.kind is NotifyKind.SLACK and one.secret is not None:
            yield ("notify", number, "secret"), "Slack checks no signature; remove it"
