"""What groups launch from, and how to have them launch from another image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ballast.aws import autoscaling
from ballast.aws.session import client
from ballast.facts.launch_template import Template, public_parameter
from ballast.plans.update_actions import FollowImage
from ballast.policy.settings import MANAGED_TAG

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

# https://github.com/bottlerocket-os/bottlerocket (tools/pubsys, `pubsys ami`): name-variant-arch-version-commit
IMAGE_NAME = r"bottlerocket-([a-z0-9-]+)-(x86_64|aarch64)-v(\d+\.\d+\.\d+)-[0-9a-f]+"
ARCH = {"x86_64": "x86_64", "aarch64": "arm64"}
# Who owns Bottlerocket's images differs by Region; their owners' alias does not, and nobody else can have it:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html
OWNER = "amazon"
type ImageKind = tuple[tuple[str, str], str]  # variant and architecture, version

OWN_TEMPLATES = "overrides of its mixed instances policy launch from templates of their own"
OWN_IMAGES = "overrides of its mixed instances policy name {}"


def templates(groups: Iterable[str]) -> tuple[Template, ...]:
    """What each of the groups launches from now."""
    found = [_with_image(_template(raw)) for raw in autoscaling.groups(groups)]
    images = _images({t.image_id for t in found if t.image_id and t.image_id.startswith("ami-")})
    return tuple(_recognised(t, images) for t in found)


def tagged() -> frozenset[str]:
    """Ids of the launch templates that carry our tag: a role may be granted no others.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permissions-for-launch-templates.html
    """
    pages = client("ec2").get_paginator("describe_launch_templates")
    found = pages.paginate(Filters=[{"Name": f"tag:{MANAGED_TAG}", "Values": ["true"]}])
    return frozenset(each["LaunchTemplateId"] for page in found for each in page["LaunchTemplates"])


def follow(wanted: FollowImage) -> None:
    """Have the group launch from it: from a new version, which is $Latest by itself, or from the earlier one it had."""
    template = wanted.template
    if template.version == "$Latest":
        _create_version(wanted)
    elif template.version == "$Default":
        client("ec2").modify_launch_template(LaunchTemplateId=_id(template), DefaultVersion=_version(wanted))
    else:
        client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=template.group, **desired(wanted))


def desired(wanted: FollowImage) -> dict[str, Any]:
    """The group's configuration with the new version, as instance refreshes and groups take it."""
    version = _version(wanted)
    [group] = autoscaling.groups([wanted.template.group])
    mixed = group.get("MixedInstancesPolicy")
    if mixed is None:
        return {"LaunchTemplate": {"LaunchTemplateId": _id(wanted.template), "Version": version}}
    template = {"LaunchTemplateId": _id(wanted.template), "Version": version}
    return {
        "MixedInstancesPolicy": {
            **mixed,
            "LaunchTemplate": {**mixed["LaunchTemplate"], "LaunchTemplateSpecification": template},
        }
    }


def _version(wanted: FollowImage) -> str:
    return str(wanted.earlier) if wanted.earlier else _create_version(wanted)


def _create_version(wanted: FollowImage) -> str:
    """The token is that of all that is asked, so that a repeated call makes no second version and another is not refused.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html (IdempotentParameterMismatch)
    """
    template = wanted.template
    source = str(template.number) if template.number else template.version
    asked = (wanted.key, _id(template), source, wanted.description, wanted.image_id)
    created = client("ec2").create_launch_template_version(
        LaunchTemplateId=_id(template),
        SourceVersion=source,
        VersionDescription=wanted.description,
        LaunchTemplateData={"ImageId": wanted.image_id},
        ClientToken=sha256("\n".join(asked).encode()).hexdigest(),
    )
    return str(created["LaunchTemplateVersion"]["VersionNumber"])


def _id(template: Template) -> str:
    if template.launch_template_id is None:
        raise ValueError(f"{template.group} cannot follow an image: {template.why_fixed}.")
    return template.launch_template_id


def _template(group: RawGroup) -> Template:
    name, mixed = group["AutoScalingGroupName"], group.get("MixedInstancesPolicy")
    launches: Mapping[str, Any] = mixed["LaunchTemplate"] if mixed else _single(group)
    found = launches.get("LaunchTemplateSpecification")
    if not found:
        return Template(name, why_fixed="it launches from a launch configuration")
    overrides = launches.get("Overrides", [])
    return Template(
        name,
        launch_template_id=found["LaunchTemplateId"],
        version=found.get("Version") or "$Default",
        why_fixed=_why_fixed(overrides),
        picks_types=any("InstanceRequirements" in override for override in overrides),
    )


def _why_fixed(overrides: Iterable[Mapping[str, Any]]) -> str | None:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html."""
    images = sorted({override["ImageId"] for override in overrides if "ImageId" in override})
    if images:
        return OWN_IMAGES.format(", ".join(images))
    return OWN_TEMPLATES if any("LaunchTemplateSpecification" in override for override in overrides) else None


def _single(group: RawGroup) -> Mapping[str, Any]:
    return {"LaunchTemplateSpecification": group.get("LaunchTemplate")}


def _with_image(template: Template) -> Template:
    if template.launch_template_id is None:
        return template
    versions = client("ec2").describe_launch_template_versions(
        LaunchTemplateId=template.launch_template_id, Versions=[template.version]
    )["LaunchTemplateVersions"]
    if not versions:
        return template
    image_id = versions[0]["LaunchTemplateData"].get("ImageId")
    return replace(template, image_id=image_id, number=versions[0].get("VersionNumber"))


def _recognised(template: Template, images: Mapping[str, ImageKind | None]) -> Template:
    """By its owner, not by its name: a private copy may carry the public name. What is not described is unknown."""
    if not template.resolves:
        known = images.get(template.image_id or "")
        own = known is None and template.image_id in images
        kind, version = known or (None, None)
        return replace(template, image_kind=kind, image_version=version, own=own)
    parameter = public_parameter(template.image_id)
    if parameter is None:
        return replace(template, own=True)
    variant, arch, name = parameter
    if name == "latest":
        return replace(template, image_kind=(variant, arch))
    fixed = template.why_fixed or f"it resolves the parameter of {name}, which stays {name}"
    return replace(template, image_kind=(variant, arch), image_version=name.partition("-")[0], why_fixed=fixed)


def _images(image_ids: Iterable[str]) -> dict[str, ImageKind | None]:
    """Kind and version of Bottlerocket's, None of any other; a filter does not fail for one that is no more."""
    wanted = sorted(image_ids)
    if not wanted:
        return {}
    images = client("ec2").describe_images(Filters=[{"Name": "image-id", "Values": wanted}], IncludeDeprecated=True)[
        "Images"
    ]
    return {image["ImageId"]: _kind_of(image) for image in images}


def _kind_of(image: Mapping[str, Any]) -> ImageKind | None:
    named = re.fullmatch(IMAGE_NAME, image.get("Name", "")) if image.get("ImageOwnerAlias") == OWNER else None
    return ((named[1], ARCH[named[2]]), named[3]) if named else None
