"""Tells whether a delivery carries one of the secrets we gave out."""

import hmac
from collections.abc import Iterable, Mapping

from pydantic import SecretStr


def bearer(headers: Mapping[str, str]) -> bytes | None:
    """The raw bytes behind ``Authorization: Bearer``, or None when there are none.

    A server hands bytes that are no UTF-8 on as surrogates; they become bytes again.
    """
    scheme, _, presented = headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return presented.strip().encode("utf-8", "surrogateescape") or None
    except UnicodeEncodeError:
        return None


def is_any_of(presented: bytes, secrets: Iterable[SecretStr]) -> bool:
    """True when *presented* is one of *secrets*; an empty secret opens nothing.

    Every secret is compared, each in constant time, so that the time taken tells
    neither which one matched nor how much of it.
    """
    matched = False
    for secret in secrets:
        accepted = secret.get_secret_value().encode("utf-8", "surrogatepass")
        matched |= bool(accepted) and hmac.compare_digest(presented, accepted)
    return matched
