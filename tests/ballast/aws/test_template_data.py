"""What launch templates say, and which version counts."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.template_data import data_of
from ballast.aws.template_versions import numbers_of
from tests.aws_stubs import Stubs

ONE, OTHER = {"LaunchTemplateId": "lt-1"}, {"LaunchTemplateId": "lt-2", "Version": "$Latest"}
ASKED = {"LaunchTemplateIds": ["lt-1", "lt-2"]}


def templates(aws: Stubs, default: int = 3) -> None:
    told = [{**each, "DefaultVersionNumber": default, "LatestVersionNumber": 7} for each in (ONE, OTHER)]
    for each in told:
        each.pop("Version", None)
    aws.answers("ec2", "describe_launch_templates", ASKED, {"LaunchTemplates": told})


def version(aws: Stubs, which: str, number: str, **data: Any) -> None:
    asked = {"LaunchTemplateId": which, "Versions": [number]}
    aws.answers(
        "ec2", "describe_launch_template_versions", asked, {"LaunchTemplateVersions": [{"LaunchTemplateData": data}]}
    )


def test_the_numbers_of_several_templates_are_one_call_and_each_number_is_read_once(aws: Stubs) -> None:
    templates(aws)
    version(aws, "lt-1", "3", InstanceType="m7i.large", KeyName="a key")
    version(aws, "lt-2", "7", InstanceType="m7i.xlarge")

    numbers = numbers_of([ONE, OTHER])
    read = [data_of(each, numbers)["InstanceType"] for each in (ONE, OTHER, ONE, OTHER)]

    assert read == ["m7i.large", "m7i.xlarge"] * 2


def test_another_default_version_is_seen_at_once(aws: Stubs) -> None:
    templates(aws)
    version(aws, "lt-1", "3", InstanceType="m7i.large")
    templates(aws, default=4)
    version(aws, "lt-1", "4", InstanceType="c7i.large")

    assert [data_of(ONE, numbers_of([ONE, OTHER]))["InstanceType"] for _ in range(2)] == ["m7i.large", "c7i.large"]


def test_where_the_numbers_are_not_told_each_is_asked_by_its_word_each_time(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_launch_templates", "InvalidLaunchTemplateId.NotFound", ASKED)
    for _ in range(2):
        version(aws, "lt-1", "$Default", InstanceType="m7i.large")

    numbers = numbers_of([ONE, OTHER])

    assert [data_of(ONE, numbers)["InstanceType"] for _ in range(2)] == ["m7i.large"] * 2


@pytest.mark.usefixtures("aws")
def test_of_one_template_of_numbers_and_of_names_nothing_is_asked_beforehand() -> None:
    assert numbers_of([ONE, {"LaunchTemplateId": "lt-2", "Version": "2"}, {"LaunchTemplateName": "web"}]) == {}


def test_a_version_that_is_not_there_says_nothing_and_is_asked_for_again(aws: Stubs) -> None:
    asked = {"LaunchTemplateName": "web", "Versions": ["2"]}
    for _ in range(2):
        aws.answers("ec2", "describe_launch_template_versions", asked, {"LaunchTemplateVersions": []})

    assert [data_of({"LaunchTemplateName": "web", "Version": "2"}, {}) for _ in range(2)] == [{}, {}]
