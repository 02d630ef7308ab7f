"""The table of metrics in the documents is what a bridge really tells."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bridge.engine.alerts import Cause as AlertCause
from bridge.metrics.gauges import SCOPES
from tests.metrics.conftest import Measured

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "metrics.md").read_text()
ALERTS = (DOCS / "how-to" / "operating.md").read_text()
HEAD = "| metric | type | labels | tells |\n|---|---|---|---|\n"


def rows(families: list[Metric]) -> Iterator[str]:
    """A row for each metric of ours."""
    for family in families:
        suffix = "_total" if family.type == "counter" else ""
        of = {name: None for one in family.samples for name in one.labels}
        labels = ", ".join(f"`{name}`" for name in of if name != "le")
        name = f"{family.name}{suffix}"
        if name.startswith("bridge_"):
            yield f"| `{name}` | {family.type} | {labels} | {family.documentation} |\n"


async def test_the_table_in_the_manual_is_what_is_scraped(scene: Measured) -> None:
    await scene.start()
    text = await scene.everything()
    families = list(text_string_to_metric_families(text))

    table = HEAD + "".join(rows(families))

    for line in table.splitlines():
        assert line in PAGE, f"docs/reference/metrics.md lacks the row\n{line}"
    begin = PAGE.index(HEAD)
    assert PAGE[begin : begin + len(table) + 1] == f"{table}\n"


def test_every_alert_is_explained() -> None:
    for cause in AlertCause:
        assert f"| `{cause.value}` |" in ALERTS


def test_every_scope_of_a_circuit_is_named() -> None:
    assert ", ".join(f"`{scope}`" for scope in SCOPES) in " ".join(PAGE.split())
