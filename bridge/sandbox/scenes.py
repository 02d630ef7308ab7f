"""Worlds to begin with: the built-in case types, some people, and cases with issues."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from bridge.sandbox import case_changes, issue_changes
from bridge.sandbox.people import first_person
from bridge.sandbox.records import CaseType, Group, Hand, StatusOptions, Via
from bridge.sandbox.world import World

ERROR_TRACKING_TYPE = "00000000-0000-0000-0000-000000000005"
CUSTOM_TYPE = "5d1f2a8c-3b67-4c55-9d0e-6f1f3a7b9c01"
"""A type with statuses of its own: *Triage*, *In QA*, *Won't fix* and more."""

_PEOPLE = (
    ("Ann Ashton", "ann@example.com"),
    ("Bob Brandt", "bob@example.com"),
    ("Cleo Castro", "cleo@example.com"),
)
_CUSTOM_EVERY = 3
_WEEK = 7 * 24 * 3600
_SERVICES = ("web-store", "checkout", "search", "billing-api", "mobile-app")
_ERRORS = (
    ("TypeError", "cannot read property 'price' of undefined"),
    ("TimeoutError", "payment gateway did not answer within 3 s"),
    ("KeyError", "'customer_id'"),
    ("ConnectionResetError", "peer closed the connection"),
    ("ValueError", "cart total must not be negative"),
    ("IntegrityError", "duplicate key value violates unique constraint"),
    ("RangeError", "maximum call stack size exceeded"),
    ("PermissionError", "token lacks the scope orders:write"),
    ("UnicodeDecodeError", "invalid continuation byte in position 7"),
    ("MemoryError", "worker exceeded 512 MiB while resizing images"),
)
_STATES_BY_GROUP = {
    Group.OPEN: "OPEN",
    Group.IN_PROGRESS: "ACKNOWLEDGED",
    Group.CLOSED: "RESOLVED",
}


def empty_world(*, seed: int = 1, clock: Callable[[], datetime] | None = None) -> World:
    """Types, people, two teams and two projects (ET and SHOP), but no issue or case."""
    world = World(clock or _machine_clock, Random(seed))  # noqa: S311 - play, no secrets
    for case_type in _types():
        world.types[case_type.id] = case_type
    for name, email in _PEOPLE:
        world.add_user(name, email)
    world.add_user("Dan Departed", "dan@example.com", is_active=False)
    world.add_team("shopist", "Shopist")
    world.add_team("platform", "Platform")
    world.add_project("ET", "Error Tracking")
    world.add_project("SHOP", "Shop")
    return world


def build_world(
    *,
    seed: int = 1,
    cases: int = 20,
    loose_issues: int = 3,
    clock: Callable[[], datetime] | None = None,
) -> World:
    """An empty world filled with *cases* of 1 to 6 issues each, in agreement.

    Every third case is of the custom type. ``world.groups`` says which issues belong
    to which case; *loose_issues* more belong to none.
    """
    world = empty_world(seed=seed, clock=clock)
    hand = Hand(first_person(world), Via.PERSON)
    for number in range(cases):
        _add_case(world, hand, number)
    for _ in range(loose_issues):
        service, error = world.rng.choice(_SERVICES), world.rng.choice(_ERRORS)
        _add_issue(world, hand, Group.OPEN, service, error)
    return world


def _add_case(world: World, hand: Hand, number: int) -> None:
    group = world.rng.choice(list(Group))
    type_id = (
        CUSTOM_TYPE
        if number % _CUSTOM_EVERY == _CUSTOM_EVERY - 1
        else ERROR_TRACKING_TYPE
    )
    service = world.rng.choice(_SERVICES)
    errors = world.rng.sample(_ERRORS, world.rng.randint(1, 6))
    issues = [_add_issue(world, hand, group, service, error) for error in errors]
    case = case_changes.create(
        world,
        hand,
        title=world.issue(issues[0]).title,
        type_id=type_id,
        project="SHOP" if service == "web-store" else "ET",
        status_name=world.types[type_id].statuses[group].default,
    )
    world.groups[case.id] = tuple(issues)


def _add_issue(
    world: World, hand: Hand, group: Group, service: str, error: tuple[str, str]
) -> str:
    error_type, error_message = error
    issue = issue_changes.raise_issue(
        world,
        hand,
        service=service,
        error_type=error_type,
        error_message=error_message,
        teams=(world.rng.choice(list(world.teams)),),
        age=world.rng.randrange(_WEEK),
        version=f"2.{world.rng.randrange(20)}.0",
    )
    state = type(issue.state)(_STATES_BY_GROUP[group])
    issue_changes.set_state(world, issue.id, state, hand)
    return issue.id


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _types() -> tuple[CaseType, ...]:
    plain = _statuses(("Open",), ("In Progress",), ("Closed",))
    change = _statuses(
        ("Open",),
        ("Pending Approval", "Approved", "Implementing"),
        ("Completed", "Cancelled", "Declined"),
    )
    custom = _statuses(
        ("Triage", "Open"),
        ("Fixing", "In Review", "In QA"),
        ("Done", "Won't fix", "Duplicate"),
    )
    names = ("Standard", "Event Management", "Security")
    return (
        *(
            CaseType(_built_in(n), name, plain, is_internal=True)
            for n, name in enumerate(names, 1)
        ),
        CaseType(_built_in(4), "Change Request", change, is_internal=True),
        CaseType(ERROR_TRACKING_TYPE, "Error Tracking", plain, is_internal=True),
        CaseType(CUSTOM_TYPE, "Bug hunt", custom),
    )


def _built_in(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012}"


def _statuses(*groups: tuple[str, ...]) -> dict[Group, StatusOptions]:
    """The first name of each group is its default."""
    return {
        group: StatusOptions(names, names[0])
        for group, names in zip(Group, groups, strict=True)
    }
