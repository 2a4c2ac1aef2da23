"""Launch templates and instance refreshes: what groups launch from, new versions of it, and how a refresh is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.aws import instance_refresh, launch_templates
from ballast.errors import CallFailedError
from ballast.facts.launch_template import Template
from ballast.facts.refresh import Refresh, RefreshPreferences
from ballast.plans.update_actions import FollowImage
from tests.aws_stubs import Stubs

LT, IMAGE = "lt-0123456789abcdef0", "ami-0123456789abcdef0"
SPECIFICATION = {"LaunchTemplateId": LT, "Version": "3"}
NAMED = Template("web", IMAGE, "1.62.1", LT, "3")
PREFERENCES = RefreshPreferences(125, (10, 100), 600, skip_matching=True, auto_rollback=True)
# The hash of the key, so that a repeated call answers with the same version.
TOKEN = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  # noqa: S105


def wanted(template: Template) -> FollowImage:
    return FollowImage(template, "ami-new", "Bottlerocket 1.64.0, by Ballast", "key")


def group_is(aws: Stubs, **described: Any) -> None:
    raw = {
        "AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "DesiredCapacity": 1, "DefaultCooldown": 300,
        "AvailabilityZones": [], "HealthCheckType": "EC2", "CreatedTime": datetime(2026, 11, 23, tzinfo=UTC),
    }  # fmt: skip
    answer = {"AutoScalingGroups": [{**raw, **described}]}
    aws.answers("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroupNames": ["web"]}, answer)


def image_is(aws: Stubs, version: str, image_id: str) -> None:
    aws.answers(
        "ec2",
        "describe_launch_template_versions",
        {"LaunchTemplateId": LT, "Versions": [version]},
        {"LaunchTemplateVersions": [{"LaunchTemplateData": {"ImageId": image_id}}]},
    )


def images_are(aws: Stubs, **names: str) -> None:
    aws.answers(
        "ec2",
        "describe_images",
        {"Filters": [{"Name": "image-id", "Values": [IMAGE]}], "IncludeDeprecated": True},
        {"Images": [{"ImageId": image_id, "Name": name} for image_id, name in names.items()]},
    )


def version_is_made(aws: Stubs, source: str) -> None:
    aws.answers(
        "ec2",
        "create_launch_template_version",
        {
            "LaunchTemplateId": LT,
            "SourceVersion": source,
            "VersionDescription": "Bottlerocket 1.64.0, by Ballast",
            "LaunchTemplateData": {"ImageId": "ami-new"},
            "ClientToken": TOKEN,
        },
        {"LaunchTemplateVersion": {"VersionNumber": 4}},
    )


@pytest.mark.parametrize(
    ("name", "version"),
    [("bottlerocket-aws-ecs-2-x86_64-v1.62.1-ea1afdd6", "1.62.1"), ("our-hardened-bottlerocket", None)],
)
def test_a_public_image_tells_its_version_and_an_own_one_does_not(aws: Stubs, name: str, version: str | None) -> None:
    group_is(aws, LaunchTemplate=SPECIFICATION)
    image_is(aws, "3", IMAGE)
    images_are(aws, **{IMAGE: name})

    assert launch_templates.templates(["web"]) == (Template("web", IMAGE, version, LT, "3"),)


def test_a_template_that_resolves_a_parameter_is_read_as_it_is_written(aws: Stubs) -> None:
    group_is(aws, LaunchTemplate={"LaunchTemplateId": LT})
    image_is(aws, "$Default", "resolve:ssm:/images/ours")

    [found] = launch_templates.templates(["web"])

    assert (found.follows_parameter, found.image_version, found.version) == (True, None, "$Default")


def test_what_cannot_be_changed_says_why(aws: Stubs) -> None:
    group_is(aws, LaunchConfigurationName="old")
    [found] = launch_templates.templates(["web"])
    assert found.why_fixed == "it launches from a launch configuration"

    overrides = [{"InstanceType": "m7g.large", "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-0"}}]
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION, "Overrides": overrides}}
    group_is(aws, MixedInstancesPolicy=policy)
    image_is(aws, "3", IMAGE)
    images_are(aws)
    [found] = launch_templates.templates(["web"])
    assert found.why_fixed == launch_templates.OWN_TEMPLATES


def test_a_numbered_version_moves_with_its_group(aws: Stubs) -> None:
    version_is_made(aws, "3")
    group_is(aws, LaunchTemplate=SPECIFICATION)
    moved = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateId": LT, "Version": "4"}}
    aws.answers("autoscaling", "update_auto_scaling_group", moved, {})

    launch_templates.follow(wanted(NAMED))


def test_the_rest_of_a_mixed_instances_policy_stays_as_it_is(aws: Stubs) -> None:
    rest = {"Overrides": [{"InstanceType": "m7g.large"}]}
    policy = {
        "LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION, **rest},
        "InstancesDistribution": {"OnDemandBaseCapacity": 1},
    }
    version_is_made(aws, "3")
    group_is(aws, MixedInstancesPolicy=policy)

    assert launch_templates.desired(wanted(NAMED)) == {
        "MixedInstancesPolicy": {
            "LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": LT, "Version": "4"}, **rest},
            "InstancesDistribution": {"OnDemandBaseCapacity": 1},
        }
    }


def test_latest_moves_by_itself_and_default_is_moved(aws: Stubs) -> None:
    version_is_made(aws, "$Latest")
    launch_templates.follow(wanted(Template("web", IMAGE, "1.62.1", LT, "$Latest")))

    version_is_made(aws, "$Default")
    aws.answers("ec2", "modify_launch_template", {"LaunchTemplateId": LT, "DefaultVersion": "4"}, {})
    launch_templates.follow(wanted(Template("web", IMAGE, "1.62.1", LT, "$Default")))


@pytest.mark.usefixtures("aws")
def test_a_group_without_a_launch_template_cannot_follow_an_image() -> None:
    fixed = Template("web", why_fixed="it launches from a launch configuration")

    with pytest.raises(ValueError, match="web cannot follow an image: it launches from a launch configuration"):
        launch_templates.follow(wanted(fixed))


STARTED: dict[str, Any] = {
    "AutoScalingGroupName": "web",
    "Strategy": "Rolling",
    "Preferences": {
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": 125,
        "CheckpointPercentages": [10, 100],
        "CheckpointDelay": 600,
        "SkipMatching": True,
        "AutoRollback": True,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Ignore",
    },
}


def test_a_refresh_launches_before_it_terminates_and_replaces_protected_instances_too(aws: Stubs) -> None:
    version_is_made(aws, "3")
    group_is(aws, LaunchTemplate=SPECIFICATION)
    desired = {"LaunchTemplate": {"LaunchTemplateId": LT, "Version": "4"}}
    aws.answers(
        "autoscaling",
        "start_instance_refresh",
        {**STARTED, "DesiredConfiguration": desired},
        {"InstanceRefreshId": "08b91cf7-8fa6-48af-b6a6-d227f40f1b9b"},
    )

    instance_refresh.start("web", wanted(NAMED), PREFERENCES)


def test_a_refresh_that_runs_already_is_left_alone(aws: Stubs) -> None:
    aws.refuses("autoscaling", "start_instance_refresh", "InstanceRefreshInProgress", STARTED)

    instance_refresh.start("web", None, PREFERENCES)


def test_a_refresh_that_is_refused_for_another_reason_is_an_error(aws: Stubs) -> None:
    aws.refuses("autoscaling", "start_instance_refresh", "ValidationError", STARTED)

    with pytest.raises(CallFailedError, match="ValidationError"):
        instance_refresh.start("web", None, PREFERENCES)


def test_cancelling_what_is_over_is_no_error(aws: Stubs) -> None:
    group = {"AutoScalingGroupName": "web"}
    aws.refuses("autoscaling", "cancel_instance_refresh", "ActiveInstanceRefreshNotFound", group)
    instance_refresh.cancel("web")

    aws.answers("autoscaling", "cancel_instance_refresh", group, {"InstanceRefreshId": "x"})
    instance_refresh.cancel("web")


def test_the_newest_refresh_of_each_group_is_read_and_groups_without_one_are_left_out(aws: Stubs) -> None:
    begun = datetime(2026, 11, 23, 9, tzinfo=UTC)
    raw = {
        "AutoScalingGroupName": "web", "InstanceRefreshId": "x", "Status": "Failed", "StartTime": begun,
        "PercentageComplete": 50, "StatusReason": "why",
    }  # fmt: skip
    for group, found in (("api", []), ("web", [raw])):
        asked = {"AutoScalingGroupName": group, "MaxRecords": 1}
        aws.answers("autoscaling", "describe_instance_refreshes", asked, {"InstanceRefreshes": found})

    assert instance_refresh.newest(["web", "api"]) == (Refresh("web", "x", "Failed", begun, 50, "why"),)
