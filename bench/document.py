"""The table of the performance page: ``python -m bench.document RESULTS.json``."""

import sys
from pathlib import Path
from typing import Any

import orjson


def rows(results: dict[str, Any]) -> list[str]:
    """The figures as a Markdown table; what belongs to the one above is indented."""
    lines = ["| figure | measured | target | |", "|---|---|---|---|"]
    for one in results["figures"]:
        depth = len(one["name"]) - len(one["name"].lstrip())
        name = "&nbsp;" * 2 * depth + one["name"].lstrip()
        end = {None: "", True: "met", False: "**missed**"}[one["met"]]
        measured = f"{one['value']:g} {one['unit']}".strip()
        lines.append(f"| {name} | {measured} | {one['target'] or ''} | {end} |")
    return lines


if __name__ == "__main__":
    print("\n".join(rows(orjson.loads(Path(sys.argv[1]).read_bytes()))))
