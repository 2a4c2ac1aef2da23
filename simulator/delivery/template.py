"""What does the template deploy? Its rules, queues, functions, tables and topics as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from simulator.delivery.cloudformation import Resolver, load
from simulator.delivery.names import Names
from simulator.delivery.parameters import check_rules, parameter_values, pseudo_parameters
from simulator.delivery.policies import inline, managed
from simulator.delivery.schedules import every_s
from simulator.eventbridge import validate


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """Fires on matching events or every `every_s` seconds; targets are logical ids of queues."""

    name: str
    pattern: Mapping[str, Any] | None
    every_s: float | None
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueSpec:
    name: str
    visibility_timeout_s: float
    retention_s: float
    delay_s: float
    dead_letter_queue: str | None
    max_receive_count: int | None


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """How Lambda reads a queue for a function."""

    queue: str
    batch_size: int
    window_s: float
    max_concurrency: int | None
    reports_item_failures: bool
    name: str = ""  # logical id of its mapping


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    name: str
    code: Path
    handler: str  # module.function
    timeout_s: float
    environment: Mapping[str, str]
    sources: tuple[SourceSpec, ...]
    policies: tuple[Mapping[str, Any], ...] | None  # in line in its role; None: the template says nothing of one
    managed: tuple[Mapping[str, Any], ...] = ()  # of managed policies that its role has besides
    has_url: bool = False  # that anybody may ask, without a signature of AWS's
    reserved: int | None = None  # most runs at a time


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that the simulator runs; `tables` holds each table's properties by its name."""

    names: Names
    rules: tuple[RuleSpec, ...]
    queues: tuple[QueueSpec, ...]
    functions: tuple[FunctionSpec, ...]
    tables: Mapping[str, Mapping[str, Any]]
    topics: tuple[str, ...]
    topic_keys: Mapping[str, str]  # ARN of the KMS key, by the topic's; only topics that have one
    documents: Mapping[str, Mapping[str, Any]]  # of Systems Manager, by name

    @classmethod
    def load(
        cls, path: Path, parameters: Mapping[str, str], *, stack: str, account: str, region: str, partition: str = "aws"
    ) -> Self:
        """Read the template; ValueError with one sentence where the simulator cannot follow it."""
        template = load(path)
        names = Names(stack, account, region, template["Resources"])
        values = parameter_values(template.get("Parameters", {}), parameters)
        known = values | pseudo_parameters(stack, account, region, partition)
        resolver = Resolver(template, known, names.ref, names.attribute)
        check_rules(template.get("Rules", {}), resolver)
        common = template.get("Globals", {}).get("Function", {})
        kinds: dict[str, dict[str, dict[str, Any]]] = {}
        for name, resource in template["Resources"].items():
            if "Condition" not in resource or resolver.holds(resource["Condition"]):
                properties = resource.get("Properties", {})
                if resource["Type"] == "AWS::Serverless::Function":
                    properties = {**common, **properties}
                    properties["Environment"] = _environment(common, resource["Properties"])
                    properties["Managed"] = [
                        each["Properties"]["PolicyDocument"]
                        for _, each in managed(name, template["Resources"])
                        if "Condition" not in each or resolver.holds(each["Condition"])
                    ]
                if resource["Type"] in MODELLED:
                    kinds.setdefault(resource["Type"], {})[name] = resolver.resolve(properties)
        found = kinds.get
        return cls(
            names=names,
            rules=tuple(_rule(n, p, names) for n, p in found("AWS::Events::Rule", {}).items()),
            queues=tuple(_queue(n, p, names) for n, p in found("AWS::SQS::Queue", {}).items()),
            functions=tuple(
                _function(n, p, names, path.parent) for n, p in found("AWS::Serverless::Function", {}).items()
            ),
            tables={names.ref(n): p for n, p in found("AWS::DynamoDB::Table", {}).items()},
            topics=tuple(names.ref(n) for n in found("AWS::SNS::Topic", {})),
            topic_keys={
                names.ref(n): names.arn(names.logical(p["KmsMasterKeyId"], "AWS::KMS::Key"))
                for n, p in found("AWS::SNS::Topic", {}).items()
                if "KmsMasterKeyId" in p
            },
            documents={names.ref(n): p for n, p in found("AWS::SSM::Document", {}).items()},
        )


MODELLED = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Events::Rule",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Document",
        "AWS::Serverless::Function",
    }
)


def _environment(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    variables = (p.get("Environment", {}).get("Variables", {}) for p in (common, own))
    return {"Variables": {name: value for each in variables for name, value in each.items()}}


def _rule(name: str, properties: Mapping[str, Any], names: Names) -> RuleSpec:
    if properties.get("EventBusName", "default") != "default":
        raise ValueError(f"Rule {name} is on a bus of its own; only the default bus is modelled.")
    for target in properties.get("Targets", []):
        if extra := {"Input", "InputPath", "InputTransformer"} & set(target):
            raise ValueError(f"Rule {name} has a target with {min(extra)}, which is not modelled.")
    enabled = properties.get("State", "ENABLED") != "DISABLED"
    targets = properties.get("Targets", []) if enabled else []
    pattern = properties.get("EventPattern")
    if pattern is not None:
        validate(pattern)
    return RuleSpec(
        name=name,
        pattern=pattern,
        every_s=every_s(name, properties.get("ScheduleExpression")),
        queues=tuple(names.logical(target["Arn"], "AWS::SQS::Queue") for target in targets),
    )


def _queue(name: str, properties: Mapping[str, Any], names: Names) -> QueueSpec:
    redrive = properties.get("RedrivePolicy")
    return QueueSpec(
        name=name,
        visibility_timeout_s=float(properties.get("VisibilityTimeout", 30)),
        retention_s=float(properties.get("MessageRetentionPeriod", 345600)),
        delay_s=float(properties.get("DelaySeconds", 0)),
        dead_letter_queue=(names.logical(redrive["deadLetterTargetArn"], "AWS::SQS::Queue") if redrive else None),
        max_receive_count=int(redrive["maxReceiveCount"]) if redrive else None,
    )


def _function(name: str, properties: Mapping[str, Any], names: Names, root: Path) -> FunctionSpec:
    return FunctionSpec(
        name=name,
        code=root / properties["CodeUri"],
        handler=properties["Handler"],
        timeout_s=float(properties.get("Timeout", 3)),
        environment={k: str(v) for k, v in properties["Environment"]["Variables"].items()},
        sources=tuple(_source(f"{name}.{event}", each, names) for event, each in properties.get("Events", {}).items()),
        policies=inline(name, properties.get("Policies")),
        managed=tuple(properties["Managed"]),
        has_url=properties.get("FunctionUrlConfig", {}).get("AuthType") == "NONE",
        reserved=properties.get("ReservedConcurrentExecutions"),
    )


def _source(name: str, event: Mapping[str, Any], names: Names) -> SourceSpec:
    if event["Type"] != "SQS":
        raise ValueError(f"Event {name} is of type {event['Type']}; only SQS is modelled.")
    properties = event["Properties"]
    concurrency = properties.get("ScalingConfig", {}).get("MaximumConcurrency")
    return SourceSpec(
        queue=names.logical(properties["Queue"], "AWS::SQS::Queue"),
        batch_size=int(properties.get("BatchSize", 10)),
        window_s=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        max_concurrency=None if concurrency is None else int(concurrency),
        reports_item_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        name=name.replace(".", ""),
    )
