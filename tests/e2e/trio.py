"""A case with two issues that a bridge is killed over, and how it must end."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.sandbox.records import Case, Issue
from bridge.sandbox.world import World


class Door(StrEnum):
    """Where a person edits; everything else is written by the bridge."""

    CASE = "case"
    ISSUE = "issue"


class After(StrEnum):
    """What a person does between the crash and the restart."""

    NOTHING = "nothing"
    THIRD = "a third value"
    BACK = "the old value"


@dataclass
class Trio:
    """A case with two issues, and what becomes of it."""

    door: Door
    after: After
    case: str
    issues: tuple[str, str]
    words: str
    finished: bool = False
    confirmed: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the bridge has to write what a person edits, once each."""
        case = f"/api/v2/cases/{self.case}"
        first, second = (f"/issues/{issue}" for issue in self.issues)
        if self.door is Door.CASE:
            return tuple(
                f"*{issue}/{what}"
                for what in ("state", "assignee", "comments")
                for issue in (first, second)
            )
        others = (f"*{second}/assignee", f"*{second}/comments")
        return (f"{case}/status", f"{case}/assign", f"{case}/comment", *others)

    @property
    def contested(self) -> tuple[str, str]:
        """The kind and target, as the store has it, of what a person edits again."""
        if self.door is Door.CASE:
            return "set_issue_state", f"errors:{self.issues[0]}"
        return "set_case_status", f"cases:{self.case}"

    @property
    def contested_path(self) -> str:
        return self.paths[0].removeprefix("*")


def faults_of(world: World, ann: str, trio: Trio) -> list[str]:
    """Everything that is not as it must be once all is quiet, in words."""
    rank = {"OPEN": 1, "IN_PROGRESS": 2, "CLOSED": 3}
    of = {"OPEN": 1, "ACKNOWLEDGED": 2, "RESOLVED": 3, "IGNORED": 3, "EXCLUDED": 3}
    case, wrong = world.case(trio.case), []
    issues = [world.issue(issue) for issue in trio.issues]
    group = rank[case.group.name]
    if group != min(of[issue.state.value] for issue in issues):
        wrong.append(f"the case is {case.group}: {[i.state.value for i in issues]}")
    source = trio.case if trio.door is Door.CASE else trio.issues[0]
    for one in (trio.case, *trio.issues):
        thing = thing_of(world, one)
        if thing.assignee != ann:
            wrong.append(f"{one} is assigned to {thing.assignee}")
        copies = sum(trio.words in comment.text for comment in thing.comments)
        if copies != 1:
            wrong.append(f"{one} has the comment {copies} times, of {source}")
    return [f"{trio}: {each}" for each in wrong] + _repeated(world, trio)


def _repeated(world: World, trio: Trio) -> list[str]:
    wrong: list[str] = []
    for path in trio.paths:
        times = writes_to(world, path.removeprefix("*"))
        is_contested = path == trio.paths[0] and trio.after is not After.NOTHING
        if times != 1 and not is_contested and path.endswith(("ment", "ments")):
            wrong.append(f"{path} was written {times} times")
        if times != 1 and trio.after is After.NOTHING:
            wrong.append(f"{path} was written {times} times")
    contested = trio.issues[0] if trio.door is Door.CASE else trio.case
    thing = thing_of(world, contested)
    is_kept = (trio.after is After.THIRD and trio.finished) or (
        trio.after is After.BACK and trio.confirmed
    )
    if is_kept:
        if writes_to(world, trio.contested_path) != 1:
            wrong.append(f"{trio.contested_path} was written again")
        shown = thing.state if isinstance(thing, Issue) else thing.status_name
        third = ("ACKNOWLEDGED", "In Progress")
        chosen = third if trio.after is After.THIRD else ("OPEN", "Closed")
        if shown not in chosen:
            wrong.append(f"{contested} is {shown}, which no person chose")
    return [f"{trio}: {each}" for each in wrong]


def writes_to(world: World, path: str) -> int:
    """How many requests there were that could change what is at *path*."""
    return sum(one.path.endswith(path) for one in world.writes)


def thing_of(world: World, one: str) -> Case | Issue:
    return world.cases.get(one) or world.issue(one)
