"""A fault of ours in a part of the bridge ends the server instead of half of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge import app
from bridge.engine.backfill import Backfill
from bridge.engine.resync import Resync
from bridge.engine.schedule import Schedule
from bridge.engine.vital import Broken
from bridge.settings import load
from tests.e2e.processes import CONFIG, PATIENCE, free_port


@pytest.mark.parametrize(
    ("part", "method"),
    [(Schedule, "_start_due"), (Resync, "ask"), (Backfill, "is_under_way")],
)
async def test_a_fault_in_a_part_ends_the_server_and_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    part: type,
    method: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(part, method, fail)
    nobody = f"http://127.0.0.1:{free_port()}"
    config = tmp_path / "config.toml"
    store = tmp_path / "bridge.db"
    config.write_text(CONFIG.format(port=free_port(), store=store, sandbox=nobody))

    with pytest.raises(Broken, match="see its log"):
        async with asyncio.timeout(PATIENCE):
            await app.serve(load(config, {}))

    told = capfd.readouterr().err
    assert '"event":"engine.broken"' in told
    assert "a fault of ours" in told
