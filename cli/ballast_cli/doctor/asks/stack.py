"""The stack, what belongs to it, whether it drifted, and other stacks of Ballast."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ballast.errors import CallFailedError, UnavailableError
from ballast_cli.doctor.asks.look import pages, service
from ballast_cli.doctor.facts import Drifted, Neighbour, Resource, Stack
from ballast_cli.doctor.snapshot import names_of

LEDGER = "LedgerTable"
OURS = frozenset({"DryRun", "ManagedClusters", "PutLifecycleHooks"})  # every stack of Ballast has these, by 0.1.0
# A stack in these states has no functions: only a change set, a creation that failed, or nothing any more.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
EMPTY_STATES = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"})
LOOKS_EVERY_S, LOOKS = 5.0, 60


def stack_of(name: str) -> Stack | None:
    """None where there is none: that is a ValidationError.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    try:
        [raw] = service("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except CallFailedError as error:
        if error.code == "ValidationError":
            return None
        raise
    outputs = {each["OutputKey"]: each.get("OutputValue", "") for each in raw.get("Outputs", ())}
    drift = raw.get("DriftInformation", {})
    return Stack(
        raw["StackName"],
        raw["StackStatus"],
        raw.get("StackStatusReason", ""),
        _parameters(raw),
        outputs,
        LEDGER in outputs or _parameters(raw).keys() >= OURS,
        raw["CreationTime"],
        raw.get("LastUpdatedTime", raw["CreationTime"]),
        drift.get("StackDriftStatus", "NOT_CHECKED"),
        drift.get("LastCheckTimestamp"),
    )


def resources_of(name: str) -> tuple[Resource, ...]:
    """Of all pages: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html"""
    found = pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name)
    return tuple(
        Resource(raw["LogicalResourceId"], raw["ResourceType"], raw["PhysicalResourceId"])
        for raw in found
        if raw.get("PhysicalResourceId") and not raw["ResourceStatus"].startswith("DELETE")
    )


def neighbours_of(name: str) -> tuple[Neighbour, ...]:
    """The other stacks that have Ballast's parameters, whatever they are called."""
    found = pages("cloudformation", "describe_stacks", "Stacks")
    return tuple(
        Neighbour(raw["StackName"], names_of(_parameters(raw)["ManagedClusters"]))
        for raw in found
        if raw["StackStatus"] not in EMPTY_STATES and raw["StackName"] != name and _parameters(raw).keys() >= OURS
    )


def detect_drift(name: str) -> None:
    """Have CloudFormation compare the stack with its template, which changes nothing, and wait until it has.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
    """
    cloudformation = service("cloudformation")
    detection = cloudformation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
    for _ in range(LOOKS):
        told = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if told["DetectionStatus"] == "DETECTION_COMPLETE":
            return
        if told["DetectionStatus"] == "DETECTION_FAILED":
            raise CallFailedError(f"CloudFormation could not compare: {told.get('DetectionStatusReason', 'no reason')}")
        time.sleep(LOOKS_EVERY_S)
    raise UnavailableError("CloudFormation still compares the stack with its template")


def drifted_of(name: str) -> tuple[Drifted, ...]:
    """What differs, as of the last comparison.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResourceDrifts.html
    """
    params: dict[str, Any] = {"StackName": name, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    found: list[Drifted] = []
    while True:
        page = service("cloudformation").describe_stack_resource_drifts(**params)
        for raw in page["StackResourceDrifts"]:
            paths = tuple(each["PropertyPath"] for each in raw.get("PropertyDifferences", ()))
            found.append(Drifted(raw["LogicalResourceId"], raw["StackResourceDriftStatus"], paths))
        if not page.get("NextToken"):
            return tuple(found)
        params["NextToken"] = page["NextToken"]


def _parameters(raw: Mapping[str, Any]) -> dict[str, str]:
    return {each["ParameterKey"]: each.get("ParameterValue", "") for each in raw.get("Parameters", ())}
