"""The last hour as a line of bars, drawn without a script."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

WIDTH: Final = 6
"""Of one minute; the bar leaves a gap of one."""

HEIGHT: Final = 40
_LEAST: Final = 3
"""Of a minute in which anything happened."""


def sparkline(counts: Sequence[int]) -> Markup:
    """One bar for each count, the highest as high as the picture."""
    most = max(counts, default=0)
    total = sum(counts)
    told = (
        f"{total:,} events ended in the last hour, at most {most:,} in one minute"
        if total
        else "nothing ended in the last hour"
    )
    bars = Markup("").join(
        Markup('<rect x="{}" y="{}" width="{}" height="{}"/>').format(
            at * WIDTH, HEIGHT - high, WIDTH - 1, high
        )
        for at, count in enumerate(counts)
        if (high := _height(count, most))
    )
    return Markup(
        '<svg class="sparkline" role="img" aria-label="{}" viewBox="0 0 {} {}" '
        'preserveAspectRatio="none"><title>{}</title>{}</svg>'
    ).format(told, len(counts) * WIDTH - 1, HEIGHT, told, bars)


def _height(count: int, most: int) -> int:
    return max(_LEAST, round(count * HEIGHT / most)) if count else 0
