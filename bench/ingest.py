"""Taking deliveries in: durable answers per second against the bare handler's.

Both servers run on the first core, one after the other in each round; who sends, and
PostgreSQL, on the other. Every delivery is new and has 2 kB.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.documents import Webhook
from bench.figures import Figure, Target, percentile
from bench.filling import fill_links
from bench.processes import Server, Setting, bridge, ceiling, pass_time, settled
from bench.sender import Sender
from bench.tracker import FastTracker, serving

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Span:
    """How long a server is warmed up and how long it is measured, in seconds; *cases*
    is how many cases the deliveries are about."""

    warm_up: float = 1.0
    seconds: float = 4.0
    rounds: int = 3
    cases: int = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers per second, their latencies in milliseconds, and the server's processor
    time for each in microseconds, which other processes change least."""

    per_second: float
    p50: float
    p99: float
    cpu: float


class Hammer:
    """Sends as fast as it is answered, over so many connections, about *cases*."""

    def __init__(self, port: int, cases: int) -> None:
        self._sender = Sender(port, CONNECTIONS)
        self._webhook = Webhook(port)
        self._webhook.prefix = f"{time.time_ns():x}-"
        self._cases = cases
        self._next = 0
        self._is_open = True
        self.latencies: list[float] = []
        self.refused = 0

    async def run(self, server: Server, span: Span) -> Rate:
        await self._sender.connect()
        for _ in range(CONNECTIONS):
            self._send()
        await asyncio.sleep(span.warm_up)
        self.latencies.clear()
        began, used = time.perf_counter(), server.cpu_seconds
        await pass_time(span.seconds, self.latencies)
        took = time.perf_counter() - began
        used = server.cpu_seconds - used
        found, self._is_open = list(self.latencies), False
        self._sender.close()
        if self.refused:
            raise RuntimeError(f"{self.refused} deliveries were not answered with 202")
        return Rate(
            len(found) / took,
            percentile(found, 0.5) * 1000,
            percentile(found, 0.99) * 1000,
            used / len(found) * 1e6,
        )

    def _send(self) -> None:
        if not self._is_open:
            return
        self._next = (self._next + 1) % self._cases
        sent = time.perf_counter()

        def answered(status: int) -> None:
            if self._is_open:
                self.refused += status != 202
                self.latencies.append(time.perf_counter() - sent)
                self._send()

        self._sender.send(self._webhook.request(self._next), answered)


async def ingest(
    store: str, url: str, folder: Path, span: Span, target: Target | None
) -> list[Figure]:
    """The rates on one store in so many rounds, each beside the ceiling's: first with
    all deliveries about one case, so that taking in is nearly all there is to do, then
    about many, so that the bridge works them off meanwhile."""
    tracker = FastTracker()
    tracker.add(span.cases)
    await fill_links(url, tracker, next_look=datetime.now(UTC) + timedelta(days=1))
    bare: list[Rate] = []
    kept: dict[int, list[Rate]] = {1: [], span.cases: []}
    async with serving(tracker) as address:
        for _ in range(span.rounds):
            async with ceiling(folder, core=0) as server:
                bare.append(await Hammer(server.port, 1).run(server, span))
            async with bridge(Setting(url, address), folder, core=0) as server:
                for cases, rates in kept.items():
                    rates.append(await Hammer(server.port, cases).run(server, span))
                    # What is left of this run would be worked off during the next.
                    await settled(server.port)
    one, many = kept.values()
    return [
        Figure(f"ingest on {store}: the ceiling", _rates(bare), "/s"),
        Figure("  its processor time for each", [o.cpu for o in bare], "us"),
        *_beside(f"ingest on {store}, one case", one, bare, target),
        *_beside(f"ingest on {store}, {span.cases} cases", many, bare, None),
    ]


def _beside(
    name: str, kept: list[Rate], bare: list[Rate], target: Target | None
) -> list[Figure]:
    ratios = [a / b for a, b in zip(_rates(kept), _rates(bare), strict=True)]
    spent = [b.cpu / a.cpu for a, b in zip(kept, bare, strict=True)]
    return [
        Figure(f"{name}: of the ceiling", ratios, "ratio", target),
        Figure("  the same by processor time", spent, "ratio"),
        Figure("  durable answers", _rates(kept), "/s"),
        Figure("  processor time for each", [one.cpu for one in kept], "us"),
        Figure("  p50", [one.p50 for one in kept], "ms"),
        Figure("  p99", [one.p99 for one in kept], "ms"),
    ]


def _rates(measured: list[Rate]) -> list[float]:
    return [one.per_second for one in measured]
