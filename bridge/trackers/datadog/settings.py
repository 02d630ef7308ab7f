"""The keys of the configuration that every tracker at Datadog has."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from bridge.ports.config import TrackerSettings, Unit

APP_HOSTS = {
    "datadoghq.com": "app.datadoghq.com",
    "us3.datadoghq.com": "us3.datadoghq.com",
    "us5.datadoghq.com": "us5.datadoghq.com",
    "ap1.datadoghq.com": "ap1.datadoghq.com",
    "ap2.datadoghq.com": "ap2.datadoghq.com",
    "datadoghq.eu": "app.datadoghq.eu",
    "uk1.datadoghq.com": "uk1.datadoghq.com",
}
"""Every site by its name, with the host of its pages."""

_WITHOUT_THE_INTEGRATION = ("ddog-gov.com", "us2.ddog-gov.com")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _known_site(site: str) -> str:
    if site in _WITHOUT_THE_INTEGRATION:
        raise ValueError(
            "Datadog offers Error Tracking with Case Management on no government site"
        )
    if site not in APP_HOSTS:
        raise ValueError("must be one of " + ", ".join(APP_HOSTS))
    return site


def _plain_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError('write an address as "https://api.datadoghq.com"')
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("an address without user, query and fragment is needed")
    return url.rstrip("/")


def _header_safe(key: SecretStr) -> SecretStr:
    text = key.get_secret_value().strip()
    if not text or not all("!" <= character <= "~" for character in text):
        raise ValueError("a key is made of letters, digits and signs, without spaces")
    return SecretStr(text)


Key = Annotated[SecretStr, AfterValidator(_header_safe)]
"""A secret that is sent in a header."""


class DatadogSettings(TrackerSettings):
    """Where a Datadog organisation is and how we get in."""

    site: Annotated[str, AfterValidator(_known_site)] = "datadoghq.com"
    """The site, as in the address of your Datadog."""
    base_url: Annotated[str, AfterValidator(_plain_address)] | None = None
    """Replaces the address of the API that follows from ``site``, for proxies and
    tests."""
    api_key: Key
    """The API key of the organisation."""
    app_key: Key
    """The application key, best of a service account; its permissions are the
    bridge's."""
    comment_limit: Annotated[int, Field(ge=500), Unit("characters")] = 20_000
    """The longest comment that is written. Datadog names no limit, but Jira, to which
    it may copy a case's comments, takes 32,767."""

    @property
    def api_url(self) -> str:
        """Where the API is called."""
        return self.base_url or f"https://api.{self.site}"

    @property
    def app_url(self) -> str:
        """Where people open pages; at *base_url* when no site was named beside it."""
        if self.base_url and "site" not in self.model_fields_set:
            return self.base_url
        return f"https://{APP_HOSTS[self.site]}"

    @property
    def is_readable_in_transit(self) -> bool:
        """True when keys would cross a network unencrypted."""
        parts = urlsplit(self.api_url)
        return parts.scheme == "http" and parts.hostname not in _LOOPBACK
