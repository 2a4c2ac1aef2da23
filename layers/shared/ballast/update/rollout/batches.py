"""Which staged instances drain together now? As many as the budget allows and for which all tasks fit elsewhere at once.

A batch ends before the next one begins, so that its tasks land on instances that come back empty and are not drained again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta

from ballast.drain.budget import budget_objection, budget_of, out_of_service
from ballast.drain.proof import first_reason, unplaced
from ballast.drain.start import begin
from ballast.drain.voluntary import objection
from ballast.facts.fleet import Fleet, Host
from ballast.facts.task import TaskKind
from ballast.facts.view import InstanceStatus
from ballast.facts.zones import not_counted, rooms
from ballast.plans.action import Action
from ballast.plans.actions import Claim
from ballast.plans.plan import next_revision
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.value import dataclass
from ballast.words.incident import count, few

PREPARING = (Stage.CHECKING, Stage.STAGING)
BEFORE_DRAIN = (*PREPARING, Stage.STAGED)
NOT_STAGED = "no instance is staged"
ALL_GONE = "as many as the wave allows have gone"
STRAGGLES_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Batch:
    """`held`: why a staged instance is not among them, by instance id; `waits`: why none is, whatever the instances."""

    hosts: tuple[Host, ...] = ()
    held: dict[str, str] = field(default_factory=dict)
    waits: str | None = None


def staged(fleet: Fleet) -> tuple[Host, ...]:
    """In the order in which they go: fewest tasks first, last those whose tasks nobody moves."""
    found = (h for h in fleet.hosts if h.update and h.update.stage is Stage.STAGED and h.disruption is None)
    return tuple(sorted(found, key=lambda h: (_waits_for_tasks(h), h.view.counted_tasks, h.id)))


def is_out(host: Host, now: datetime) -> bool:
    """Whether the next batch waits for this instance; one that drains for long takes its budget, but holds up nobody."""
    update = host.update
    if update is None or update.settled or update.stage in (*BEFORE_DRAIN, Stage.REPLACING):
        return False
    if update.stage is Stage.DRAINING and now - update.since >= STRAGGLES_AFTER:
        return False
    return host.instance.status is not InstanceStatus.ACTIVE or update.stage in (Stage.DRAINING, Stage.REBOOTING)


def waits_for(fleet: Fleet, most: int, now: datetime) -> str | None:
    """Why no batch can begin yet, as far as that shows before anybody looks at the tasks of the staged ones."""
    candidates = staged(fleet)
    if not candidates:
        return NOT_STAGED
    out = [f"{host.id} ({host.update.stage})" for host in fleet.hosts if host.update and is_out(host, now)]
    if out:
        return f"the last batch is not back yet: {', '.join(few(out))}"
    if most <= 0:
        return ALL_GONE
    preparing = any(host.update and host.update.stage in PREPARING for host in fleet.hosts)
    if preparing and len(candidates) < min(most_at_once(fleet) - len(fleet.in_flight), most):
        return "others are about to be staged"
    return None


def most_at_once(fleet: Fleet) -> int:
    """By its budget, as far as ECS tells how many instances there are."""
    return max(1, fleet.policy.budget_of(max(fleet.cluster.instances, len(fleet.everybody))))


def choose_batch(fleet: Fleet, most: int, now: datetime) -> Batch:
    """At most as many as the wave allows. The hosts must have been looked up with their tasks and neighbours."""
    if waits := waits_for(fleet, most, now):
        return Batch(waits=waits)
    candidates = staged(fleet)
    first = candidates[0].view
    free = budget_of(first) - len(fleet.in_flight) - out_of_service(first)
    if free <= 0:
        # The view's own in-flight ones are those of the fleet: a batch is chosen for all of it at once.
        return Batch(
            waits=budget_objection(replace(first, in_flight=fleet.in_flight)) or "the disruption budget is used up"
        )
    free = min(free, most)
    chosen: list[Host] = []
    held: dict[str, str] = {}
    for host in candidates:
        why = objection(host.view, now) or _does_not_fit(host, chosen)
        if why:
            held[host.id] = why
        elif len(chosen) < free:
            chosen.append(host)
    return Batch(tuple(chosen), held)


def _waits_for_tasks(host: Host) -> bool:
    return any(task.kind is TaskKind.STANDALONE for task in host.view.tasks or ())


def begin_batch(batch: Sequence[Host], wave: int, now: datetime) -> tuple[Action, ...]:
    """The drain is claimed first: an instance whose drain is on record goes on, whatever becomes of this function."""
    actions: list[Action] = []
    for host in batch:
        update, membership = host.update, host.view.membership
        assert update is not None  # noqa: S101 - staged says so
        wanted = Disruption(
            cluster=update.cluster,
            instance_id=host.id,
            reason=Reason.BOTTLEROCKET_UPDATE,
            phase=Phase.WAITING,
            forced=False,
            started_at=now,
            group=membership.group if membership else None,
        )
        actions += begin(host.view, wanted, None, now).actions
        actions.append(Claim(_drains(update, wave, now), update))
    return tuple(actions)


def _drains(update: InstanceUpdate, wave: int, now: datetime) -> InstanceUpdate:
    return next_revision(replace(update, stage=Stage.DRAINING, since=now, wave=wave, asked=None, command_id=None))


def _does_not_fit(host: Host, chosen: Sequence[Host]) -> str | None:
    """The capacity proof of the whole batch: where would all of its tasks go?"""
    going = {h.id for h in (*chosen, host)}
    provider = host.instance.capacity_provider
    tasks = [t for h in (*chosen, host) if h.instance.capacity_provider == provider for t in h.view.left]
    groups = host.view.capacity or ()
    staying = [n for n in rooms(host.view.neighbours or (), groups) if n.instance_id not in going]
    services = {name: s for h in (*chosen, host) for name, s in h.view.services.items()}
    misfits = unplaced(tasks, staying, provider, services)
    if not misfits:
        return None
    fit = f"{len(misfits)} of the batch's {count(len(tasks), 'task')} would fit on no instance that stays{not_counted(groups)}"
    return f"{fit}: {first_reason(misfits)}"
