"""Which rate limits does an AWS call meet? Token buckets per account and Region, on the virtual clock.

ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
Auto Scaling publishes no rates: EC2's are assumed. SSM's default of 40 transactions a second is that of GetParameters
(https://docs.aws.amazon.com/general/latest/gr/ssm.html), CloudWatch's 9 that of DescribeAlarms
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html); SendCommand's is assumed, and so is
that of Application Recovery Controller, whose code and status are those of its API reference
(https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListManagedResources.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.clock import Clock
from simulator.world.core.errors import AwsError

CODES = {
    "ecs": ("ThrottlingException", "Rate exceeded", 400),
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "autoscaling": ("Throttling", "Rate exceeded", 400),
    "ssm": ("ThrottlingException", "Rate exceeded", 400),
    "cloudwatch": ("Throttling", "Rate exceeded", 400),
    "arc-zonal-shift": ("ThrottlingException", "Rate exceeded", 429),
    "pricing": ("ThrottlingException", "Rate exceeded", 400),
}


@dataclass(slots=True)
class Bucket:
    """Holds up to `burst` tokens and gains `refill_per_s`."""

    burst: float
    refill_per_s: float
    tokens: float
    at_s: float = 0.0

    def take(self, now_s: float) -> bool:
        self.tokens = min(self.burst, self.tokens + (now_s - self.at_s) * self.refill_per_s)
        self.at_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


BUCKETS: dict[str, tuple[float, float]] = {  # burst, refill per second
    "ecs cluster resource read": (100, 20),
    "ecs cluster resource modify": (100, 40),
    "ecs service read": (100, 20),
    "ecs cluster read": (50, 20),
    "ecs task definition read": (50, 20),
    "ecs capacity provider read": (50, 20),
    "ecs task protection": (200, 80),
    "ec2 read": (100, 20),
    "ec2 unfiltered read": (50, 10),
    "ec2 modify": (50, 5),
    "autoscaling read": (100, 20),
    "autoscaling modify": (50, 5),
    "ssm read": (40, 40),
    "ssm modify": (10, 5),
    "cloudwatch read": (9, 9),
    "arc-zonal-shift read": (10, 10),
    "pricing read": (10, 10),
}
ECS_BUCKETS = {
    "DescribeContainerInstances": "ecs cluster resource read",
    "DescribeTasks": "ecs cluster resource read",
    "ListAttributes": "ecs cluster resource read",
    "ListContainerInstances": "ecs cluster resource read",
    "ListTasks": "ecs cluster resource read",
    "DeregisterContainerInstance": "ecs cluster resource modify",
    "StopTask": "ecs cluster resource modify",
    "UpdateContainerInstancesState": "ecs cluster resource modify",
    "DescribeServices": "ecs service read",
    "ListServices": "ecs service read",
    "DescribeClusters": "ecs cluster read",
    "ListClusters": "ecs cluster read",
    "DescribeTaskDefinition": "ecs task definition read",
    "DescribeCapacityProviders": "ecs capacity provider read",
    "GetTaskProtection": "ecs task protection",
    "UpdateTaskProtection": "ecs task protection",
}


def refusal(service: str) -> AwsError:
    """The error with which a service says: slower."""
    return AwsError(*CODES[service])


class RateLimits:
    """One account's buckets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets = {name: Bucket(burst, refill, burst) for name, (burst, refill) in BUCKETS.items()}

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise the service's throttling error when its bucket is empty."""
        bucket = self._buckets[_bucket(service, operation, params)]
        if not bucket.take(self._clock.now_s):
            raise refusal(service)


def _bucket(service: str, operation: str, params: Mapping[str, Any]) -> str:
    if service == "ecs":
        if operation not in ECS_BUCKETS:
            raise AssertionError(f"ecs:{operation} has no rate bucket here; see throttling.py.")
        return ECS_BUCKETS[operation]
    reads = operation.startswith(("Describe", "Get", "List"))
    # EC2 counts a describe without filters, ids and pages by a smaller bucket.
    if service == "ec2" and reads and not params:
        return "ec2 unfiltered read"
    return f"{service} {'read' if reads else 'modify'}"
