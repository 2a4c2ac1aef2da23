"""Which of several records of one EC2 id is the instance?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ballast.facts.view import ContainerInstance, InstanceStatus

NEVER = datetime.min.replace(tzinfo=UTC)


def the_record(records: Iterable[ContainerInstance]) -> ContainerInstance | None:
    """Of several records of one EC2 id the instance: the connected one, then the newest, then one with tasks.

    An agent that lost its data, or was told of another cluster, registers again; its old record stays behind.
    """
    return max(records, key=_standing, default=None)


def _standing(record: ContainerInstance) -> tuple[bool, datetime, bool, int]:
    drains, tasks = record.status is InstanceStatus.DRAINING, record.running_tasks + record.pending_tasks
    return record.agent_connected, record.registered_at or NEVER, drains, tasks


def by_instance_id(records: Iterable[ContainerInstance]) -> dict[str, list[ContainerInstance]]:
    found: dict[str, list[ContainerInstance]] = {}
    for record in records:
        found.setdefault(record.instance_id, []).append(record)
    return found


def the_records(records: Iterable[ContainerInstance]) -> dict[str, ContainerInstance]:
    """By EC2 id the one that stands for the instance."""
    return {i: one for i, some in by_instance_id(records).items() if (one := the_record(some))}
