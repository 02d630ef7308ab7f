"""Servers in processes of their own, watched from outside: ready, processor, memory."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence, Sized
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.documents import SECRET

CONFIG = """
[server]
port = {port}

[store]
url = "{store}"

[sync]
max_flips = 1000000

[trackers.errors]
kind = "datadog_error_tracking"
base_url = "{tracker}"
api_key = "bench-api-key"
app_key = "bench-app-key"
webhook_secrets = ["{secret}"]
poll_interval = "{poll}"
concurrency = {concurrency}

[trackers.cases]
kind = "datadog_case_management"
base_url = "{tracker}"
api_key = "bench-api-key"
app_key = "bench-app-key"
webhook_secrets = ["{secret}"]
poll_interval = "{poll}"
concurrency = {concurrency}
default_project = "BENCH"
"""
PATIENCE = 60.0
_SCHEDULED = 2
"""The clock of a process's time on a processor, in the low bits of its clock's id: what
``clock_getcpuclockid`` makes of a process's id on Linux, and Python does not offer."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a bridge is configured; all that is not here is as nobody configured it."""

    store: str
    tracker: str
    concurrency: int = 64
    poll: str = "1h"


class Server:
    """A process that listens at *port*; *seconds_to_ready* from its very start."""

    def __init__(
        self, command: Sequence[str], folder: Path, port: int, core: int | None
    ) -> None:
        self.port = port
        self._command = command
        self._folder = folder
        self._core = core
        self.seconds_to_ready = 0.0

    async def start(self) -> None:
        began = time.perf_counter()
        with (self._folder / "server.log").open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, stdout=out, stderr=out
            )
        if self._core is not None:
            os.sched_setaffinity(self.process.pid, {self._core})
        async with asyncio.timeout(PATIENCE):
            while not await _is_ready(self.port):
                if self.process.returncode is not None:
                    raise RuntimeError((self._folder / "server.log").read_text())
                await asyncio.sleep(0.005)
        self.seconds_to_ready = time.perf_counter() - began

    async def end(self, sign: signal.Signals = signal.SIGTERM) -> None:
        if self.process.returncode is None:
            self.process.send_signal(sign)
            await self.process.wait()

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, all threads, user and system."""
        return time.clock_gettime(~self.process.pid << 3 | _SCHEDULED)

    def memory_mib(self, what: str = "VmRSS") -> float:
        """Resident memory now, or with ``VmHWM`` the most there ever was."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"the kernel does not tell {what}")


async def pass_time(seconds: float, until: Sized) -> None:
    """Let so many seconds pass, or on a busy machine more, until there is something to
    be measured in *until*; TimeoutError when nothing ever comes."""
    await asyncio.sleep(seconds)
    async with asyncio.timeout(PATIENCE):
        while not until:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def bridge(
    setting: Setting, folder: Path, *, core: int | None = None
) -> AsyncIterator[Server]:
    """A real ``bridge serve``, ready, until the context ends."""
    port = free_port()
    config = folder / "config.toml"
    values = {"port": port, "secret": SECRET, "store": setting.store}
    values |= {"tracker": setting.tracker, "concurrency": setting.concurrency}
    config.write_text(CONFIG.format(**values, poll=setting.poll))
    command = ("-m", "bridge", "serve", "--config", str(config))
    async with _serving(Server(command, folder, port, core)) as server:
        yield server


@asynccontextmanager
async def ceiling(folder: Path, *, core: int | None = None) -> AsyncIterator[Server]:
    """The bare handler, ready, until the context ends."""
    port = free_port()
    command = ("-m", "bench.ceiling", str(port))
    async with _serving(Server(command, folder, port, core)) as server:
        yield server


@asynccontextmanager
async def _serving(server: Server) -> AsyncIterator[Server]:
    await server.start()
    try:
        yield server
    finally:
        await server.end()


async def settled(port: int) -> None:
    """Wait until the bridge has worked off what it took in; TimeoutError."""
    async with asyncio.timeout(2 * PATIENCE):
        while b'"settled":true' not in await _got(port, "/api/v1/status"):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.1)


async def _is_ready(port: int) -> bool:
    return b" 200 " in (await _got(port, "/readyz")).partition(b"\r\n")[0]


async def _got(port: int, path: str) -> bytes:
    """The whole answer, or nothing where nobody answers."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return b""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        writer.write(request.encode())
        return await reader.read()
    except OSError:
        return b""
    finally:
        writer.close()
