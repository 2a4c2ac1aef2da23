"""Does what a group launched serve? As in place: registered, agent connected, exactly the target, and tasks start there.

Auto Scaling asks for none of that: an instance that EC2 has running counts as replaced, whatever it does.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from ballast.facts.fleet import Fleet, Host, on_target
from ballast.facts.view import ContainerInstance
from ballast.records.rollout import Rollout
from ballast.value import dataclass

UNWELL_FOR = timedelta(minutes=3)  # agents reconnect and tasks come and go; what lasts is no accident


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an instance is not verified, by its id. `wrong`: it never will be. `overdue`: it has had its time."""

    wrong: Mapping[str, str]
    overdue: Mapping[str, str]
    waits: Mapping[str, str]

    @property
    def good(self) -> bool:
        return not (self.wrong or self.overdue or self.waits)


def verify(fleet: Fleet, rollout: Rollout, since: datetime | None, now: datetime, *, launches_target: bool) -> Verdict:
    """All that the group has launched since then, by EC2's and Auto Scaling's clock; None: nothing has been launched yet.

    `launches_target`: what it launches boots nothing but the target; otherwise what runs another version is not asked.
    """
    wrong: dict[str, str] = {}
    overdue: dict[str, str] = {}
    waits: dict[str, str] = {}
    for instance_id, launched_at, why in _unverified(fleet, rollout, since) if since else ():
        if isinstance(why, _Wrong):
            if launches_target:
                wrong[instance_id] = str(why)
        elif launched_at and now - launched_at >= fleet.policy.updates.return_time:
            overdue[instance_id] = why
        else:
            waits[instance_id] = why
    return Verdict(wrong, overdue, waits)


class _Wrong(str):
    """A reason that does not pass."""

    __slots__ = ()


def _unverified(fleet: Fleet, rollout: Rollout, since: datetime) -> Iterator[tuple[str, datetime | None, str]]:
    """With its launch, after which it has some time; None while a hook may still hold it."""
    hosts = {host.id: host for host in fleet.hosts}
    records = {instance.instance_id: instance for instance in fleet.everybody}
    for instance_id in (*fleet.unregistered, *records):
        membership, record = fleet.members.get(instance_id), records.get(instance_id)
        if (
            membership is None
            or membership.group != rollout.refreshing
            or not _is_new(fleet, instance_id, record, since)
        ):
            continue
        if not (membership.in_service or membership.launches):
            continue
        why = _why_not(record, hosts.get(instance_id), fleet, rollout)
        if why:
            yield instance_id, None if membership.launches else fleet.launched_at.get(instance_id, since), why


def _is_new(fleet: Fleet, instance_id: str, record: ContainerInstance | None, since: datetime) -> bool:
    """By EC2's word: an agent that lost its data registers again. One that EC2 does not know (yet) and ECS neither is new."""
    known_at = fleet.launched_at.get(instance_id)
    if known_at is None:
        return record is None
    return known_at >= since


def _why_not(record: ContainerInstance | None, host: Host | None, fleet: Fleet, rollout: Rollout) -> str | None:
    if record is None:
        return "it has not registered in ECS"
    if (record.variant, record.arch) != fleet.kind:
        runs = f"{record.variant} {record.arch}" if record.variant else "no Bottlerocket"
        return _Wrong(f"it runs {runs} instead of {' '.join(fleet.kind)}")
    if not record.agent_connected:
        return "its ECS agent is not connected"
    if host is None or host.version is None:
        return "SSM does not know which version it runs"
    if not on_target(host, rollout):
        return _Wrong(f"it runs {host.version} instead of {rollout.target}")
    if record.pending_tasks and not record.running_tasks:
        return "its tasks do not start"
    return None
