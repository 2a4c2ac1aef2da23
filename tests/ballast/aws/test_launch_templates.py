"""Launch templates and instance refreshes: what groups launch from, new versions of it, and how a refresh is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.aws import launch_templates
from ballast.facts.launch_template import Template
from ballast.plans.update_actions import FollowImage
from tests.aws_stubs import Stubs
from tests.ballast.aws.launches import IMAGE, KIND, LT, NAMED, SPECIFICATION, group_is, token, version_is_made, wanted


def image_is(aws: Stubs, version: str, image_id: str) -> None:
    aws.answers(
        "ec2",
        "describe_launch_template_versions",
        {"LaunchTemplateId": LT, "Versions": [version]},
        {"LaunchTemplateVersions": [{"VersionNumber": 3, "LaunchTemplateData": {"ImageId": image_id}}]},
    )


def images_are(aws: Stubs, owner: str | None = "amazon", **names: str) -> None:
    alias = {"ImageOwnerAlias": owner} if owner else {}
    aws.answers(
        "ec2",
        "describe_images",
        {"Filters": [{"Name": "image-id", "Values": [IMAGE]}], "IncludeDeprecated": True},
        {"Images": [{"ImageId": image_id, "Name": name, **alias} for image_id, name in names.items()]},
    )


PUBLIC = "bottlerocket-aws-ecs-2-x86_64-v1.62.1-ea1afdd6"


@pytest.mark.parametrize(
    ("name", "owner", "version", "kind"),
    [
        (PUBLIC, "amazon", "1.62.1", KIND),
        ("bottlerocket-aws-ecs-3-nvidia-aarch64-v1.64.0-0", "amazon", "1.64.0", ("aws-ecs-3-nvidia", "arm64")),
        (PUBLIC, None, None, None),
        (PUBLIC, "aws-marketplace", None, None),
        ("our-hardened-bottlerocket", None, None, None),
    ],
    ids=["public", "another kind", "a copy under the public name", "sold", "an own one"],
)
def test_an_image_is_bottlerockets_by_its_owner_and_not_by_its_name(
    aws: Stubs, name: str, owner: str | None, version: str | None, kind: tuple[str, str] | None
) -> None:
    group_is(aws, LaunchTemplate=SPECIFICATION)
    image_is(aws, "3", IMAGE)
    images_are(aws, owner, **{IMAGE: name})

    assert launch_templates.templates(["web"]) == (
        Template("web", IMAGE, version, LT, "3", image_kind=kind, number=3, own=kind is None),
    )


@pytest.mark.parametrize(
    ("written", "kind", "version", "why"),
    [
        ("/aws/service/bottlerocket/aws-ecs-2/x86_64/latest/image_id", KIND, None, None),
        (
            "/aws/service/bottlerocket/aws-ecs-2/x86_64/1.62.1/image_id",
            KIND,
            "1.62.1",
            "it resolves the parameter of 1.62.1",
        ),
        (
            "/aws/service/bottlerocket/aws-ecs-2/x86_64/1.62.1-ea1afdd6/image_id",
            KIND,
            "1.62.1",
            "which stays 1.62.1-ea",
        ),
        ("/aws/service/bottlerocket/aws-ecs-2/x86_64/latest/image_id:7", None, None, None),
        ("/images/ours", None, None, None),
    ],
)
def test_a_parameter_follows_only_where_it_is_the_latest_of_the_public_ones(
    aws: Stubs, written: str, kind: tuple[str, str] | None, version: str | None, why: str | None
) -> None:
    group_is(aws, LaunchTemplate={"LaunchTemplateId": LT})
    image_is(aws, "$Default", f"resolve:ssm:{written}")

    [found] = launch_templates.templates(["web"])

    assert (found.image_kind, found.image_version, found.version) == (kind, version, "$Default")
    assert found.follows_latest is (kind is not None and version is None)
    assert (why or "") in (found.why_fixed or "")
    assert bool(found.why_fixed) is bool(why)


@pytest.mark.parametrize(
    ("override", "why"),
    [
        ({"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-0"}}, launch_templates.OWN_TEMPLATES),
        ({"ImageId": "ami-0"}, "overrides of its mixed instances policy name ami-0"),
        ({"InstanceType": "m7g.large"}, None),
    ],
)
def test_overrides_that_boot_something_of_their_own_say_so(
    aws: Stubs, override: dict[str, Any], why: str | None
) -> None:
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION, "Overrides": [override]}}
    group_is(aws, MixedInstancesPolicy=policy)
    image_is(aws, "3", IMAGE)
    images_are(aws)

    [found] = launch_templates.templates(["web"])

    assert (found.why_fixed, found.picks_types) == (why, False)


def test_a_group_that_picks_types_by_attributes_takes_no_comparison(aws: Stubs) -> None:
    needs = {"InstanceRequirements": {"VCpuCount": {"Min": 2}, "MemoryMiB": {"Min": 4096}}}
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION, "Overrides": [needs]}}
    group_is(aws, MixedInstancesPolicy=policy)
    image_is(aws, "3", IMAGE)
    images_are(aws)

    [found] = launch_templates.templates(["web"])

    assert (found.picks_types, found.comparable) == (True, False)


def test_an_image_that_is_not_described_is_unknown_and_not_somebodys_own(aws: Stubs) -> None:
    group_is(aws, LaunchTemplate=SPECIFICATION)
    image_is(aws, "3", IMAGE)
    images_are(aws)

    [found] = launch_templates.templates(["web"])

    assert (found.own, found.image_kind) == (False, None)


def test_a_launch_configuration_cannot_be_changed(aws: Stubs) -> None:
    group_is(aws, LaunchConfigurationName="old")

    [found] = launch_templates.templates(["web"])

    assert found.why_fixed == "it launches from a launch configuration"


def test_an_earlier_version_is_gone_back_to_and_none_is_made(aws: Stubs) -> None:
    group_is(aws, LaunchTemplate=SPECIFICATION)
    moved = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateId": LT, "Version": "2"}}
    aws.answers("autoscaling", "update_auto_scaling_group", moved, {})
    launch_templates.follow(replace(wanted(NAMED), earlier=2))

    aws.answers("ec2", "modify_launch_template", {"LaunchTemplateId": LT, "DefaultVersion": "2"}, {})
    launch_templates.follow(replace(wanted(Template("web", IMAGE, "1.62.1", LT, "$Default", number=3)), earlier=2))


def test_the_token_differs_where_anything_that_is_asked_differs(aws: Stubs) -> None:
    """So a halt that goes back and a resume do not meet the version of before, nor IdempotentParameterMismatch."""
    tokens = set()
    for source, image, key in (
        (3, "ami-new", "key"),
        (5, "ami-new", "key"),
        (3, "ami-old", "key"),
        (3, "ami-new", "b"),
    ):
        asked = {
            "LaunchTemplateId": LT,
            "SourceVersion": str(source),
            "VersionDescription": "Bottlerocket 1.64.0, by Ballast",
            "LaunchTemplateData": {"ImageId": image},
            "ClientToken": token(str(source), key, image),
        }
        aws.answers("ec2", "create_launch_template_version", asked, {"LaunchTemplateVersion": {"VersionNumber": 4}})
        template = Template("web", IMAGE, "1.62.1", LT, "$Latest", number=source)
        launch_templates.follow(FollowImage(template, image, "Bottlerocket 1.64.0, by Ballast", key))
        tokens.add(asked["ClientToken"])

    assert len(tokens) == 4


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
