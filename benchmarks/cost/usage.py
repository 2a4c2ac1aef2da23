"""What did a run use? Counted from the logs of the simulator, an hour of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from ballast.telemetry import logger
from simulator.stage import Stage

# Of the simulator's clock an invocation has only its AWS calls. Not measured on Lambda; generous for 512 MB (0.29 vCPU).
OWN_TIME_S = 0.15
LINE_BYTES = 26  # by which CloudWatch counts each line longer
# What Lambda itself logs of a run, as JSON; the lines of ours are counted.
# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
PLATFORM_LINES = (
    (
        '{"time":"2026-11-29T05:00:00.000Z","type":"platform.start","record":'
        '{"requestId":"6d68ca91-49c9-448d-89b8-7ca3e6dc66aa","version":"$LATEST"}}'
    ),
    (
        '{"time":"2026-11-29T05:00:00.000Z","type":"platform.report","record":'
        '{"requestId":"6d68ca91-49c9-448d-89b8-7ca3e6dc66aa","metrics":{"durationMs":1234.567,"billedDurationMs":1235,'
        '"memorySizeMB":512,"maxMemoryUsedMB":234,"initDurationMs":1234.567},"status":"success"}}'
    ),
)
PLATFORM_BYTES = sum(len(line) + LINE_BYTES for line in PLATFORM_LINES)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of an hour. `series`: custom metrics that had data in it."""

    invocations: float = 0.0
    seconds: float = 0.0
    messages: float = 0.0  # requests of queues but for empty receives
    reads: float = 0.0
    writes: float = 0.0
    events: float = 0.0
    log_bytes: float = 0.0
    series: float = 0.0
    asked: float = 0.0
    secrets: float = 0.0
    publications: float = 0.0

    def plus(self, other: Usage, times: float = 1.0) -> Usage:
        return Usage(*(getattr(self, name) + times * getattr(other, name) for name in self.__slots__))


@dataclass(slots=True)
class Meter:
    """In front of the tables: request units by the bytes that come and go, in transactions twice.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    """

    tables: Any
    reads: float = 0.0
    writes: float = 0.0
    log_bytes: int = 0

    def write(self, text: str) -> int:
        """As the stream of the logger."""
        self.log_bytes += len(text) + LINE_BYTES * text.count("\n")
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tables, name)

    def handle(self, operation: str, params: Mapping[str, Any]) -> Any:
        answer = self.tables.handle(operation, params)
        if operation in {"GetItem", "BatchGetItem", "Query"}:
            self.reads += _units(answer, 4096) * (1 if params.get("ConsistentRead", operation == "GetItem") else 0.5)
        elif operation == "TransactWriteItems":
            self.writes += 2 * sum(_units(each, 1024) for each in params["TransactItems"])
        else:
            self.writes += _units(params, 1024)
        return answer


def _units(told: Any, size: int) -> int:
    return max(1, ceil(len(json.dumps(told, default=str)) / size))


@contextmanager
def metered(stage: Stage) -> Iterator[Meter]:
    """What functions log, which a stage keeps quiet, is written, but only counted."""
    door: Any = stage.deployment.front_door
    door.tables = meter = Meter(door.tables)
    level, disabled, stream = logger.log_level, logging.root.manager.disable, logger.registered_handler.stream  # type: ignore[attr-defined]
    logging.disable(logging.NOTSET)
    logger.setLevel("INFO")
    logger.registered_handler.stream = meter  # type: ignore[attr-defined]
    yield meter
    logger.registered_handler.stream = stream  # type: ignore[attr-defined]
    logger.setLevel(level)
    logging.disable(disabled)


def used(stage: Stage, meter: Meter, hours: float) -> Usage:
    """An hour's share of all that the run used."""
    deployment = stage.deployment
    ended = [i for i in deployment.invocations if i.ended_s is not None]
    calls = deployment.aws_calls
    ours = sum(event.event["source"] == "ballast" for event in deployment.bus.events)
    emf = [json.dumps(line) for line in deployment.metrics]
    total = Usage(
        invocations=len(ended),
        seconds=sum((i.ended_s or 0) - i.started_s + OWN_TIME_S for i in ended),
        messages=sum(i.records + 2 * ceil(i.records / 10) for i in ended),  # sent one by one, taken and deleted by tens
        reads=meter.reads,
        writes=meter.writes,
        events=ours,
        log_bytes=len(ended) * PLATFORM_BYTES + meter.log_bytes + sum(len(line) + LINE_BYTES for line in emf),
        asked=calls["cloudwatch:GetMetricData"],
        secrets=calls["secretsmanager:GetSecretValue"],
        publications=len(deployment.messages),
    )
    return Usage().plus(total, 1 / hours)


def series(metrics: Sequence[Mapping[str, Any]]) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """What CloudWatch bills as a custom metric each: a name, and dimensions with their values.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    return {
        (metric["Name"], tuple(sorted((name, line[name]) for name in names)))
        for line in metrics
        for directive in line["_aws"]["CloudWatchMetrics"]
        for names in directive["Dimensions"]
        for metric in directive["Metrics"]
    }
