"""Valid domain values of the draining core; a test names only what matters to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ballast.drain.events import InstanceTerminating
from ballast.drain.triggers import OUR_HOOK, Trigger
from ballast.facts.capacity import GroupCapacity
from ballast.facts.demands import Demands
from ballast.facts.group import GroupMembership
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import Cluster, ContainerInstance, InstanceStatus, Provider, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption, Hook, Phase, Reason
from ballast.records.pause import Pause
from ballast.records.watch import Watch, WatchKind

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLUSTER = "prod"
GROUP = "web"
INSTANCE_ID = "i-0123456789abcdef0"
ARN = "arn:aws:ecs:eu-central-1:123456789012:"

_CLUSTER = Cluster(
    CLUSTER,
    f"{ARN}cluster/{CLUSTER}",
    providers=(Provider("web-provider", GROUP, managed_draining=False),),
    groups=(GROUP,),
    instances=10,
    refreshed_at=NOW,
)
_INSTANCE = ContainerInstance(
    arn=f"{ARN}container-instance/{CLUSTER}/0123456789abcdef0123456789abcdef",
    cluster=CLUSTER,
    instance_id=INSTANCE_ID,
    status=InstanceStatus.ACTIVE,
    agent_connected=True,
    running_tasks=2,
    pending_tasks=0,
    capacity_provider="web-provider",
    free_cpu_units=1024,
    free_memory_mib=2048,
)
_TASK = Task(
    arn=f"{ARN}task/{CLUSTER}/a",
    group="service:api",
    kind=TaskKind.SERVICE,
    last_status="RUNNING",
    cpu_units=256,
    memory_mib=512,
    demands=Demands(),
)
_SERVICE = Service("api", desired=2, running=2, pending=0)
_MEMBERSHIP = GroupMembership(GROUP, "InService")
_HOOK = Hook(GROUP, OUR_HOOK, "token", heartbeat_timeout_s=900, held_since=NOW, waits_since=NOW)
_DISRUPTION = Disruption(
    cluster=CLUSTER,
    instance_id=INSTANCE_ID,
    reason=Reason.SPOT_INTERRUPTION,
    phase=Phase.DRAINING,
    forced=True,
    started_at=NOW,
    deadline=NOW + timedelta(minutes=2),
    goes_at=NOW + timedelta(minutes=2),
    tasks_at_start=2,
    container_instance=_INSTANCE.arn,
    revision=2,
)
_WATCH = Watch(CLUSTER, WatchKind.FOREIGN_DRAIN, INSTANCE_ID, NOW)
_TERMINATING = InstanceTerminating(INSTANCE_ID, GROUP, OUR_HOOK, NOW, "token", CLUSTER)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def after(number: float) -> datetime:
    """So many minutes after NOW."""
    return NOW + minutes(number)


def a_policy(**changes: Any) -> Policy:
    return Policy(**changes)


def a_cluster(policy: Policy | None = None, **changes: Any) -> Cluster:
    return replace(_CLUSTER, policy=policy or Policy(), **changes)


def a_container_instance(number: int | None = None, **changes: Any) -> ContainerInstance:
    """With a number: one of its neighbours."""
    if number is not None:
        own = {"arn": f"{ARN}container-instance/{CLUSTER}/{number:032x}", "instance_id": f"i-{number:017x}"}
        changes = own | changes
    return replace(_INSTANCE, **changes)


def a_group(*instances: ContainerInstance, **changes: Any) -> GroupCapacity:
    """With all that it should have: these."""
    own = GroupCapacity(GROUP, len(instances), frozenset(i.instance_id for i in instances))
    return replace(own, **changes)


def a_draining_instance(**changes: Any) -> ContainerInstance:
    return a_container_instance(status=InstanceStatus.DRAINING, **changes)


def a_task(name: str = "a", **changes: Any) -> Task:
    return replace(_TASK, arn=f"{ARN}task/{CLUSTER}/{name}", **changes)


def a_standalone_task(name: str = "b", **changes: Any) -> Task:
    return a_task(name, group="family:export", kind=TaskKind.STANDALONE, **changes)


def a_daemon(name: str = "c", **changes: Any) -> Task:
    return a_task(name, group="service:logs", kind=TaskKind.DAEMON, **changes)


def a_service(name: str = "api", **changes: Any) -> Service:
    return replace(_SERVICE, name=name, **changes)


def a_membership(**changes: Any) -> GroupMembership:
    return replace(_MEMBERSHIP, **changes)


def a_hook(**changes: Any) -> Hook:
    return replace(_HOOK, **changes)


def a_disruption(**changes: Any) -> Disruption:
    """A Spot interruption that drains."""
    return replace(_DISRUPTION, **changes)


def a_scale_in(**changes: Any) -> Disruption:
    """A drain that our lifecycle hook waits for."""
    own = {
        "reason": Reason.LIFECYCLE_HOOK,
        "hook": a_hook(),
        "group": GROUP,
        "deadline": after(60),
        "goes_at": None,
    }
    return a_disruption(**(own | changes))


def a_voluntary(**changes: Any) -> Disruption:
    """A drain before a retirement in ten days."""
    own = {
        "reason": Reason.SCHEDULED_CHANGE,
        "forced": False,
        "group": GROUP,
        "deadline": after(60),
        "goes_at": NOW + timedelta(days=10),
    }
    return a_disruption(**(own | changes))


def a_waiting(**changes: Any) -> Disruption:
    own = {
        "phase": Phase.WAITING, "deadline": None, "retry_at": after(10), "revision": 1, "container_instance": None,
    }  # fmt: skip
    return a_voluntary(**(own | changes))


def a_view(disruption: Disruption | None = None, **changes: Any) -> View:
    """Of an instance that is registered; nothing else is looked up."""
    return replace(View(a_cluster(), INSTANCE_ID, a_container_instance(), disruption), **changes)


def a_draining_view(disruption: Disruption | None = None, **changes: Any) -> View:
    return replace(View(a_cluster(), INSTANCE_ID, a_draining_instance(), disruption), **changes)


def a_judged_view(disruption: Disruption | None = None, **changes: Any) -> View:
    """Of an instance that may be drained voluntarily: one task, and a neighbour with room for it."""
    looked_up: dict[str, Any] = {
        "membership": a_membership(),
        "tasks": (a_task(),),
        "services": {"api": a_service()},
        "neighbours": (a_container_instance(1), a_container_instance(2)),
        "capacity": (),
    }
    return a_view(disruption, **(looked_up | changes))


def a_watch(**changes: Any) -> Watch:
    return replace(_WATCH, **changes)


def a_terminating(**changes: Any) -> InstanceTerminating:
    return replace(_TERMINATING, **changes)


def a_spot_trigger(**changes: Any) -> Trigger:
    ends = after(2)
    return replace(Trigger(INSTANCE_ID, Reason.SPOT_INTERRUPTION, NOW, ends, ends), **changes)


def a_hook_trigger(**changes: Any) -> Trigger:
    trigger = Trigger(INSTANCE_ID, Reason.LIFECYCLE_HOOK, NOW, after(60), hook=a_terminating())
    return replace(trigger, **changes)


def a_stopping_trigger() -> Trigger:
    return Trigger(INSTANCE_ID, Reason.INSTANCE_STOPPING, NOW, NOW, NOW)


def a_rebalance_trigger(**changes: Any) -> Trigger:
    return replace(Trigger(INSTANCE_ID, Reason.REBALANCE_RECOMMENDATION, NOW, forced=False), **changes)


def a_retirement_trigger(**changes: Any) -> Trigger:
    """In ten days."""
    date = NOW + timedelta(days=10)
    return replace(Trigger(INSTANCE_ID, Reason.SCHEDULED_CHANGE, NOW, after(60), date, forced=False), **changes)


def acts(plan: Plan) -> tuple[Action, ...]:
    """Everything in the plan but its notices."""
    return tuple(action for action in plan.actions if not isinstance(action, Tell))


def claimed_by(plan: Plan) -> Disruption:
    """What the plan's first action puts into the ledger."""
    claim = plan.actions[0]
    assert isinstance(claim, Claim)
    assert isinstance(claim.after, Disruption)
    return claim.after


def closes(known: Disruption, *actions: Action) -> tuple[Action, ...]:
    """Fenced by a claim, so that nothing is done or said if another function has taken it further."""
    held = next_revision(known)
    return (Claim(held, known), *actions, Record(held, None))


def codes(*plans: Plan) -> list[str]:
    """The codes of the notices that the plans tell."""
    return [action.notice.code for plan in plans for action in plan.actions if isinstance(action, Tell)]


def load_event(name: str) -> dict[str, Any]:
    """A payload of events/, by its file name without `.json`."""
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event


def a_brake(until: float = 60, **changes: Any) -> Pause:
    """By jo, so many minutes from NOW."""
    return replace(Pause(CLUSTER, "jo", NOW, after(until), "release day"), **changes)


class TimeLeft:
    """What Lambda's context tells of a run."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return self._seconds * 1000


PLENTY = TimeLeft(25)
