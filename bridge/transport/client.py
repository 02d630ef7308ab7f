"""The one HTTP client: calls one tracker, in time and within its limits."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlencode

import aiohttp
import httpx
import orjson
from pydantic import BaseModel, SecretStr, ValidationError

from bridge.ports.clock import Clock
from bridge.ports.errors import PermanentError
from bridge.ports.trackers import RateBudget
from bridge.transport import failures, jsonapi
from bridge.transport.calls import Call
from bridge.transport.pauses import SHORT_PAUSE, Pauses
from bridge.transport.pool import CookielessClient, pooled_transport
from bridge.transport.rates import RateMemory, told_wait
from bridge.transport.retry import FurtherTries, with_second_try
from bridge.transport.slots import SLOT_PATIENCE, Slots

A = TypeVar("A", bound=BaseModel)

ANSWER_LIMIT = 16 * 1024 * 1024
CONNECT_TIMEOUT = timedelta(seconds=10)

_SUCCESS = range(200, 300)


class AnswerTooLarge(Exception):
    """More bytes than the limit came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: httpx.Headers
    body: bytes


class TrackerHttp:
    """Calls one tracker over HTTP; open while its context lasts.

    Only *base_url* is ever called and no redirect is followed. *timeout* is for one
    whole call once it has one of *concurrency* slots, for which it waits no longer
    than *slot_patience*. While the tracker asked to wait, the calls that this is for
    sit out every `SHORT_PAUSE`; before a longer one they fail with TransientError
    instead of going out. Every error is one of ``bridge.ports.errors``; none holds a
    header, or what else is *hidden*.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        headers: Mapping[str, SecretStr],
        timeout: timedelta,
        concurrency: int,
        clock: Clock,
        answer_limit: int = ANSWER_LIMIT,
        slot_patience: timedelta = SLOT_PATIENCE,
        rng: random.Random | None = None,
        hidden: Iterable[SecretStr] = (),
    ) -> None:
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._headers = headers
        self._secrets = [*headers.values(), *hidden]
        self._timeout = timeout.total_seconds()
        self._concurrency = concurrency
        self._clock = clock
        self._answer_limit = answer_limit
        rng = rng or random.Random()  # noqa: S311 -- jitter guards nothing
        self._slots = Slots(name, concurrency, clock, patience=slot_patience, rng=rng)
        self._further = FurtherTries(SHORT_PAUSE, rng)
        self._rates = RateMemory()
        self._pauses = Pauses(name, self._rates, clock)

    async def __aenter__(self) -> Self:
        """Open the pool."""
        connect = min(self._timeout, CONNECT_TIMEOUT.total_seconds())
        timeout = httpx.Timeout(self._timeout, connect=connect, pool=connect)
        self._timeouts = timeout.as_dict()
        self._client = CookielessClient(
            transport=pooled_transport(self._concurrency),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "bridge",
                **{k: v.get_secret_value() for k, v in self._headers.items()},
            },
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the pool."""
        await self._client.aclose()

    @property
    def budget(self) -> RateBudget | None:
        """The most constrained of the tracker's rate limits, until its reset.

        Who keeps to it keeps to the limit of reads too.
        """
        return self._rates.budget(self._clock.now())

    async def fetch(self, call: Call, answer: type[A]) -> A:
        """Make the call and read its JSON as *answer*."""
        return self._read(call, await self._answer(call), answer)

    async def fetch_if_told(self, call: Call, answer: type[A]) -> A | None:
        """Make the call and read its JSON; None where it is answered without any."""
        body = await self._answer(call)
        return self._read(call, body, answer) if body else None

    async def send(self, call: Call) -> None:
        """Make a call whose answer says no more than that it was done."""
        await self._answer(call)

    async def _answer(self, call: Call) -> bytes:
        tried = 0
        while True:
            answer = await self._once(call)
            if answer.status in _SUCCESS:
                self._further.earn()
                return answer.body
            tried += 1
            now = self._clock.now()
            told = told_wait(answer.status, answer.headers, now)
            pause = self._further.pause(call, answer.status, told, tried)
            if pause is None:
                detail = jsonapi.error_detail(answer.body, self._without_secrets)
                raise failures.refused(self._name, call, answer.status, detail, told)
            await self._clock.wait(asyncio.Event(), now + pause)

    async def _once(self, call: Call) -> Answer:
        until = self._pauses.patience(call)
        while True:
            await self._pauses.sit_out(call)
            async with self._slots.turn(call):
                # Others may have been told to wait while this one had no slot.
                if self._pauses.is_over(call, until):
                    answer = await self._try(call)
                    now = self._clock.now()
                    self._rates.hear(call, answer.status, answer.headers, now)
                    return answer

    def _read(self, call: Call, body: bytes, answer: type[A]) -> A:
        try:
            return answer.model_validate_json(body)
        except ValidationError as exc:
            raise failures.unreadable(self._name, call, exc) from exc

    async def _try(self, call: Call) -> Answer:
        try:
            async with asyncio.timeout(self._timeout):
                return await with_second_try(self._exchange, call)
        except TimeoutError as exc:
            why = f"nothing within {self._timeout:g} s"
            raise failures.unanswered(self._name, call, why, sent=True) from exc
        except (httpx.HTTPError, aiohttp.ClientError) as exc:
            said = jsonapi.one_line(self._without_secrets(str(exc)))
            why = said or type(exc).__name__
            sent = failures.was_sent(exc)
            raise failures.unanswered(self._name, call, why, sent=sent) from exc
        except AnswerTooLarge as exc:
            limit = self._answer_limit
            raise failures.too_large(self._name, call, limit) from exc

    async def _exchange(self, call: Call) -> Answer:
        response = await self._client.send(self._request(call), stream=True)
        try:
            chunks = bytearray()
            async for chunk in response.aiter_bytes():
                chunks += chunk
                if len(chunks) > self._answer_limit:
                    raise AnswerTooLarge
            return Answer(response.status_code, response.headers, bytes(chunks))
        finally:
            await response.aclose()

    def _request(self, call: Call) -> httpx.Request:
        """Put together here: the client's own way of merging what never changes takes
        as long as sending it."""
        query = f"?{urlencode(call.params)}" if call.params else ""
        return httpx.Request(
            call.method,
            f"{self._base_url}{call.path}{query}",
            headers=self._client.headers,
            content=self._encoded(call),
            extensions={"timeout": self._timeouts},
        )

    def _encoded(self, call: Call) -> bytes | None:
        if call.body is None:
            return None
        try:
            return orjson.dumps(call.body)
        except orjson.JSONEncodeError as exc:
            raise PermanentError(
                f"{self._name}: {call} was not sent: its text is no Unicode"
            ) from exc

    def _without_secrets(self, text: str) -> str:
        hidden = {secret.get_secret_value() for secret in self._secrets} - {""}
        for secret in sorted(hidden, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text
