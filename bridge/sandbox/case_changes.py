"""What can be done to a case; writing what is there already does nothing."""

from collections.abc import Iterable
from dataclasses import replace

from bridge.sandbox.records import Case, Group, Hand, Insight
from bridge.sandbox.world import Refused, World

PRIORITIES = ("NOT_DEFINED", "P1", "P2", "P3", "P4", "P5")

# The texts that api.datadoghq.com was recorded answering with, in its own order.
LEGACY_STATUSES = {
    "NOT_STARTED": Group.OPEN,
    "IN_PROGRESS": Group.IN_PROGRESS,
    "CLOSED": Group.CLOSED,
    "ACKNOWLEDGED": Group.IN_PROGRESS,
    "TRIGGERED": Group.OPEN,
    "PENDING_APPROVAL": Group.IN_PROGRESS,
    "COMPLETED": Group.CLOSED,
    "CANCELLED": Group.CLOSED,
    "DECLINED": Group.CLOSED,
    "SUNKNOWN": Group.OPEN,
    "OPEN": Group.OPEN,
    "RESOLVED": Group.CLOSED,
    "APPROVED": Group.IN_PROGRESS,
    "IMPLEMENTING": Group.IN_PROGRESS,
}


def create(
    world: World,
    hand: Hand,
    *,
    title: str,
    type_id: str,
    project: str,
    description: str = "",
    priority: str = "NOT_DEFINED",
    status_name: str | None = None,
    assignee: str | None = None,
    creation_source: str = "MANUAL",
) -> Case:
    """A new case; it starts in the type's default open status unless told."""
    home = world.project(project)
    case_type = world.case_type(type_id)
    status = status_name or case_type.statuses[Group.OPEN].default
    group = case_type.group_of(status)
    if group is None:
        raise Refused(f"status {status} not found")
    _check_priority(priority)
    now = world.now()
    case = Case(
        id=world.new_id(),
        key=f"{home.key}-{world.next_number(home)}",
        number=world.next_public_number(),
        project=home.id,
        type_id=type_id,
        title=title,
        status_name=status,
        group=group,
        created_at=now,
        created_by=hand.user_id,
        description=description,
        priority=priority,
        assignee=assignee,
        closed_at=now if group is Group.CLOSED else None,
        creation_source=creation_source,
    )
    return world.put(case, hand, "case.created", "", status)


def set_status(world: World, id_or_key: str, status_name: str, hand: Hand) -> Case:
    """Move the case to one of its type's statuses."""
    case = world.case(id_or_key)
    group = world.types[case.type_id].group_of(status_name)
    if group is None:
        raise Refused(f"status {status_name} not found")
    if case.status_name == status_name:
        return case
    closed_at = None
    if group is Group.CLOSED:
        closed_at = case.closed_at or world.now()
    changed = replace(case, status_name=status_name, group=group, closed_at=closed_at)
    return world.put(changed, hand, "case.status", case.status_name, status_name)


def set_legacy_status(world: World, id_or_key: str, status: str, hand: Hand) -> Case:
    """Move the case to the default status of the group that *status* stands for."""
    case = world.case(id_or_key)
    return set_status(world, case.id, status_by_legacy(world, case, status), hand)


def status_by_legacy(world: World, case: Case, status: str) -> str:
    """The status name that a legacy status means for *case*."""
    group = LEGACY_STATUSES.get(status)
    if group is None:
        known = ", ".join(LEGACY_STATUSES)
        raise Refused(f"invalid status {status}. Must be one of {known}")
    return world.default_status(case, group)


def set_priority(world: World, id_or_key: str, priority: str, hand: Hand) -> Case:
    """Give the case a priority."""
    case = world.case(id_or_key)
    _check_priority(priority)
    if case.priority == priority:
        return case
    changed = replace(case, priority=priority)
    return world.put(changed, hand, "case.priority", case.priority, priority)


def assign(world: World, id_or_key: str, user_id: str | None, hand: Hand) -> Case:
    """Assign the case to a user, or to nobody."""
    case = world.case(id_or_key)
    if user_id is not None and user_id not in world.users:
        raise Refused(f"user {user_id} not found")
    if case.assignee == user_id:
        return case
    changed = replace(case, assignee=user_id)
    return world.put(changed, hand, "case.assignee", case.assignee or "", user_id or "")


def set_title(world: World, id_or_key: str, title: str, hand: Hand) -> Case:
    """Rename the case."""
    case = world.case(id_or_key)
    if case.title == title:
        return case
    return world.put(replace(case, title=title), hand, "case.title", case.title, title)


def set_description(world: World, id_or_key: str, text: str, hand: Hand) -> Case:
    """Describe the case anew."""
    case = world.case(id_or_key)
    if case.description == text:
        return case
    return world.put(replace(case, description=text), hand, "case.description", "", "")


def archive(world: World, id_or_key: str, hand: Hand) -> Case:
    """Put the case out of sight: searches no longer find it."""
    case = world.case(id_or_key)
    if case.archived_at is not None:
        return case
    changed = replace(case, archived_at=world.now())
    return world.put(changed, hand, "case.archived", "", "")


def unarchive(world: World, id_or_key: str, hand: Hand) -> Case:
    """Bring an archived case back."""
    case = world.case(id_or_key)
    if case.archived_at is None:
        return case
    return world.put(replace(case, archived_at=None), hand, "case.unarchived", "", "")


def merge(world: World, id_or_key: str, into: str, hand: Hand) -> Case:
    """Merge the case into another one; it stays readable and says so."""
    case, target = world.case(id_or_key), world.case(into)
    if case.id == target.id:
        raise Refused("a case cannot be merged into itself")
    changed = replace(case, merged_into=target.id)
    return world.put(changed, hand, "case.merged", "", target.id)


def move(world: World, id_or_key: str, project: str, hand: Hand) -> Case:
    """Move the case to another project, where it gets a new key for good."""
    case, home = world.case(id_or_key), world.project(project)
    if case.project == home.id:
        return case
    key = f"{home.key}-{world.next_number(home)}"
    changed = replace(case, project=home.id, key=key)
    return world.put(changed, hand, "case.moved", case.key, key)


def add_insights(
    world: World, id_or_key: str, insights: Iterable[Insight], hand: Hand
) -> Case:
    """List things on the case; what is listed already stays as it is."""
    case = world.case(id_or_key)
    listed = {(insight.type, insight.resource_id) for insight in case.insights}
    fresh = tuple(i for i in insights if (i.type, i.resource_id) not in listed)
    if not fresh:
        return case
    changed = replace(case, insights=case.insights + fresh)
    new = ",".join(insight.resource_id for insight in fresh)
    return world.put(changed, hand, "case.insights", "", new)


def remove_insights(
    world: World, id_or_key: str, insights: Iterable[Insight], hand: Hand
) -> Case:
    """Take things off the case."""
    case = world.case(id_or_key)
    gone = {(insight.type, insight.resource_id) for insight in insights}
    kept = tuple(i for i in case.insights if (i.type, i.resource_id) not in gone)
    if kept == case.insights:
        return case
    old = ",".join(resource for _, resource in sorted(gone))
    return world.put(replace(case, insights=kept), hand, "case.insights", old, "")


def delete(world: World, id_or_key: str, hand: Hand) -> None:
    """The case is gone: asking for it is answered 404 from now on."""
    world.drop(world.case(id_or_key), hand)


def _check_priority(priority: str) -> None:
    if priority not in PRIORITIES:
        known = ", ".join(PRIORITIES)
        raise Refused(f"invalid priority {priority}. Must be one of {known}")
