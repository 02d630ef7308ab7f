"""What is handed to operators, read; and what a bridge really tells."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.metrics.conftest import Measured

DEPLOY = Path(__file__).parents[2] / "deploy"


def documents(name: str) -> list[dict[str, Any]]:
    """The documents of a YAML file below ``deploy/``."""
    return list(yaml.safe_load_all((DEPLOY / name).read_text()))


@pytest.fixture
async def families(tmp_path: Path) -> AsyncIterator[list[Metric]]:
    """Every metric there is, with samples."""
    scene = Measured(tmp_path / "bridge.db")
    await scene.start()
    yield list(text_string_to_metric_families(await scene.everything()))
    await scene.stop()
