"""What a task asks of its host beside CPU, memory and a port.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.world.core.records import ContainerInstance
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.container_instance_shapes import attributes
from simulator.world.ecs.query_language import test_of

type Asks = Callable[[ContainerInstance, TaskSpec], bool]


def satisfies(host: ContainerInstance, spec: TaskSpec) -> bool:
    if spec.undemanding:
        return not host.instance.external
    enough = host.free_gpus >= spec.gpus and _has_eni(host, spec)
    return enough and all(holds(host, spec) for holds in CONSTRAINTS.values())


def _has_attributes(host: ContainerInstance, spec: TaskSpec) -> bool:
    """Tasks of launch type EXTERNAL run on external instances only, those of EC2 on none of them.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
    """
    if host.instance.external is not (spec.launch_type == "EXTERNAL"):
        return False
    if not spec.requires_attributes:
        return True
    return {str(attribute["name"]) for attribute in attributes(host)}.issuperset(spec.requires_attributes)


def _is_member(host: ContainerInstance, spec: TaskSpec) -> bool:
    return all(_meets(host, expression) for expression in (*spec.member_of, *spec.also_member_of))


def _meets(host: ContainerInstance, expression: str) -> bool:
    """What this model cannot read no host meets; scenarios are refused it, but a real cluster may have it."""
    try:
        return test_of(expression)(host)
    except ValueError:
        return False


def _is_distinct(host: ContainerInstance, spec: TaskSpec) -> bool:
    """Amazon ECS looks at the desired status: beside a task that is told to stop there is room for another.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html (distinctInstance)
    """
    if not spec.distinct_instance:
        return True
    return not any(
        task.spec.family == spec.family and task.desired_status == "RUNNING" for task in host.unfinished.values()
    )


def _has_eni(host: ContainerInstance, spec: TaskSpec) -> bool:
    """One network interface for a task in awsvpc mode (without trunking).

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
    """
    return not spec.awsvpc or host.free_enis > 0


# Each with the reason that ECS gives when no host is left.
CONSTRAINTS: Mapping[str, Asks] = {
    "ATTRIBUTE": _has_attributes,
    "MemberOf placement constraint unsatisfied.": _is_member,
    "DistinctInstance placement constraint unsatisfied.": _is_distinct,
}
RESOURCES: Mapping[str, Asks] = {
    "RESOURCE:MEMORY": lambda host, spec: host.free_memory_mib >= spec.memory_mib,
    "RESOURCE:CPU": lambda host, spec: host.free_cpu >= spec.cpu,
    "RESOURCE:GPU": lambda host, spec: host.free_gpus >= spec.gpus,
    "RESOURCE:ENI": _has_eni,
}
