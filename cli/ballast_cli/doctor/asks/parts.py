"""The parts of the stack that must be on: functions, what hands them their queues, rules, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import batched
from os.path import commonprefix

from ballast_cli.doctor.asks.look import at_once, pages, service
from ballast_cli.doctor.facts import Alarm, Function, Resource, Rule, Source

ALARMS_MOST = 100  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html


def of_kind(resources: Iterable[Resource], kind: str) -> list[Resource]:
    return [each for each in resources if each.kind == kind]


def functions_of(resources: Sequence[Resource]) -> tuple[Function, ...]:
    return tuple(at_once(_function, of_kind(resources, "AWS::Lambda::Function")))


def _function(resource: Resource) -> Function:
    """What somebody reserved for it is in no other answer than its own.

    https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
    https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
    """
    functions, name = service("lambda"), resource.physical
    told = functions.get_function_configuration(FunctionName=name)
    return Function(
        resource.logical,
        name,
        functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions"),
        told.get("State", "Active"),
        told.get("LastUpdateStatus", "Successful"),
        told.get("StateReason") or told.get("LastUpdateStatusReason") or "",
    )


def unreserved_concurrency() -> int:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html"""
    return int(service("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"])


def sources_of(resources: Sequence[Resource]) -> tuple[Source, ...]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html"""
    functions = of_kind(resources, "AWS::Lambda::Function")
    return tuple(each for some in at_once(_sources, functions) for each in some)


def _sources(function: Resource) -> list[Source]:
    found = pages("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=function.physical)
    return [
        Source(
            raw["UUID"],
            function.logical,
            raw.get("EventSourceArn", "").rpartition(":")[2],
            raw["State"],
            raw.get("StateTransitionReason", ""),
        )
        for raw in found
    ]


def rules_of(resources: Sequence[Resource]) -> tuple[Rule, ...]:
    """In one call or few, by what their names have in common: the name of the stack.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
    """
    ours = of_kind(resources, "AWS::Events::Rule")
    prefix = commonprefix([rule.physical for rule in ours])  # noqa: RUF071 - of names, which are no paths
    asked = {"NamePrefix": prefix} if prefix else {}
    found = {raw["Name"]: raw["State"] for raw in pages("events", "list_rules", "Rules", **asked)} if ours else {}
    return tuple(Rule(each.logical, each.physical, found.get(each.physical)) for each in ours)


def alarms_of(resources: Sequence[Resource]) -> tuple[Alarm, ...]:
    ours = of_kind(resources, "AWS::CloudWatch::Alarm")
    found = {
        raw["AlarmName"]: raw
        for some in batched([alarm.physical for alarm in ours], ALARMS_MOST, strict=False)
        for raw in service("cloudwatch").describe_alarms(AlarmNames=list(some), MaxRecords=ALARMS_MOST)["MetricAlarms"]
    }
    return tuple(
        Alarm(
            each.logical,
            each.physical,
            raw.get("StateValue"),
            raw.get("StateReason", ""),
            raw.get("StateUpdatedTimestamp"),
            raw.get("ActionsEnabled", True),
        )
        for each in ours
        for raw in [found.get(each.physical, {})]
    )
