"""Several bridges over one database, and what spreads requests over them."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg

from bridge.sandbox.server import serving
from tests.e2e.crashes import COMMENTS, RULES, CrashWorld
from tests.e2e.processes import CONFIG, Process, free_port, until


@dataclass
class Replica:
    """One bridge of several."""

    folder: Path
    name: str
    port: int = field(default_factory=free_port)
    running: Process | None = None

    async def start(self, world: "ReplicaWorld") -> None:
        config = self.folder / f"{self.name}.toml"
        text = world.config.read_text()
        text = text.replace(f"port = {world.bridge_port}", f"port = {self.port}")
        takeover = f'takeover = "{world.takeover}"'
        config.write_text(text.replace("[store]", f"[store]\n{takeover}"))
        serve = ["-m", "bridge", "serve", "--config", str(config)]
        self.running = Process(serve, self.folder / f"{self.name}.log")
        await self.running.start()

    async def is_ready(self, world: CrashWorld) -> bool:
        return await world.answers(f"http://127.0.0.1:{self.port}/readyz")

    def send(self, number: signal.Signals) -> None:
        assert self.running
        assert self.running.process
        self.running.process.send_signal(number)

    @property
    def is_dead(self) -> bool:
        if self.running is None or self.running.process is None:
            return True
        return self.running.process.returncode is not None

    async def end(self, number: signal.Signals) -> None:
        if self.running:
            await self.running.end(number)

    def has_logged(self, words: str) -> bool:
        return self.running is not None and words in self.running.output


class Balancer:
    """Passes each connection on to the next replica that is in service, and cuts off
    those to one that is not any more."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self._turn = 0
        self._open: list[tuple[int, asyncio.StreamWriter]] = []

    def take_out(self, port: int) -> None:
        self.ports.remove(port)
        for its_port, writer in self._open:
            if its_port == port:
                writer.close()

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._pass_on, "127.0.0.1", port)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._turn += 1
        port = self.ports[self._turn % len(self.ports)]
        try:
            there = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        self._open.append((port, writer))
        await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


class ReplicaWorld(CrashWorld):
    """What is asked, and what the sandbox tells, goes through the balancer."""

    takeover = "3s"

    def __init__(self, folder: Path, database: str) -> None:
        super().__init__(folder)
        self.database = database
        self.balancer = Balancer()
        self.replicas: list[Replica] = []

    def use(self, sandbox_url: str) -> None:
        super().use(sandbox_url)
        text = CONFIG.format(port=self.bridge_port, store="x", sandbox=sandbox_url)
        text = text.replace("sqlite:///x", self.database)
        text = text.replace('poll_interval = "500ms"', COMMENTS)
        self.config.write_text(text + RULES)

    async def start_replicas(self, count: int) -> None:
        self.replicas = [Replica(self.folder, f"replica-{n}") for n in range(count)]
        for each in self.replicas:
            await each.start(self)
        await self.put_in_service(self.replicas)

    async def put_in_service(self, replicas: Sequence[Replica]) -> None:
        for each in replicas:
            await until(partial(each.is_ready, self))
        self.balancer.ports = [each.port for each in replicas]

    def take_out(self, replica: Replica) -> None:
        self.balancer.take_out(replica.port)

    async def owner_of(self, key: str) -> Replica:
        """The replica that works on *key*, once one does."""
        found: list[Replica] = []

        async def is_worked_on() -> bool:
            query = "SELECT replica FROM leases WHERE key = %s"
            async with await psycopg.AsyncConnection.connect(self.database) as conn:
                row = await (await conn.execute(query, (key,))).fetchone()
            if row is not None:
                found.extend(r for r in self.replicas if r.has_logged(row[0]))
            return bool(found)

        await until(is_worked_on)
        return found[0]


@asynccontextmanager
async def replica_world(folder: Path, database: str) -> AsyncIterator[ReplicaWorld]:
    """A sandbox that serves, and no replica yet."""
    world = ReplicaWorld(folder, database)
    async with serving(world.sandboxed) as url, world.sandboxed.hooks:
        world.use(url)
        door = await world.balancer.serve(world.bridge_port)
        try:
            yield world
        finally:
            await world.client.aclose()
            door.close()
            for each in world.replicas:
                await each.end(signal.SIGKILL)
