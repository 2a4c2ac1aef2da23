"""Which version of a launch template counts now."""

from __future__ import annotations

from ballast.aws.template_versions import numbers_of, versions_now
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_template_data import ONE, OTHER, templates


def test_the_numbers_of_several_are_one_call_and_of_one_alone_none_is_made(aws: Stubs) -> None:
    templates(aws)

    assert numbers_of([ONE, OTHER, ONE])["lt-2", "$Latest"] == "7"
    assert numbers_of([ONE]) == {}


def test_what_each_says_now_is_told_by_its_number(aws: Stubs) -> None:
    templates(aws)
    named = {"web": ONE, "batch": OTHER, "fixed": {"LaunchTemplateId": "lt-3", "Version": "5"}}

    assert versions_now(named) == {"web": "lt-1:3", "batch": "lt-2:7", "fixed": "lt-3:5"}


def test_of_one_that_only_has_a_name_or_that_ec2_does_not_tell_no_number_is_made_up(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_launch_templates", "InvalidLaunchTemplateId.NotFound", {"LaunchTemplateIds": ["lt-1"]})

    assert versions_now({"web": ONE, "batch": {"LaunchTemplateName": "a", "Version": "5"}}) == {}
