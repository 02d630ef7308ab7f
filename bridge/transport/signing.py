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


def place_of(presented: bytes, secrets: Iterable[SecretStr]) -> int:
    """Which of *secrets* was *presented*, counted from 1; 0 for none of them. An empty
    secret opens nothing.

    Every secret is compared, each in constant time, so that the time taken tells
    neither which one matched nor how much of it.
    """
    matched = 0
    for place, secret in enumerate(secrets, start=1):
        accepted = secret.get_secret_value().encode("utf-8", "surrogatepass")
        is_same = bool(accepted) and hmac.compare_digest(presented, accepted)
        matched = matched or place * is_same
    return matched
