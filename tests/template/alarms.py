"""What CloudWatch would see of a stage, minute by minute, and which alarms of the template ring by it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.delivery.cloudformation import load
from simulator.delivery.records import Outcome
from simulator.stage import Stage
from tests.builders import ROOT

RESOURCES: Mapping[str, Mapping[str, Any]] = load(ROOT / "template.yaml")["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
POISON = 3  # receives, from which the age of a message does not count

type Series = Sequence[float | None]  # a period each, the newest last; None where no data point is


def metrics_of(alarm: Mapping[str, Any]) -> Mapping[str, tuple[str, str]]:
    """Its metrics, each of which is charged: name and the logical id of queue or function, by id of the expression."""
    if "Metrics" not in alarm:
        return {"": (alarm["MetricName"], _subject(alarm))}
    told = {each["Id"]: each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each}
    return {id_: (metric["MetricName"], _subject(metric)) for id_, metric in told.items()}


def next_state(alarm: Mapping[str, Any], series: Mapping[str, Series], state: str) -> str:
    """By the newest periods of each of its metrics; what is missing counts as the alarm says."""
    values = series[""] if "Metrics" not in alarm else _computed(alarm["Metrics"][-1]["Expression"], series)
    newest = list(values)[-alarm["EvaluationPeriods"] :]
    if None in newest and alarm["TreatMissingData"] == "ignore":
        return state
    below = alarm["ComparisonOperator"] == "LessThanThreshold"  # the other is GreaterThanOrEqualToThreshold
    bad = sum(value is not None and (value < alarm["Threshold"]) is below for value in newest)
    return "ALARM" if bad >= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) else "OK"


class Watched:
    """Made before the stage plays; `rang` are the alarms that were in ALARM at the end of any minute."""

    def __init__(self, stage: Stage) -> None:
        self.rang: set[str] = set()
        self.throttled: Counter[str] = Counter()  # by function
        self._stage = stage
        self._states = dict.fromkeys(ALARMS, "INSUFFICIENT_DATA")
        self._minutes: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self._totals: Counter[tuple[str, str]] = Counter()
        stage.clock.after(60, self._look)

    def _look(self) -> None:
        deployment, now_s = self._stage.deployment, self._stage.clock.now_s
        letters = Counter(letter.queue for letter in deployment.dead_letters)
        for name, queue in deployment.queues.items():
            ages = [now_s - message.sent_s for message in queue.older_than(0) if message.receive_count < POISON]
            self._minutes["ApproximateAgeOfOldestMessage", name].append(max(ages, default=0))
            self._minutes["ApproximateNumberOfMessagesVisible", name].append(letters[name])
            self._grown("NumberOfMessagesDeleted", name, queue.deleted)
        failed = Counter(i.function for i in deployment.invocations if i.outcome not in (Outcome.OK, Outcome.RUNNING))
        for name in deployment.functions:
            self._grown("Errors", name, failed[name])
            self._grown("Throttles", name, self.throttled[name])
        for name, alarm in ALARMS.items():
            series = {id_: self._periods(alarm, metric) for id_, metric in metrics_of(alarm).items()}
            if all(series.values()):
                self._states[name] = next_state(alarm, series, self._states[name])
        self.rang |= {name for name, state in self._states.items() if state == "ALARM"}
        self._stage.clock.after(60, self._look)

    def _grown(self, metric: str, subject: str, total: int) -> None:
        self._minutes[metric, subject].append(total - self._totals[metric, subject])
        self._totals[metric, subject] = total

    def _periods(self, alarm: Mapping[str, Any], metric: tuple[str, str]) -> Series:
        """Those that are over."""
        stat = alarm["Metrics"][0]["MetricStat"] if "Metrics" in alarm else alarm
        minutes, values = stat["Period"] // 60, self._minutes[metric]
        whole = [values[first : first + minutes] for first in range(0, len(values) - minutes + 1, minutes)]
        gauged = metric[0].startswith("Approximate")
        return [max(some) if gauged else sum(some) for some in whole]


def _computed(expression: str, series: Mapping[str, Series]) -> Series:
    """FILL and +, which is all that the template uses."""
    filled = [
        [fill if value is None else value for value in series[id_]]
        for id_, fill in ((term[5:].split(",")[0], 0.0) for term in expression.split(" + "))
    ]
    return [sum(some) for some in zip(*filled, strict=True)]


def _subject(metric: Mapping[str, Any]) -> str:
    [dimension] = metric["Dimensions"]
    value = dimension["Value"]
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])
