"""AWS's public prices in us-east-1, without any free tier, as of PRICED_ON; look them up before you rely on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PRICED_ON = "2026-11-29"
HOURS = 730  # of a month, as AWS counts


@dataclass(frozen=True, slots=True)
class Price:
    """USD for one `unit`; `page` is AWS's. `seen_at` is where the figure was read; None is from memory."""

    usd: float
    unit: str
    page: str
    seen_at: str | None = None


# Nobody here could open AWS's pages: what was read was read in public copies of them.
PRICES: Mapping[str, Price] = {
    "gb_s": Price(
        0.0000133334,
        "GB-second of arm64",
        "https://aws.amazon.com/lambda/pricing/",
        "git.mcrn.ar/mariano/lambda_local_runner, lambda-13-cost.md",
    ),
    "invocation": Price(0.20e-6, "invocation", "https://aws.amazon.com/lambda/pricing/", "the same"),
    "sqs": Price(0.40e-6, "request to a standard queue, 64 KB", "https://aws.amazon.com/sqs/pricing/"),
    "read": Price(
        0.125e-6,
        "read request unit, 4 KB",
        "https://aws.amazon.com/dynamodb/pricing/on-demand/",
        "airbyte.com/data-engineering-resources/dynamodb-pricing",
    ),
    "write": Price(
        0.625e-6, "write request unit, 1 KB", "https://aws.amazon.com/dynamodb/pricing/on-demand/", "the same"
    ),
    "event": Price(1.00e-6, "event of our own, 64 KB", "https://aws.amazon.com/eventbridge/pricing/"),
    "log_gb": Price(
        0.50,
        "GB of logs taken in",
        "https://aws.amazon.com/cloudwatch/pricing/",
        "github.com/vreutova/infracost-idem-support/pull/2",
    ),
    "alarm": Price(
        0.10, "metric that an alarm looks at, a month", "https://aws.amazon.com/cloudwatch/pricing/", "the same"
    ),
    # Three of an account, of up to 50 metrics each, are free; as everywhere here no free tier is counted.
    "dashboard": Price(3.00, "dashboard, a month", "https://aws.amazon.com/cloudwatch/pricing/"),
    "series": Price(
        0.30 / HOURS,
        "custom metric, an hour with data",
        "https://aws.amazon.com/cloudwatch/pricing/",
        "github.com/nishinoshake/aws-rough/issues/37",
    ),
    "asked": Price(
        0.01e-3, "metric asked for with GetMetricData", "https://aws.amazon.com/cloudwatch/pricing/", "the same"
    ),
    "trace": Price(5.00e-6, "trace recorded", "https://aws.amazon.com/xray/pricing/"),
    "key": Price(1.00, "customer managed key, a month", "https://aws.amazon.com/kms/pricing/"),
    "key_request": Price(3.00e-6, "request to a key", "https://aws.amazon.com/kms/pricing/"),
    "secret": Price(0.40, "secret, a month", "https://aws.amazon.com/secrets-manager/pricing/"),
    "secret_request": Price(5.00e-6, "request for a secret", "https://aws.amazon.com/secrets-manager/pricing/"),
    "publication": Price(0.50e-6, "message to a topic", "https://aws.amazon.com/sns/pricing/"),
}
