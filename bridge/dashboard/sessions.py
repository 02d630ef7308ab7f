"""Sessions of people who showed the token: a signed cookie, and nothing in the store.

The key comes from the token: another token ends every session. Where there is no token,
the key is of this process and only guards the forms.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import SecretStr

from bridge.ports.clock import Clock

LIFETIME: Final = timedelta(hours=12)
REMEMBERED: Final = 1000
"""Sessions ended early that are remembered until they would have ended anyway."""

_PURPOSE: Final = b"bridge dashboard"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is let in, until *ends*, seconds since 1970."""

    name: str
    ends: int


LOCAL: Final = Session("local", 2**62)
"""Whoever sits at this machine, where no token is set."""


class Sessions:
    """Begins, reads and ends sessions."""

    def __init__(self, token: SecretStr | None, clock: Clock) -> None:
        secret = token.get_secret_value().encode() if token else secrets.token_bytes(32)
        self._key = hmac.digest(secret, _PURPOSE, "sha256")
        self._clock = clock
        self._ended: dict[str, int] = {}

    def begin(self) -> str:
        """The cookie of a new session."""
        ends = int((self._clock.now() + LIFETIME).timestamp())
        name = secrets.token_urlsafe(18)
        return f"{ends}.{name}.{self._sign('session', f'{ends}.{name}')}"

    def read(self, cookie: str) -> Session | None:
        """The session of *cookie*, if it is one of ours and has not ended."""
        told, _, signature = cookie.rpartition(".")
        ends, _, name = told.partition(".")
        if not _same(signature, self._sign("session", told)):
            return None
        session = Session(name, int(ends))
        if session.ends <= self._clock.now().timestamp() or name in self._ended:
            return None
        return session

    def end(self, session: Session) -> None:
        """Let *session* be used no more."""
        now = self._clock.now().timestamp()
        kept = {name: ends for name, ends in self._ended.items() if ends > now}
        while len(kept) >= REMEMBERED:
            del kept[next(iter(kept))]
        self._ended = {**kept, session.name: session.ends}

    def form_token(self, session: Session) -> str:
        """What every form of *session* carries."""
        return self._sign("form", session.name)

    def is_form_of(self, session: Session, given: str) -> bool:
        """True when *given* is what the forms of *session* carry."""
        return _same(given, self.form_token(session))

    def _sign(self, what: str, text: str) -> str:
        told = f"{what}:{text}".encode(errors="surrogateescape")
        return hmac.new(self._key, told, "sha256").hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogateescape"), wanted.encode())
