"""CloudWatch answers about the alarms that a scenario has set."""

from __future__ import annotations

from simulator.world.core.core import Output, Params
from simulator.world.parts import Parts


def describe_alarms(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown names are simply absent: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html."""
    return {
        "MetricAlarms": [
            {"AlarmName": name, "StateValue": world.alarms[name], "StateReason": "Threshold Crossed"}
            for name in params.get("AlarmNames", [])
            if name in world.alarms
        ],
        "CompositeAlarms": [],
    }


OPERATIONS = {"DescribeAlarms": describe_alarms}
