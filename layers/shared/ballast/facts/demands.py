"""What does a task ask of its host beside CPU, memory and ports, and what does a host offer?"""

from __future__ import annotations

from dataclasses import field

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Demands:
    """Of a task definition: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html."""

    attributes: frozenset[str] = frozenset()  # names of those that the host must have
    expressions: tuple[str, ...] = ()  # memberOf
    gpus: int = 0
    own_interface: bool = False  # network mode awsvpc


@dataclass(frozen=True, slots=True)
class Constraints:
    """Of a service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html.

    `hosts`: ARNs of the container instances that run a task of it; None where nobody looked.
    """

    expressions: tuple[str, ...] = ()
    distinct: bool = False
    hosts: frozenset[str] | None = field(default=None)


# Network interfaces for tasks, the least that any type of the size has; one of its interfaces is the instance's own.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html
_SMALL = {"nano": 1, "micro": 1, "small": 1, "medium": 1}
_LARGER = 2
# The same with ENI trunking: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/eni-trunking-supported-instance-types.html
_TRUNKED = {"medium": 4, "large": 10, "xlarge": 18, "2xlarge": 38}
_TRUNKED_LARGER = 54


def least_task_interfaces(instance_type: str | None, *, trunking: bool) -> int:
    """How many tasks of network mode awsvpc an instance of the type takes at least; 0 where the type is not known."""
    if instance_type is None:
        return 0
    size = instance_type.partition(".")[2]
    return _TRUNKED.get(size, _TRUNKED_LARGER) if trunking else _SMALL.get(size, _LARGER)
