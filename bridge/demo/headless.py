"""The demo without a page: scripted edits, an account of them, and a verdict."""

from collections import Counter
from dataclasses import asdict, dataclass
from random import Random

from bridge.demo.stage import Stage, answered, staged
from bridge.sandbox import oracle
from bridge.sandbox.script import play


@dataclass(frozen=True, slots=True)
class Account:
    """What happened: people's edits, deliveries taken in by outcome, writes, echoes.

    *disagreements* are cases whose two sides do not agree by the rules, *surprises*
    values that are not what the edits one by one lead to; both in words.
    """

    edits: int
    cases: int
    issues: int
    deliveries: int
    polls: int
    outcomes: dict[str, int]
    writes: int
    echoes: int
    disagreements: list[str]
    surprises: list[str]

    @property
    def agrees(self) -> bool:
        """True when both sides ended as the rules want them."""
        return not self.disagreements and not self.surprises

    def as_json(self) -> dict[str, object]:
        """The account as a JSON object."""
        return {**asdict(self), "agrees": self.agrees}


async def play_headless(events: int, seed: int = 1) -> Account:
    """Play *events* scripted edits over twenty cases and give the account."""
    async with staged(seed=seed, settle="50ms", poll="500ms") as stage:
        world = stage.sandbox.world
        before, first_write = oracle.photograph(world), len(world.writes)
        first_edit = len(world.edits)

        async def settle(case: str) -> None:
            await answered(stage.desk, case)

        rng = Random(seed)  # noqa: S311 - play, no secrets
        await play(world, world.groups, events=events, rng=rng, settle=settle)
        await stage.sandbox.hooks.idle()
        for case in world.groups:
            await answered(stage.desk, case)
        edits = world.edits[first_edit:]
        heard = await _heard(stage)
        return Account(
            edits=len(edits),
            cases=len(world.groups),
            issues=sum(len(issues) for issues in world.groups.values()),
            deliveries=heard["delivery"],
            polls=heard["poll"],
            outcomes=dict((await stage.desk.status())["outcomes"]),
            writes=len(world.writes) - first_write,
            echoes=heard["echo"],
            disagreements=oracle.disagreements(world, world.groups),
            surprises=oracle.surprises(world, before, edits, world.groups),
        )


async def _heard(stage: Stage) -> Counter[str]:
    """How many events there were of each cause, and how many were echoes."""
    counts: Counter[str] = Counter()
    cursor = None
    while True:
        page = await stage.desk.events(case=None, cursor=cursor, limit=1000)
        for event in page["items"]:
            counts[event["cause"]] += 1
            counts["echo"] += event["reason"].startswith("echo")
        cursor = page["next"]
        if cursor is None:
            return counts
