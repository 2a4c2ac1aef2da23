"""Which counts take a task in, and the journal entries that follow from it."""

from __future__ import annotations

from simulator.world.core.core import Core
from simulator.world.core.records import Service, Status, Task

STARTING = ("PROVISIONING", "PENDING", "ACTIVATING")


def recount(core: Core, task: Task, *, quietly: bool = False) -> None:
    """Counts take in a task only while its desired status is RUNNING, so a stopping task is in no count.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
    """
    now: str | None = None
    if task.desired_status == "RUNNING":
        now = "pending" if task.last_status in STARTING else "running"
    before, task.counted = task.counted, now
    if before == now:
        return
    for counter in (task.host, task.service):
        if counter is not None:
            counter.running += (now == "running") - (before == "running")
            counter.pending += (now == "pending") - (before == "pending")
    service = task.service
    if service is None:
        return
    if now is None:
        service.leaving.pop(task.arn, None)
    elif task.host.status is Status.DRAINING and not service.daemon:
        service.leaving[task.arn] = task
    if "running" in (before, now) and not quietly:
        note_counts(core, service)


def note_counts(core: Core, service: Service) -> None:
    core.note(
        "service_counts",
        cluster=service.cluster.name,
        service=service.name,
        running=service.running,
        minimum=service.minimum,
        desired=service.desired,
    )


def note_task(core: Core, kind: str, task: Task, **data: object) -> None:
    core.note(
        kind,
        task=task.arn,
        cluster=task.host.cluster.name,
        instance=task.host.instance.id,
        host=task.host.arn,
        service=task.service.name if task.service else None,
        **data,
    )
