"""How is each action carried out? What only updates do is in `perform_updates`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ballast.aws import autoscaling, ecs, ecs_tasks, eventbus, lifecycle_hooks
from ballast.aws.ledger import Ledger
from ballast.facts.group import DEFAULT_HEARTBEAT_S
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import (
    Announce,
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    PutHook,
    Reactivate,
    Record,
    RecordWatch,
    SendHeartbeat,
    SetScaleInProtection,
    StartDraining,
    StopTask,
    Tell,
    TerminateInstance,
)
from ballast.records.disruption import Disruption, Phase
from ballast.records.kept import Kept
from ballast.shell.execute import Performer, Result, Step, each, together
from ballast.telemetry import count, logger

if TYPE_CHECKING:
    from ballast.aws.seal import Seal


def performers(ledger: Ledger) -> tuple[Performer[Any], ...]:
    """Of the actions of every function; those of one place are carried out in this order."""

    def claim(action: Claim[Any]) -> None:
        ledger.write(action.before, action.after, action.budget, action.others_out)
        measure(action.before, action.after)

    def record(action: Record[Any]) -> None:
        ledger.write(action.before, action.after, action.budget)
        measure(action.before, action.after)

    @cache
    def seal() -> Seal:
        from ballast.aws.seal import Seal  # noqa: PLC0415 - most starts tell nothing

        return Seal(ledger.table)

    books = (
        each(Claim, claim),
        together(Announce, lambda sent: eventbus.announce([(a.detail_type, a.detail) for a in sent], seal().signed)),
        together(Tell, lambda told: eventbus.put([a.notice for a in told], seal().signed)),
        each(Record, record),
        each(RecordWatch, lambda a: ledger.write_watch(a.before, a.after)),
    )
    return (*ACTS, *books)


def _start_draining(steps: Sequence[Step[StartDraining]]) -> Result:
    return _set_status(steps, InstanceStatus.DRAINING)


def _reactivate(steps: Sequence[Step[Reactivate]]) -> Result:
    return _set_status(steps, InstanceStatus.ACTIVE)


def _set_status(steps: Sequence[Step[StartDraining] | Step[Reactivate]], status: InstanceStatus) -> Result:
    """As few calls as ECS allows; it says of each instance whether it refused it."""
    wanted: dict[str, dict[str, int]] = defaultdict(dict)
    for number, action in steps:
        wanted[action.cluster][action.container_instance_arn] = number
    failed = set()
    for cluster, numbers in wanted.items():
        for arn, why in ecs.set_status(cluster, list(numbers), status).items():
            logger.warning("ECS refused", cluster=cluster, container_instance=arn, why=why)
            failed.add(numbers[arn])
    return Result(frozenset(failed))


# Each call may be made twice: what is over already is no error. The table has no type of its own, so that each row keeps
# its own, and mypy refuses a kind with the performer of another.
ACTS = (
    Performer(StartDraining, _start_draining),
    Performer(Reactivate, _reactivate),
    each(
        SetScaleInProtection,
        lambda a: autoscaling.set_protection(a.group, a.instance_id, protected=a.protected),
    ),
    each(StopTask, lambda a: ecs_tasks.stop_task(a.cluster, a.task_arn, a.why)),
    each(SendHeartbeat, lambda a: lifecycle_hooks.send_heartbeat(a.group, a.hook, a.instance_id, a.token)),
    each(ContinueTermination, lambda a: lifecycle_hooks.continue_termination(a.group, a.hook, a.instance_id, a.token)),
    each(TerminateInstance, lambda a: autoscaling.terminate(a.instance_id)),
    each(DeregisterContainerInstance, lambda a: ecs.deregister(a.cluster, a.container_instance_arn)),
    each(PutHook, lambda a: lifecycle_hooks.put_hook(a.group, a.hook, a.cluster, DEFAULT_HEARTBEAT_S)),
)


TIMED_OUT = frozenset({Phase.FORCED, Phase.ESCALATED, Phase.ROLLED_BACK})


def measure(before: Kept | None, after: Kept | None) -> None:
    """DrainsStarted, DrainsFinished, DrainsTimedOut and TasksMoved; cluster and reason are beside them."""
    if not isinstance(before, Disruption) or not isinstance(after, Disruption) or before.phase is after.phase:
        return
    if after.phase is Phase.DRAINED:
        _count("DrainsFinished", before)
        if before.tasks_at_start:
            _count("TasksMoved", before, before.tasks_at_start)
    elif before.phase is Phase.CLAIMED:
        _count("DrainsStarted", before)
    elif after.phase in TIMED_OUT or before.phase is Phase.ROLLING_BACK:
        _count("DrainsTimedOut", before)


def _count(name: str, disruption: Disruption, number: int = 1) -> None:
    count(name, number, reason=disruption.reason, cluster=disruption.cluster)
