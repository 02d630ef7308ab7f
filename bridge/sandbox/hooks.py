"""Sends webhooks as Datadog does: in no promised order, several times if need be."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import aiohttp

from bridge.sandbox import search
from bridge.sandbox.case_fields import case_fields
from bridge.sandbox.hook_targets import (
    Message,
    NotificationRule,
    Target,
    Webhook,
    direct_message,
    is_told,
    is_triggered,
    webhook_message,
)
from bridge.sandbox.records import Happening
from bridge.sandbox.world import World

_TRIES = 6
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Mischief:
    """What goes wrong on the way: rates from 0 to 1, and the longest delay in seconds.

    *reorder* is the rate at which a message is overtaken by the next ones.
    """

    drop: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    longest_delay: float = 0.5
    reorder: float = 0.0
    seed: int = 1


@dataclass(slots=True)
class Sent:
    """One message and what became of it; *status* is None while nobody answered,
    *answer* is what came with it."""

    message: Message
    status: int | None = None
    answer: str = ""
    tries: int = 0


@dataclass(slots=True)
class Hooks:
    """Everybody who is told of changes in the world, and what was sent to them.

    ``async with`` starts sending; leaving it gives up what is still on its way.
    """

    world: World
    issue_state_hooks: bool = False
    retry_wait: float = 0.2
    targets: list[Target] = field(default_factory=list)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    rules: dict[str, NotificationRule] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    dropped: int = 0
    _mischief: Mischief = Mischief()
    _chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - play
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None
    _stop: Callable[[], None] | None = None

    async def __aenter__(self) -> "Hooks":
        """Listen to the world from now on."""
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._stop = self.world.listen(self._hear)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop listening and give up what is still on its way."""
        assert self._stop
        self._stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._session
        await self._session.close()

    def misbehave(self, mischief: Mischief) -> None:
        """Let messages go wrong from now on, always in the same way for a seed."""
        self._mischief = mischief
        self._chance = Random(mischief.seed)  # noqa: S311 - play, no secrets

    @property
    def under_way(self) -> int:
        """How many messages have not ended yet."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Return once nothing is on its way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _hear(self, happening: Happening) -> None:
        for message in self._messages(happening):
            if self._chance.random() < self._mischief.drop:
                self.dropped += 1
                continue
            self._launch(message, self._delay())
            if self._chance.random() < self._mischief.double:
                self._launch(message, self._delay())

    def _messages(self, happening: Happening) -> list[Message]:
        event_id = self.world.new_id()
        found = [
            direct_message(self.world, happening, target, event_id)
            for target in self.targets
            if is_told(happening, target.side, issue_states=self.issue_state_hooks)
        ]
        for rule in self.rules.values():
            if is_triggered(rule, happening) and self._is_about(rule, happening):
                found += [
                    webhook_message(self.world, happening, webhook, event_id)
                    for webhook in self._recipients(rule)
                ]
        return found

    def _is_about(self, rule: NotificationRule, happening: Happening) -> bool:
        case = self.world.cases.get(happening.case_id or "")
        if case is None or case.project != rule.project:
            return False
        query = str(rule.attributes.get("query") or "")
        return search.parse(query)(case_fields(self.world, case))

    def _recipients(self, rule: NotificationRule) -> list[Webhook]:
        names = [
            str(recipient.get("data", {}).get("name", "")).removeprefix("@webhook-")
            for recipient in rule.attributes.get("recipients") or []
            if recipient.get("type") == "HTTP"
        ]
        return [self.webhooks[name] for name in names if name in self.webhooks]

    def _delay(self) -> float:
        mischief = self._mischief
        if self._chance.random() < mischief.delay:
            return self._chance.uniform(0, mischief.longest_delay)
        if self._chance.random() < mischief.reorder:
            return self._chance.uniform(0, mischief.longest_delay / 4)
        return 0.0

    def _launch(self, message: Message, delay: float) -> None:
        task = asyncio.ensure_future(self._deliver(message, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, message: Message, delay: float) -> None:
        sent = Sent(message)
        self.sent.append(sent)
        await asyncio.sleep(delay)
        while sent.tries < _TRIES:
            sent.tries += 1
            await self._post(sent)
            if sent.status is not None and sent.status < _SERVER_ERROR:
                return
            await asyncio.sleep(self.retry_wait * sent.tries)

    async def _post(self, sent: Sent) -> None:
        assert self._session
        message = sent.message
        try:
            async with self._session.post(
                message.url, data=message.body.encode(), headers=message.headers
            ) as answer:
                sent.answer = await answer.text()
                sent.status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            sent.status = None
