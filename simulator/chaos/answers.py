"""What AWS answers on a bad day: late, in part, not at all; for some minutes each."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.chaos.draw import Act
from simulator.chaos.hosts import OF_A_CLUSTER, SECOND
from simulator.iam import ecs_asks, host_asks
from simulator.world.ec2.answers import Refusal

CALLS = (
    ("ec2", "DescribeInstances"),
    ("autoscaling", "DescribeAutoScalingInstances"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("autoscaling", "DescribeLifecycleHooks"),
    ("autoscaling", "RecordLifecycleActionHeartbeat"),
    ("ecs", "ListContainerInstances"),
    ("ecs", "DescribeContainerInstances"),
    ("ecs", "ListTasks"),
    ("ecs", "DescribeTasks"),
    ("ecs", "DescribeClusters"),
    ("ecs", "DescribeCapacityProviders"),
)
# Whatever else a function of ours may ask of them, changes included.
OTHER_CALLS = tuple(
    (service, operation)
    for service, operations in {"ecs": ecs_asks.OPERATIONS, **host_asks.OPERATIONS}.items()
    for operation in operations
    if (service, operation) not in CALLS
)
# Where it keeps what it knows, and through which it tells.
STORES = (
    *(("dynamodb", verb) for verb in ("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")),
    ("events", "PutEvents"),
    ("secretsmanager", "GetSecretValue"),
    ("sns", "Publish"),
    ("sqs", "SendMessage"),
)

CONFIRMED_AFTER_S = 60.0


def describe_lags(act: Act) -> None:
    def lag() -> str:
        by_s = act.rng.choice((5.0, 20.0, 60.0))
        act.where.world.lag_describe_instances(by_s)
        act.where.clock.after(act.rng.uniform(120, 900), lambda: act.where.world.lag_describe_instances(0.0))
        return f"by {by_s:.0f} s"

    act.at_some_time("DescribeInstances lags", lag)


def hidden(act: Act) -> None:
    def hide() -> str | None:
        instance = act.instance(drained_rather=0.5)
        if instance is not None:
            for_s = act.rng.choice((20.0, 100.0, 400.0))
            # Whom EC2 and its group do not know for more than a minute is gone by our definition (decision 0018).
            everywhere = act.rng.random() < 0.3 and for_s < CONFIRMED_AFTER_S
            act.where.world.hide_instance(instance, for_s, from_group=everywhere)
        return instance

    for _ in act.times(1, 4):
        act.at_some_time("unknown to EC2", hide)


def missing(act: Act) -> None:
    def miss() -> str | None:
        instance = act.instance(drained_rather=0.5)
        if instance is not None and instance in act.where.world.registry.records:
            which = act.rng.choice(((), ("DescribeContainerInstances",), ("UpdateContainerInstancesState",)))
            act.where.world.answer_missing(instance, for_s=act.rng.choice((30.0, 150.0, 400.0)), operations=which)
            return f"{instance} {' '.join(which)}"
        return None

    for _ in act.times(1, 4):
        act.at_some_time("MISSING", miss)


def lists_lag(act: Act) -> None:
    def lag() -> str:
        by_s = act.rng.choice((5.0, 20.0, 60.0))
        act.where.world.lag_lists("prod", by_s)
        act.where.clock.after(act.rng.uniform(120, 900), lambda: act.where.world.lag_lists("prod", 0.0))
        return f"by {by_s:.0f} s"

    act.at_some_time("lists lag", lag)


def calls_refused(act: Act) -> None:
    """Denied for five minutes at most, throttled for ten."""
    for _ in act.times(1, 2):
        act.at_some_time("refused", lambda: _refuse(act, CALLS), until=50)


def other_calls_refused(act: Act) -> None:
    for _ in act.times(2, 5):
        act.at_some_time("refused", lambda: _refuse(act, OTHER_CALLS), until=50)


def stores_refused(act: Act) -> None:
    """For three minutes at most: what fails longer is left in a queue, and with people."""
    for _ in act.times(1, 4):
        act.at_some_time("refused", lambda: _refuse(act, STORES, most_s=180), until=50)


def _refuse(act: Act, calls: Sequence[tuple[str, str]], most_s: float = 600) -> str:
    service, operation = act.rng.choice(calls)
    how: Refusal = "denied" if act.rng.random() < 0.5 else "throttled"
    for_s = act.rng.uniform(60, most_s / 2 if how == "denied" else most_s)
    act.where.world.refuse_calls(service, operation, how, for_s=for_s)
    return f"{service}:{operation} {how} for {for_s:.0f} s"


def cluster_refused(act: Act) -> None:
    def refuse() -> str:
        clusters = act.where.world.clusters
        cluster = SECOND if SECOND in clusters and act.rng.random() < 0.5 else "prod"
        code, for_s = act.rng.choice(OF_A_CLUSTER), act.rng.uniform(60, 400)
        act.where.world.refuse(cluster, code, for_s=for_s)
        return f"{cluster} {code} for {for_s:.0f} s"

    act.at_some_time("cannot be asked", refuse, until=50)


def group_refused(act: Act) -> None:
    def refuse() -> str | None:
        group = act.group()
        if group is None:
            return None
        how: Refusal = "denied" if act.rng.random() < 0.5 else "throttled"
        for_s = act.rng.uniform(60, 500)
        act.where.world.refuse_group(group, how, for_s=for_s)
        return f"{group} {how} for {for_s:.0f} s"

    act.at_some_time("cannot be asked", refuse, until=50)


def cluster_status(act: Act) -> None:
    """Only INACTIVE is left out: whoever deletes a cluster has no instances in it."""

    def change() -> str:
        clusters = act.where.world.clusters
        cluster = SECOND if SECOND in clusters and act.rng.random() < 0.5 else "prod"
        status = act.rng.choice(("FAILED", "FAILED", "PROVISIONING", "DEPROVISIONING"))
        act.where.world.set_cluster_status(cluster, status)
        for_s = act.rng.uniform(120, 900)
        act.where.clock.after(for_s, lambda: act.where.world.set_cluster_status(cluster, "ACTIVE"))
        return f"{cluster} {status} for {for_s:.0f} s"

    act.at_some_time("status", change, until=45)
