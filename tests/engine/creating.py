"""Rules, issues and failures for tests about cases that are created."""

from typing import Any

from bridge.domain.model import State, TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.ports.errors import AmbiguousError, TransientError
from tests.engine.conftest import Scene

CASES = TrackerName("cases")
DEFAULT = Default(CASES, {CASES: "ET"})
BY_HAND = Ruleset((Rule("store", parse("service:web-store"), "SHOP"),), DEFAULT)
AUTO = Ruleset(
    (Rule("store", parse("service:web-store"), "SHOP", auto_create=True),), DEFAULT
)
BUSY = TransientError("cases: busy")
CUT_OFF = AmbiguousError("cases: cut off")


async def ruled(scene: Scene, rules: Ruleset, **options: Any) -> None:
    """The engine with *rules* in force from its start."""
    scene.rules = rules
    await scene.start(**options)


def new_issue(scene: Scene, name: str, state: State = State.FOR_REVIEW) -> None:
    scene.errors.put(name, state)
    scene.errors.tell(name, service="web-store")


async def told_of_a(scene: Scene, **options: object) -> str:
    """The new issue ``a``, which a rule wants a case for, is heard of and worked on as
    far as that goes at once; the delivery."""
    await ruled(scene, AUTO, **options)
    new_issue(scene, "a")
    delivery = await scene.hear("errors", issue="a")
    await scene.idle()
    return delivery


def made(scene: Scene) -> list[str]:
    return [name for name in scene.cases.cases if name.startswith("made-")]
