"""What would be done, shown without doing it: dry runs and plans."""

from bridge.domain.model import State, StatusGroup
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_a_dry_run_writes_nothing_and_keeps_the_base(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.stop()
    scene.cases.put("1", CLOSED)

    await scene.start(is_dry=True)
    delivery = await scene.hear("cases", case="1")
    await scene.quiet()
    event = await scene.event(delivery)
    await scene.stop()

    assert scene.errors.state("a") is FOR_REVIEW
    assert event["dry_run"]
    assert [(a["value"], a["status"]) for a in event["actions"]] == [
        ("RESOLVED", "would")
    ]

    await scene.start(is_dry=False)
    await scene.hear("cases", case="1", id="again")
    await scene.quiet()
    assert scene.errors.state("a") is RESOLVED


async def test_a_plan_shows_what_would_be_done_and_does_nothing(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)

    for name in ("cases:1", "SHOP-1", "errors:a", "a"):
        plan = await scene.engine.desk.plan(name)
        assert [(a["target"], a["value"]) for a in plan["actions"]] == [
            ("errors:a", "RESOLVED")
        ]
        assert plan["base"]["case"]["status_group"] == "OPEN"
        assert plan["seen"]["case"]["status_group"] == "CLOSED"
    assert scene.errors.writes == 0
