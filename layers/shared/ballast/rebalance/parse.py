"""How does an event become a value? Of a launch that failed, as much as Auto Scaling tells.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ballast.rebalance.events import Drained, Look, Minute, NotLaunched, RebalanceEvent
from ballast.rebalance.shortages import Failure
from ballast.records.disruption import INSTANCE_DRAINED
from ballast.records.event import SCHEDULE, Kind, read_event, time_of
from ballast.records.field import maybe_name_in, name_in, part, text
from ballast.records.service_failure import ARN_MOST, SERVICE_ACTION

MESSAGE_MOST = 1000
HEARD = frozenset({"SERVICE_TASK_PLACEMENT_FAILURE", "CAPACITY_PROVIDER_STEADY_STATE"})
LAUNCHED, NOT_LAUNCHED = "EC2 Instance Launch Successful", "EC2 Instance Launch Unsuccessful"


def parse(event: Mapping[str, Any]) -> RebalanceEvent:
    """Raise UnexpectedEventError in one sentence for an event that is unknown or malformed."""
    return read_event(event, _PARSERS)


def _minute(event: Mapping[str, Any]) -> RebalanceEvent:
    return Minute(time_of(event))


def _service(event: Mapping[str, Any]) -> RebalanceEvent:
    detail = part(event, "detail")
    if (name := text(detail, "eventName")) not in HEARD:
        raise ValueError(f"eventName is {name[:80]}; expected one of {', '.join(sorted(HEARD))}")
    return Look(time_of(event), cluster=name_in(detail, "clusterArn", ARN_MOST).rpartition("/")[2])


def _launched(event: Mapping[str, Any]) -> RebalanceEvent:
    return Look(time_of(event), group=name_in(part(event, "detail"), "AutoScalingGroupName"))


def _not_launched(event: Mapping[str, Any]) -> RebalanceEvent:
    """Its type and market stand in the message, if anywhere: `shortages` reads that."""
    detail = part(event, "detail")
    where = detail.get("Details")
    zone = maybe_name_in(where, "Availability Zone") if isinstance(where, Mapping) else None
    message = detail.get("StatusMessage")
    return NotLaunched(
        Failure(
            name_in(detail, "AutoScalingGroupName"),
            time_of(event),
            message=text(detail, "StatusMessage")[:MESSAGE_MOST] if message is not None else "",
            zone=zone,
        )
    )


def _drained(event: Mapping[str, Any]) -> RebalanceEvent:
    return Drained(time_of(event), name_in(part(event, "detail"), "cluster"))


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], RebalanceEvent]] = {
    ("aws.ecs", SERVICE_ACTION): _service,
    ("aws.autoscaling", LAUNCHED): _launched,
    ("aws.autoscaling", NOT_LAUNCHED): _not_launched,
    ("ballast", INSTANCE_DRAINED): _drained,
    SCHEDULE: _minute,
}
