"""How do we log, measure and trace? One Powertools Logger, Metrics and Tracer for every function."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger(service="ballast")
metrics = Metrics(namespace="Ballast", service="ballast")
tracer = Tracer(service="ballast")
