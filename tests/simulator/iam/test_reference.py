"""The table of actions is current, and says of each what the Service Authorization Reference says."""

from __future__ import annotations

import json

import pytest

from simulator.iam.cut import cut
from simulator.iam.reference import PATH, reference


def test_the_cut_is_current() -> None:
    """When it is not: `python -m simulator.iam.cut`."""
    assert json.loads(PATH.read_text()) == cut()


@pytest.mark.parametrize(
    ("action", "key", "expected"),
    [
        ("ecs:ListContainerInstances", "ecs:cluster", False),
        ("ecs:DeregisterContainerInstance", "ecs:cluster", False),
        ("ecs:DeregisterContainerInstance", "aws:ResourceTag/ballast:managed", True),
        ("ecs:DescribeContainerInstances", "ecs:cluster", True),
        ("ecs:ListServices", "ecs:cluster", True),
        ("ec2:RunInstances", "ec2:LaunchTemplate", True),
        ("ec2:CreateTags", "ec2:LaunchTemplate", False),
        ("ec2:CreateTags", "ec2:CreateAction", True),
        ("ssm:SendCommand", "SSM:resourceTag/AmazonECSManaged", True),
        ("ssm:GetCommandInvocation", "ssm:resourceTag/AmazonECSManaged", False),
        ("cloudwatch:DescribeAlarms", "aws:PrincipalAccount", True),
        ("cloudwatch:DescribeAlarms", "aws:ResourceTag/x", True),
        ("ec2:DescribeInstances", "aws:ResourceTag/x", False),
        ("dynamodb:Query", "dynamodb:LeadingKeys", True),
        ("dynamodb:Query", "dynamodb:EnclosingOperation", False),
    ],
)
def test_an_action_has_the_keys_that_its_row_lists(action: str, key: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert reference()[action].has_key(key) is expected


@pytest.mark.parametrize(
    ("action", "kind", "pattern", "expected"),
    [
        ("ecs:StopTask", "task", "*", True),
        ("ecs:StopTask", "task", "arn:aws:ecs:us-east-1:1:task/prod/*", True),
        ("ecs:StopTask", "task", "arn:aws:ecs:us-east-1:1:cluster/prod", False),
        ("ssm:SendCommand", "instance", "arn:aws:ec2:us-east-1:1:instance/*", True),
        ("cloudwatch:DescribeAlarms", "alarm", "arn:aws:ssm:us-east-1:*:document/*", False),
    ],
)
def test_a_resource_type_covers_patterns_of_its_arn(action: str, kind: str, pattern: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert reference()[action].resources[kind].covers(pattern) is expected
