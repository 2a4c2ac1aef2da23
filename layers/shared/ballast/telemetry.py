"""How do we log, measure and trace? With Powertools' Logger, Tracer and Metrics, the same in every function."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Ballast"

logger = Logger(service="ballast")
# Only botocore: patching everything imports sqlite3 and HTTP clients that we do not use, at every cold start.
tracer = Tracer(service="ballast", patch_modules=("botocore",))


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Add to a metric of the namespace Ballast; each call is flushed on its own, as its dimensions differ."""
    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(name=dimension, value=value)
