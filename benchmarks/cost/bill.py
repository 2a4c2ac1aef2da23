"""What does a month come to? Usage of an hour and what stands, at their prices, line by line."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.cost.prices import HOURS, PRICES
from benchmarks.cost.standing import POLLS_A_MINUTE, Standing
from benchmarks.cost.usage import Usage

# Data keys of a topic are kept for five minutes at most, so a key is asked for no more often than that.
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
KEY_REQUESTS_A_MESSAGE = 2


def bill(hour: Usage, stands: Standing) -> Mapping[str, float]:
    """USD a month by what it is for."""
    usd = {name: price.usd for name, price in PRICES.items()}
    polls = stands.pollers * POLLS_A_MINUTE * 60
    return {
        "Lambda, time": HOURS * hour.seconds * stands.memory_gb * usd["gb_s"],
        "Lambda, invocations": HOURS * hour.invocations * usd["invocation"],
        "SQS, empty polls": HOURS * polls * usd["sqs"],
        "SQS, messages": HOURS * hour.messages * usd["sqs"],
        "DynamoDB": HOURS * (hour.reads * usd["read"] + hour.writes * usd["write"]),
        "EventBridge": HOURS * hour.events * usd["event"],
        "CloudWatch, alarms": stands.alarm_metrics * usd["alarm"],
        "CloudWatch, dashboard": stands.dashboards * usd["dashboard"],
        "CloudWatch, metrics": HOURS * (hour.series * usd["series"] + hour.asked * usd["asked"]),
        "CloudWatch, logs": HOURS * hour.log_bytes / 1e9 * usd["log_gb"],
        "X-Ray": HOURS * hour.invocations * usd["trace"] if stands.traced else 0.0,
        "KMS key": stands.keys * (usd["key"] + HOURS * KEY_REQUESTS_A_MESSAGE * hour.publications * usd["key_request"]),
        "Slack's secret": stands.secrets * (usd["secret"] + HOURS * hour.secrets * usd["secret_request"]),
        "SNS": HOURS * hour.publications * usd["publication"],
    }
