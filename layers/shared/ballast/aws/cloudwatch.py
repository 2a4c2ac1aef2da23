"""Amazon CloudWatch: which of the operator's alarms ring?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched, chain
from typing import Literal

from ballast.aws.session import client

NAMES_MOST = 100  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
# Without this list AWS answers metric alarms only.
KINDS: tuple[Literal["MetricAlarm", "CompositeAlarm", "LogAlarm"], ...] = ("MetricAlarm", "CompositeAlarm", "LogAlarm")


def ringing(names: Iterable[str]) -> dict[str, str]:
    """Why, by name, of those in ALARM. One that does not exist rings too: its silence would mean nothing."""
    found = {}
    wanted = sorted(set(names))
    for some in batched(wanted, NAMES_MOST, strict=False):
        pages = client("cloudwatch").get_paginator("describe_alarms")
        for page in pages.paginate(AlarmNames=list(some), AlarmTypes=list(KINDS)):
            alarms = chain(page.get("MetricAlarms", []), page.get("CompositeAlarms", []), page.get("LogAlarms", []))
            for raw in alarms:
                found[raw["AlarmName"]] = (raw["StateValue"], raw.get("StateReason", "no reason given"))
    return {
        name: found[name][1] if name in found else "there is no such alarm"
        for name in wanted
        if name not in found or found[name][0] == "ALARM"
    }
