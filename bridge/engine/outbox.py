"""What is kept of a pass: its record, and a row for each of its actions."""

from datetime import datetime

from bridge.domain.actions import Action, Plan
from bridge.engine.decide import Decision
from bridge.engine.ids import NewId
from bridge.engine.record import action_view, plan_view
from bridge.ports.commits import ActionRecord, ActionStatus, PassRecord, fingerprint
from bridge.ports.records import Cause, Job


def pass_record(
    pass_id: str,
    job: Job,
    decision: Decision,
    at: datetime,
    *,
    events: tuple[str, ...],
    is_dry: bool = False,
) -> PassRecord:
    """The record of a pass that had something to say, and works for *events*."""
    view = plan_view(decision.base, decision.seen, decision.plan)
    return PassRecord(
        id=pass_id,
        key=job.key,
        cause=Cause.DELIVERY if job.events else Cause.POLL,
        started_at=at,
        is_dry=is_dry,
        base=view["base"],
        seen=view["seen"],
        changes=view["changes"],
        overruled=view["overruled"],
        notes=view["notes"],
        config=decision.version,
        plan=fingerprint(action_records(pass_id, decision.plan)),
        events=events,
    )


def pass_id_for(job: Job, plan: Plan, new_id: NewId) -> str:
    """The id of the pass that *plan* goes on with, else a new one."""
    if job.open_pass and job.open_pass.plan == fingerprint(action_records("", plan)):
        return job.open_pass.id
    return new_id()


def action_records(
    pass_id: str, plan: Plan, status: ActionStatus = ActionStatus.PLANNED
) -> list[ActionRecord]:
    """The outbox rows of a pass, before anything is tried."""
    return [
        action_record(pass_id, n, action, status)
        for n, action in enumerate(plan.actions)
    ]


def action_record(
    pass_id: str,
    n: int,
    action: Action,
    status: ActionStatus,
    *,
    receipt: str = "",
    at: datetime | None = None,
) -> ActionRecord:
    """The outbox row of the *n*-th action of a pass."""
    return ActionRecord(
        pass_id=pass_id,
        n=n,
        status=status,
        receipt=receipt,
        at=at,
        **action_view(action),
    )
