"""Any situation that a decision of the draining core may see, for Hypothesis."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from ballast.drain.triggers import OUR_HOOK, Trigger
from ballast.facts.task import Task, TaskKind
from ballast.facts.view import ABSENT, InstanceStatus, Provider, View
from ballast.policy.policy import OnRebalance, Outcome, Policy, StandaloneTasks
from ballast.records.disruption import TAKEN_BY_EC2, Disruption, Hook, Phase, Reason
from tests.builders import (
    GROUP,
    INSTANCE_ID,
    a_cluster,
    a_container_instance,
    a_daemon,
    a_disruption,
    a_group,
    a_hook,
    a_membership,
    a_service,
    a_standalone_task,
    a_task,
    a_terminating,
    after,
)

OF_OTHER_FUNCTIONS = (Reason.BOTTLEROCKET_UPDATE, Reason.REBALANCING, Reason.REPAIR)
FROM_EVENTS = tuple(reason for reason in Reason if reason not in OF_OTHER_FUNCTIONS)
ALWAYS_FORCED = (*TAKEN_BY_EC2, Reason.LIFECYCLE_HOOK, Reason.ROOT_VOLUME)
moments = st.integers(-90, 90).map(after)
dates = st.integers(-60, 14 * 24 * 60).map(after)


def maybe[T](strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    """As `triggers_of` makes them, for one instance."""
    reason: Reason = draw(st.sampled_from(FROM_EVENTS))
    at, deadline = draw(moments), draw(moments)
    match reason:
        case Reason.SPOT_INTERRUPTION | Reason.CAPACITY_INTERRUPTION | Reason.INSTANCE_STOPPING:
            return Trigger(INSTANCE_ID, reason, at, deadline, deadline)
        case Reason.LIFECYCLE_HOOK | Reason.ROOT_VOLUME:
            hook = a_terminating(at=at, token=draw(st.sampled_from([None, "one", "two"])))
            return Trigger(INSTANCE_ID, reason, at, deadline, hook=hook)
        case Reason.SCHEDULED_CHANGE:
            goes_at = draw(dates)
            return Trigger(INSTANCE_ID, reason, at, min(deadline, goes_at), goes_at, forced=draw(st.booleans()))
        case (
            Reason.REBALANCE_RECOMMENDATION
            | Reason.BOTTLEROCKET_UPDATE
            | Reason.REBALANCING
            | Reason.REPAIR
            | Reason.DRILL
        ):
            return Trigger(INSTANCE_ID, reason, at, forced=False)


@st.composite
def hooks(draw: st.DrawFn) -> Hook:
    held = draw(st.integers(-90, 0).map(after))
    return a_hook(held_since=held, waits_since=held, completed=draw(st.booleans()), name=OUR_HOOK)


@st.composite
def disruptions(draw: st.DrawFn) -> Disruption:
    """Any that the ledger may hold; one that is forced is never being rolled back."""
    reason = draw(st.sampled_from(Reason))
    forced = reason in ALWAYS_FORCED or (reason is Reason.SCHEDULED_CHANGE and draw(st.booleans()))
    phases = set(Phase) - ({Phase.WAITING, Phase.ROLLING_BACK, Phase.ROLLED_BACK} if forced else set())
    foreign = draw(st.booleans())
    return a_disruption(
        reason=reason,
        forced=forced,
        phase=draw(st.sampled_from(sorted(phases - ({Phase.ROLLING_BACK} if foreign else set())))),
        foreign=foreign,
        started_at=draw(st.integers(-180, 0).map(after)),
        deadline=draw(maybe(moments)),
        goes_at=draw(maybe(dates)) if reason is not Reason.REBALANCE_RECOMMENDATION else None,
        retry_at=draw(maybe(moments)),
        hook=draw(maybe(hooks())) if forced else None,
        group=draw(st.sampled_from([None, GROUP])),
        unprotected=not forced and draw(st.booleans()),
        absent_since=draw(maybe(moments)),
        unlisted_since=draw(maybe(moments)),
        stopped_since=draw(maybe(moments)),
    )


def tasks() -> st.SearchStrategy[tuple[Task, ...]]:
    statuses = st.sampled_from(["PENDING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"])

    def one(kind: TaskKind, status: str, protected: int | None) -> Task:
        until = after(protected) if protected is not None and kind is TaskKind.SERVICE else None
        if kind is TaskKind.UNREAD:
            return a_task(kind=kind, last_status="UNKNOWN")
        make = {TaskKind.SERVICE: a_task, TaskKind.DAEMON: a_daemon, TaskKind.STANDALONE: a_standalone_task}[kind]
        return make(last_status=status, protected_until=until)

    each = st.builds(one, st.sampled_from(TaskKind), statuses, maybe(st.sampled_from([-5, 0, 5])))
    return st.lists(each, max_size=4).map(
        lambda found: tuple(replace(task, arn=f"{task.arn}{n}") for n, task in enumerate(found))
    )


def policies() -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        budget=st.sampled_from(["0", "1", "10%"]),
        scale_in_outcome=st.sampled_from([Outcome.FORCE, Outcome.ESCALATE]),
        voluntary_outcome=st.sampled_from(Outcome),
        standalone_tasks=st.sampled_from(StandaloneTasks),
        on_rebalance=st.sampled_from(OnRebalance),
        opted_out=st.sampled_from([None, "true", "2026-11-23T09:05:00"]),
        unreadable=st.sampled_from([(), (("ballast:budget", "x", "a number"),)]),
    )


@st.composite
def views(draw: st.DrawFn, known: st.SearchStrategy[Disruption | None]) -> View:
    """`known` is what the ledger holds."""
    cluster = a_cluster(
        draw(policies()),
        providers=(Provider("web-provider", GROUP, managed_draining=False), Provider("by-ecs", None, True)),  # noqa: FBT003
        daemon_services=draw(st.sampled_from([(), ("logs",)])),
    )
    instance = a_container_instance(
        status=draw(st.sampled_from(InstanceStatus)),
        agent_connected=draw(st.booleans()),
        running_tasks=draw(st.integers(0, 2)),
        pending_tasks=draw(st.integers(0, 1)),
        capacity_provider=draw(st.sampled_from(["web-provider", "by-ecs", None])),
    )
    member = a_membership(
        lifecycle_state=draw(st.sampled_from(["InService", "Terminating:Wait", "Standby", "ReplacingRootVolume:Wait"])),
        protected_from_scale_in=draw(st.booleans()),
    )
    percent = draw(st.sampled_from([(100, 200), (100, 100)]))
    return View(
        cluster,
        INSTANCE_ID,
        draw(st.sampled_from([instance, instance, instance, None])),
        draw(known),
        others=draw(st.sampled_from([(), (), (a_container_instance(2, instance_id=INSTANCE_ID),)])),
        unlisted=draw(st.booleans()),
        ec2_state=draw(st.sampled_from([None, "running", "shutting-down", "stopped", "terminated", ABSENT])),
        membership=(membership := draw(st.sampled_from([None, member]))),
        in_no_group=membership is None and draw(st.booleans()),
        hook_timeout_s=draw(st.sampled_from([None, 300, 900])),
        tasks=draw(maybe(tasks())),
        services={"api": a_service(minimum_healthy_percent=percent[0], maximum_percent=percent[1])},
        capacity=draw(st.sampled_from([None, (), (a_group(a_container_instance(1)),)])),
        neighbours=draw(st.sampled_from([None, (), (a_container_instance(1), a_container_instance(2))])),
    )
