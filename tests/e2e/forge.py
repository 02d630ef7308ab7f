"""Commands of ours, forked out of a process that has imported all of them already.

Importing the bridge is a second of computing, and these tests start it a hundred
times. What is forked is the command: ``python -m`` without its imports.
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO

import bridge

ROOT = Path(__file__).parents[2]
MOST = 65536
"""Bytes of a message: it says what to run; with it come two outputs and a pipe."""


class Forked:
    """A process that the forge started, as asyncio would show it."""

    def __init__(
        self, pid: int, told: asyncio.StreamReader, pipe: asyncio.ReadTransport
    ) -> None:
        self.pid = pid
        self._ended = asyncio.ensure_future(self._follow(told, pipe))

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def _follow(
        self, told: asyncio.StreamReader, pipe: asyncio.ReadTransport
    ) -> int:
        try:
            return int(await told.readline())
        finally:
            pipe.close()


class Forge:
    """Asks the process that forks, and ends it with this one."""

    def __init__(self) -> None:
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.forge", str(other.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
            )
        atexit.register(self._close)

    async def start(
        self, module: str, arguments: Sequence[str], folder: Path, *outputs: IO[bytes]
    ) -> Forked:
        """Run a module as ``python -m`` does, in *folder*, with those two outputs."""
        reading, writing = os.pipe()
        wanted = {"module": module, "arguments": arguments, "folder": str(folder)}
        handed = [*(each.fileno() for each in outputs), writing]
        try:
            socket.send_fds(self._control, [json.dumps(wanted).encode()], handed)
        finally:
            os.close(writing)
        told = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(told), os.fdopen(reading, "rb")
        )
        return Forked(int(await told.readline()), told, pipe)

    def _close(self) -> None:
        self._control.close()
        self._process.wait()


@cache
def forge() -> Forge:
    """The one of this process, started when it is needed first."""
    return Forge()


def fork_on_demand(control: socket.socket) -> None:
    """One process for each message. Its number is told, and at its end its status."""
    told: dict[int, int] = {}

    def reap(*_: object) -> None:
        # Another end may interrupt this, and is taken up there or here.
        while told:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            pipe = told.pop(pid)
            tell(pipe, os.waitstatus_to_exitcode(status))
            os.close(pipe)

    signal.signal(signal.SIGCHLD, reap)
    while True:
        message, fds, _, _ = socket.recv_fds(control, MOST, 3)
        if not message:
            return None
        *outputs, pipe = fds
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if (pid := os.fork()) == 0:
            for each in (control.detach(), pipe, *told.values()):
                os.close(each)
            return become(outputs, **json.loads(message))
        for output in outputs:
            os.close(output)
        told[pid] = pipe
        tell(pipe, pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def tell(pipe: int, number: int) -> None:
    """To whoever still listens."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, b"%d\n" % number)


def become(outputs: list[int], module: str, arguments: list[str], folder: str) -> None:
    """Be the module, until it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Whoever starts the tests in the background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for output, standard in zip(outputs, (sys.stdout, sys.stderr), strict=True):
        os.dup2(output, standard.fileno())
        os.close(output)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def import_all() -> None:
    """Everything of ours but what runs when it is imported."""
    for module in pkgutil.walk_packages(bridge.__path__, "bridge."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.freeze()


if __name__ == "__main__":
    import_all()
    fork_on_demand(socket.socket(fileno=int(sys.argv[1])))
