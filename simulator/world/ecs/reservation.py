"""CapacityProviderReservation, as a function of what there is and of what waits.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.records import Shape
from simulator.world.core.task_spec import TaskSpec

FROM_ZERO = 2  # instances that a group of none starts; https://github.com/aws/containers-roadmap/issues/1716


def per_instance(shape: Shape, spec: TaskSpec) -> int:
    """Tasks of one shape that an empty instance takes: vCPU, memory, network interfaces, ports and GPUs."""
    if spec.launch_type != "EC2":
        return 0
    most = 1 if spec.host_ports or spec.distinct_instance else shape.cpu
    if spec.gpus:
        most = min(most, shape.gpus // spec.gpus)
    if spec.awsvpc:
        most = min(most, shape.task_enis)
    return min(shape.cpu // max(1, spec.cpu), shape.memory_mib // max(1, spec.memory_mib), most)


def instances_to_add(
    waiting: Iterable[TaskSpec], types: Sequence[Shape], rules: ScalingRules, *, groups_add_up: bool
) -> int:
    """For the tasks in PROVISIONING: between the smallest and the largest step, or 0 when no group of them counts.

    Tasks of equal requirements are a group, packed on an instance that is the largest of the types in each
    parameter. A group that does not fit the smallest in each parameter is left out, for ever.
    """
    smallest, largest = _bound(types, min), _bound(types, max)
    groups: dict[object, list[TaskSpec]] = {}
    for spec in waiting:
        groups.setdefault((spec.cpu, spec.memory_mib, spec.gpus, spec.awsvpc, spec.host_port), []).append(spec)
    needed = [
        ceil(len(group) / per_instance(largest, group[0]))
        for group in groups.values()
        if per_instance(smallest, group[0])
    ]
    if not needed:
        return 0
    extra = sum(needed) if groups_add_up else max(needed)
    return max(rules.minimum_step, min(rules.maximum_step, extra))


def reservation(needed: int, running: int) -> float:
    """In percent: 100 x M / N; 200 where nothing runs and something is needed, 100 where nothing is."""
    if running == 0:
        return 200.0 if needed else 100.0
    return 100.0 * needed / running


def least_size(needed: int, target: int) -> int:
    """The size at which the reservation is not above the target."""
    return -(-100 * needed // target)


def scaled_in(desired: int, wanted: int, minimum: int) -> int:
    """A minute's step down to what is wanted: "at least one", and less than half."""
    step = max(1, ceil(desired / 2) - 1)
    return max(wanted, desired - step, minimum)


def _bound(types: Sequence[Shape], pick: Callable[[Iterable[int]], int]) -> Shape:
    return Shape(
        "",
        cpu=pick(t.cpu for t in types),
        memory_mib=pick(t.memory_mib for t in types),
        gpus=pick(t.gpus for t in types),
        task_enis=pick(t.task_enis for t in types),
    )
