"""How do we log, measure and trace? With Powertools' Logger, Tracer and Metrics, the same in every function."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Ballast"

# The name of the function is the variable POWERTOOLS_SERVICE_NAME, which the template sets.
logger = Logger()
# Only botocore: patching everything imports sqlite3 and HTTP clients that we do not use, at every cold start.
tracer = Tracer(patch_modules=("botocore",))


def count(name: str, number: int = 1, beside: Mapping[str, str] | None = None, **dimensions: str) -> None:
    """Add to a metric of the namespace Ballast; each call is flushed on its own, as its dimensions differ.

    Each set of values of `dimensions`, and of the function's name that Powertools adds, is billed as a metric of its own. What
    is told `beside` is only in the log line: https://aws.amazon.com/cloudwatch/pricing/
    """
    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(name=dimension, value=value)
        for key, value in (beside or {}).items():
            metric.add_metadata(key=key, value=value)


def gauge(name: str, value: float, **dimensions: str) -> None:
    """Tell what something is now, such as an amount of money, which CloudWatch has no unit for; billed as `count` says."""
    with single_metric(name=name, unit=MetricUnit.NoUnit, value=value, namespace=NAMESPACE) as metric:
        for dimension, content in dimensions.items():
            metric.add_dimension(name=dimension, value=content)
