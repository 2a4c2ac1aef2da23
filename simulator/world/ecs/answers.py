"""What ECS answers on a bad day: missing ones, old lists, refusals for one cluster, clusters that are not ACTIVE.

Nothing of it happens unless a scenario says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Protocol

from simulator.clock import Clock
from simulator.world.core.core import ACCOUNT_ID, Output, Params, arn
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Cluster, ContainerInstance, Status, Task

FOR_EVER = float("inf")
# What each call that answers with `failures` asks for, and the key of what it found.
ASKED = {
    "DescribeCapacityProviders": ("capacityProviders", "capacityProviders"),
    "DescribeClusters": ("clusters", "clusters"),
    "DescribeContainerInstances": ("containerInstances", "containerInstances"),
    "DescribeServices": ("services", "services"),
    "DescribeTasks": ("tasks", "tasks"),
    "GetTaskProtection": ("tasks", "protectedTasks"),
    "UpdateContainerInstancesState": ("containerInstances", "containerInstances"),
}
# Both were seen; the API reference names no error for an INACTIVE cluster.
# https://github.com/gruntwork-io/cloud-nuke/issues/145
INACTIVE_ERRORS = (
    ("ClusterNotFoundException", "Cluster not found."),
    ("InvalidParameterException", "The specified cluster is inactive. Specify an active cluster and try again."),
)
MESSAGES = {
    "AccessDeniedException": f"User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/ballast/ballast is not authorized to perform:"
    " ecs:{operation} on resource: {resource} because no identity-based policy allows the action",
    "ThrottlingException": "Rate exceeded",
    "ServerException": "Service Unavailable. Please try again later.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    cluster: str
    code: str
    operations: frozenset[str]  # empty: all of them
    until_s: float


class EcsAnswers:
    """`clusters` are those of the world; `rng` is only looked at, so that nothing else changes."""

    def __init__(self, clock: Clock, rng: Random, clusters: Mapping[str, Cluster]) -> None:
        self._clock = clock
        self._clusters = clusters
        reading = Random()
        reading.setstate(rng.getstate())
        self.inactive_error = reading.choice(INACTIVE_ERRORS)
        self.lists_inactive = reading.random() < 0.5  # "may remain discoverable" (API_Cluster)
        self.missing: dict[str, tuple[float, frozenset[str]]] = {}  # by the last part of the ARN
        self.refusals: list[Refusal] = []
        self.list_lag_s: dict[str, float] = {}  # by cluster

    def refuse(self, operation: str, params: Params) -> None:
        """Raise the error of a cluster that refuses this call; DescribeClusters fails for all that it names."""
        named = [params["cluster"]] if params.get("cluster") else params.get("clusters", ())
        for name in (str(name).rpartition("/")[2] for name in named):
            for refusal in self.refusals:
                if refusal.cluster != name or refusal.until_s <= self._clock.now_s:
                    continue
                if not refusal.operations or operation in refusal.operations:
                    resource = arn("ecs", f"cluster/{name}")
                    message = MESSAGES.get(refusal.code, refusal.code)
                    status = 500 if refusal.code == "ServerException" else 400
                    raise AwsError(refusal.code, message.format(operation=operation, resource=resource), status)
            cluster = self._clusters.get(name)
            if cluster is not None and cluster.status == "INACTIVE" and operation != "DescribeClusters":
                raise AwsError(*self.inactive_error)

    def is_missing(self, operation: str, name: str) -> bool:
        until_s, operations = self.missing.get(name.rpartition("/")[2], (0.0, frozenset()))
        return self._clock.now_s < until_s and (not operations or operation in operations)

    def lists(self, host: ContainerInstance) -> bool:
        """Whether ListContainerInstances shows it, as of `list_lag_s` ago.

        "The Amazon ECS API follows an eventual consistency model."
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
        """
        lag_s = self.list_lag_s.get(host.cluster.name, 0.0)
        if not lag_s:
            return host.status is not Status.INACTIVE
        then_s = self._clock.now_s - lag_s
        ended_s = host.deregistered_at_s
        return host.registered_at_s <= max(0.0, then_s) and (ended_s is None or ended_s > then_s)

    def listed_status(self, task: Task) -> str | None:
        """The desired status by which ListTasks finds it; None: it is not known yet."""
        lag_s = self.list_lag_s.get(task.host.cluster.name, 0.0)
        if not lag_s:
            return task.desired_status
        then_s = self._clock.now_s - lag_s
        if task.created_at_s > max(0.0, then_s):
            return None
        ended_s = task.stopped_at_s if task.stopping_at_s is None else task.stopping_at_s
        return "RUNNING" if ended_s is None or ended_s > then_s else "STOPPED"


class Troubled(Protocol):
    """The part of the world that this module needs."""

    ecs_answers: EcsAnswers


def troubled[W: Troubled](
    operations: Mapping[str, Callable[[W, Params, str], Output]],
) -> dict[str, Callable[[W, Params, str], Output]]:
    """The operations as they answer on a bad day."""
    return {name: _troubled(name, operation) for name, operation in operations.items()}


def _troubled[W: Troubled](
    name: str, operation: Callable[[W, Params, str], Output]
) -> Callable[[W, Params, str], Output]:
    def answer(world: W, params: Params, actor: str) -> Output:
        answers = world.ecs_answers
        answers.refuse(name, params)
        asked, found = ASKED.get(name, ("", ""))
        lost = [each for each in params.get(asked, ()) if answers.is_missing(name, each)] if answers.missing else []
        if not lost:
            return operation(world, params, actor)
        left = [each for each in params[asked] if each not in lost]
        whole = operation(world, {**params, asked: left}, actor) if left else {found: [], "failures": []}
        return {**whole, "failures": [*whole.get("failures", ()), *_failures(name, lost)]}

    return answer


def _failures(operation: str, names: Iterable[str]) -> list[Output]:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html."""
    kind = "cluster/" if operation == "DescribeClusters" else ""
    return [
        {"arn": n if n.startswith("arn:") or not kind else arn("ecs", kind + n), "reason": "MISSING"} for n in names
    ]
