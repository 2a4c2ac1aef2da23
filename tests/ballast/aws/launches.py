"""A group that launches from version 3 of a template, and what AWS is asked to have it launch another image."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from ballast.facts.launch_template import Template
from ballast.plans.update_actions import FollowImage
from tests.aws_stubs import Stubs

LT, IMAGE = "lt-0123456789abcdef0", "ami-0123456789abcdef0"
SPECIFICATION = {"LaunchTemplateId": LT, "Version": "3"}
KIND = ("aws-ecs-2", "x86_64")
NAMED = Template("web", IMAGE, "1.62.1", LT, "3", image_kind=KIND, number=3)


def token(source: str, key: str = "key", image: str = "ami-new") -> str:
    """The hash of all that is asked, so that a repeated call answers with the same version."""
    return sha256(f"{key}\n{LT}\n{source}\nBottlerocket 1.64.0, by Ballast\n{image}".encode()).hexdigest()


def wanted(template: Template) -> FollowImage:
    return FollowImage(template, "ami-new", "Bottlerocket 1.64.0, by Ballast", "key")


def group_is(aws: Stubs, **described: Any) -> None:
    raw = {
        "AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "DesiredCapacity": 1, "DefaultCooldown": 300,
        "AvailabilityZones": [], "HealthCheckType": "EC2", "CreatedTime": datetime(2026, 11, 23, tzinfo=UTC),
    }  # fmt: skip
    answer = {"AutoScalingGroups": [{**raw, **described}]}
    aws.answers("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroupNames": ["web"]}, answer)


def version_is_made(aws: Stubs, source: str) -> None:
    aws.answers(
        "ec2",
        "create_launch_template_version",
        {
            "LaunchTemplateId": LT,
            "SourceVersion": source,
            "VersionDescription": "Bottlerocket 1.64.0, by Ballast",
            "LaunchTemplateData": {"ImageId": "ami-new"},
            "ClientToken": token(source),
        },
        {"LaunchTemplateVersion": {"VersionNumber": 4}},
    )
