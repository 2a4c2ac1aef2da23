"""Amazon CloudWatch: which of the operator's alarms ring?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import batched, chain
from typing import Literal

from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.gates import NO_SUCH_ALARM, Alarms

NAMES_MOST = 100  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
# Without this list AWS answers metric alarms only.
KINDS: tuple[Literal["MetricAlarm", "CompositeAlarm", "LogAlarm"], ...] = ("MetricAlarm", "CompositeAlarm", "LogAlarm")


def look(names: Iterable[str]) -> Alarms:
    """One that does not exist, or of which CloudWatch does not tell, is unknown: its silence means nothing."""
    wanted = sorted(set(names))
    try:
        found = _states(wanted)
    except CallFailedError as error:
        return Alarms(unknown=dict.fromkeys(wanted, f"cannot be read: {error}"))
    ringing = {name: found[name][1] for name in wanted if name in found and found[name][0] == "ALARM"}
    return Alarms(ringing, {name: NO_SUCH_ALARM for name in wanted if name not in found})


def _states(wanted: Sequence[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for some in batched(wanted, NAMES_MOST, strict=False):
        pages = client("cloudwatch").get_paginator("describe_alarms")
        for page in pages.paginate(AlarmNames=list(some), AlarmTypes=list(KINDS)):
            alarms = chain(page.get("MetricAlarms", []), page.get("CompositeAlarms", []), page.get("LogAlarms", []))
            for raw in alarms:
                found[raw["AlarmName"]] = (raw["StateValue"], raw.get("StateReason", "no reason given"))
    return found
