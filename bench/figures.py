"""What was measured: figures, what each should be, and whether it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be at least, or at most."""

    limit: float
    is_floor: bool

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.is_floor else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.is_floor else '≤'} {self.limit:g}"


def at_least(limit: float) -> Target:
    return Target(limit, is_floor=True)


def at_most(limit: float) -> Target:
    return Target(limit, is_floor=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: the median of *runs*, in *unit*; *of* tells what else is
    to be known of it."""

    name: str
    runs: Sequence[float]
    unit: str = ""
    target: Target | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.runs)

    @property
    def is_met(self) -> bool | None:
        """None where there is no target."""
        return None if self.target is None else self.target.is_met(self.value)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "runs": [rounded(one) for one in self.runs],
            "target": str(self.target) if self.target else None,
            "met": self.is_met,
            **self.more,
        }


def percentile(values: Iterable[float], part: float) -> float:
    """The value below which *part* of *values* lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def rounded(value: float) -> float:
    """To three digits that count, or to the unit."""
    return round(value) if abs(value) >= 1000 else float(f"{value:.3g}")


def table(figures: Iterable[Figure], *, with_head: bool = True) -> list[str]:
    """The figures in columns."""
    head = f"{'':64}{'measured':>10}  {'unit':9}{'target':>9}"
    lines = [head] if with_head else []
    for one in figures:
        target = str(one.target) if one.target else ""
        end = {None: "", True: "  met", False: "  MISSED"}[one.is_met]
        value = f"{rounded(one.value):g}"
        lines.append(f"{one.name:64}{value:>10}  {one.unit:9}{target:>9}{end}")
    return lines
