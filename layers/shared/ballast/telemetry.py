"""How do we log, measure and trace? With Powertools' Logger, Tracer and Metrics, the same in every function."""

from __future__ import annotations

from collections.abc import Mapping
from os import environ

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Ballast"

# The name of the function is the variable POWERTOOLS_SERVICE_NAME, which the template sets.
logger = Logger()
# Only botocore: patching everything imports sqlite3 and HTTP clients that we do not use, at every cold start.
tracer = Tracer(patch_modules=("botocore",))


def count(name: str, number: int = 1, **beside: str) -> None:
    """Add to a metric of the namespace Ballast, whose one dimension is the stack; or to the log only, as METRICS says.

    Each set of values of dimensions is billed as a metric of its own: https://aws.amazon.com/cloudwatch/pricing/
    So what has many values (the cluster, the reason) is told `beside`: in the log line, where a query finds it.
    """
    _tell(name, MetricUnit.Count, number, beside)


def gauge(name: str, value: float, **beside: str) -> None:
    """Tell what something is now, such as an amount of money, which CloudWatch has no unit for; otherwise as `count`."""
    _tell(name, MetricUnit.NoUnit, value, beside)


def _tell(name: str, unit: MetricUnit, value: float, beside: Mapping[str, str]) -> None:
    if environ.get("METRICS") == "logs":  # in the form of the other, so that one query reads both
        logger.info("measured", extra={**beside, name: [float(value)]})
        return
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
        function, metric.service = metric.service, ""  # else it is a dimension, and each metric is billed by function
        metric.add_dimension(name="stack", value=environ.get("STACK_NAME", "ballast"))
        for key, content in {**beside, "service": function}.items():
            metric.add_metadata(key=key, value=content)
