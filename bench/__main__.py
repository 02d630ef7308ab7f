"""Measures the bridge against what bounds it, and prints a table with the ratios.

``make bench`` takes several minutes, ``make bench ARGS="--quick"`` about two.
"""

import argparse
import tempfile
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.figures import Figure, table
from bench.machine import machine
from bench.suite import FULL, PARTS, QUICK, STORES, measure

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller and fewer")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--on", choices=STORES, nargs="+", default=STORES)
    parser.add_argument("--results", type=Path, default=RESULTS / "latest.json")
    options = parser.parse_args()
    on = machine()
    print(", ".join(f"{name} {value}" for name, value in on.items()), flush=True)
    with tempfile.TemporaryDirectory(prefix="bridge-bench-") as folder:
        plan = QUICK if options.quick else FULL
        about = {"machine": on, "is_quick": options.quick}
        keep = partial(_keep, options.results, about)
        measuring = measure(plan, options.on, options.only, Path(folder))
        uvloop.run(_run(measuring, keep))
    print(f"\nkept in {options.results}")


async def _run(
    measuring: AsyncIterator[list[Figure]], keep: Callable[[list[Figure]], None]
) -> None:
    figures: list[Figure] = []
    async for measured in measuring:
        print("\n".join(table(measured, with_head=not figures)), flush=True)
        figures += measured
        keep(figures)


def _keep(results: Path, about: dict[str, Any], figures: list[Figure]) -> None:
    results.parent.mkdir(parents=True, exist_ok=True)
    content = {**about, "figures": [one.as_json() for one in figures]}
    style = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    results.write_bytes(orjson.dumps(content, option=style))


if __name__ == "__main__":
    main()
