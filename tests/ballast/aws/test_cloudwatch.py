"""Amazon CloudWatch: an alarm rings when it is in ALARM, and is unknown when nobody can know."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws import cloudwatch
from ballast.facts.gates import NO_SUCH_ALARM, Alarms
from tests.aws_stubs import Stubs

REASON = "Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0)."


def asked(*names: str, **more: Any) -> dict[str, Any]:
    return {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], **more}


def an_alarm(name: str, state: str = "OK") -> dict[str, Any]:
    return {"AlarmName": name, "StateValue": state, "StateReason": REASON}


def test_alarms_of_every_kind_ring_with_their_reason_and_the_others_are_silent(aws: Stubs) -> None:
    answer = {
        "MetricAlarms": [an_alarm("errors", "ALARM"), an_alarm("latency"), an_alarm("young", "INSUFFICIENT_DATA")],
        "CompositeAlarms": [an_alarm("service", "ALARM")],
        "LogAlarms": [an_alarm("panics", "ALARM")],
    }
    names = ("errors", "latency", "panics", "service", "young")
    aws.answers("cloudwatch", "describe_alarms", asked(*names), answer)

    assert cloudwatch.look(names) == Alarms({"errors": REASON, "panics": REASON, "service": REASON})


def test_an_alarm_that_does_not_exist_is_not_taken_for_silence(aws: Stubs) -> None:
    aws.answers("cloudwatch", "describe_alarms", asked("here", "mistyped"), {"MetricAlarms": [an_alarm("here")]})

    assert cloudwatch.look(["mistyped", "here"]) == Alarms(unknown={"mistyped": NO_SUCH_ALARM})


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_an_alarm_that_cannot_be_read_is_not_taken_for_silence(aws: Stubs, code: str) -> None:
    aws.refuses("cloudwatch", "describe_alarms", code, asked("errors"))

    assert cloudwatch.look(["errors"]) == Alarms(
        unknown={"errors": f"cannot be read: AWS refused DescribeAlarms ({code}): no"}
    )


def test_alarms_are_asked_for_a_hundred_at_a_time_and_all_pages_read(aws: Stubs) -> None:
    names = [f"alarm-{number:03}" for number in range(101)]
    pages = [{"MetricAlarms": [an_alarm(name) for name in some]} for some in (names[:60], names[60:100], names[100:])]
    aws.answers("cloudwatch", "describe_alarms", asked(*names[:100]), pages[0] | {"NextToken": "more"})
    aws.answers("cloudwatch", "describe_alarms", asked(*names[:100], NextToken="more"), pages[1])
    aws.answers("cloudwatch", "describe_alarms", asked(names[100]), pages[2])

    assert cloudwatch.look([*names, *names]) == Alarms()


def test_nothing_is_asked_where_no_alarm_is_named(aws: Stubs) -> None:
    aws.stub("cloudwatch")

    assert cloudwatch.look([]) == Alarms()
