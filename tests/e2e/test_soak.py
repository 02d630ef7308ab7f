"""A short soak: people, webhooks and trackers gone wrong, kills; then both agree."""

from pathlib import Path

import pytest

from bench.soak import soak
from bench.soak_world import Plan


@pytest.mark.timeout(330)
async def test_both_sides_agree_after_a_while_of_everything_going_wrong(
    tmp_path: Path,
) -> None:
    plan = Plan(
        seconds=18,
        seed=2,
        cases=12,
        issues=45,
        edits_per_second=6,
        longest_delay=3,
        kill_every=6,
        poll=3,
        # A creation that was cut off is searched for, for two minutes and a half.
        patience=200,
    )

    findings = await soak(plan, tmp_path)

    assert findings.wrong == []
    kills, edits = findings.figures["kills"], findings.figures["edits"]
    assert isinstance(kills, int)
    assert kills >= 1
    assert isinstance(edits, dict)
    assert sum(edits.values()) > 50
