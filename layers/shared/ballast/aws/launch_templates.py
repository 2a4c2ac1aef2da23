"""What groups launch from, and how to have them launch from another image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ballast.aws import autoscaling
from ballast.aws.session import client
from ballast.facts.launch_template import Template
from ballast.plans.update_actions import FollowImage

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

# https://github.com/bottlerocket-os/bottlerocket (tools/pubsys, `pubsys ami`): name-variant-arch-version-commit
PUBLIC_IMAGE = r"bottlerocket-[a-z0-9-]+-(?:x86_64|aarch64)-v(\d+\.\d+\.\d+)-[0-9a-f]+"
OWN_TEMPLATES = "overrides of its mixed instances policy launch from templates of their own"


def templates(groups: Iterable[str]) -> tuple[Template, ...]:
    """What each of the groups launches from now."""
    found = [_with_image(_template(raw)) for raw in autoscaling.groups(groups)]
    versions = _image_versions({t.image_id for t in found if t.image_id and t.image_id.startswith("ami-")})
    return tuple(replace(t, image_version=versions.get(t.image_id or "")) for t in found)


def follow(wanted: FollowImage) -> None:
    """Make the version, and have the group launch from it: what is named $Latest does so by itself."""
    template = wanted.template
    if template.version == "$Latest":
        _create_version(wanted)
    elif template.version == "$Default":
        client("ec2").modify_launch_template(LaunchTemplateId=_id(template), DefaultVersion=_create_version(wanted))
    else:
        client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=template.group, **desired(wanted))


def desired(wanted: FollowImage) -> dict[str, Any]:
    """The group's configuration with the new version, as instance refreshes and groups take it."""
    version = _create_version(wanted)
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


def _create_version(wanted: FollowImage) -> str:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html."""
    created = client("ec2").create_launch_template_version(
        LaunchTemplateId=_id(wanted.template),
        SourceVersion=wanted.template.version,
        VersionDescription=wanted.description,
        LaunchTemplateData={"ImageId": wanted.image_id},
        ClientToken=sha256(wanted.key.encode()).hexdigest(),
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
    own = any("LaunchTemplateSpecification" in override for override in launches.get("Overrides", []))
    return Template(
        name,
        launch_template_id=found["LaunchTemplateId"],
        version=found.get("Version") or "$Default",
        why_fixed=OWN_TEMPLATES if own else None,
    )


def _single(group: RawGroup) -> Mapping[str, Any]:
    return {"LaunchTemplateSpecification": group.get("LaunchTemplate")}


def _with_image(template: Template) -> Template:
    if template.launch_template_id is None:
        return template
    versions = client("ec2").describe_launch_template_versions(
        LaunchTemplateId=template.launch_template_id, Versions=[template.version]
    )["LaunchTemplateVersions"]
    return replace(template, image_id=versions[0]["LaunchTemplateData"].get("ImageId") if versions else None)


def _image_versions(image_ids: Iterable[str]) -> dict[str, str]:
    """Of those that are public Bottlerocket images; a filter does not fail for one that is no more."""
    wanted = sorted(image_ids)
    if not wanted:
        return {}
    images = client("ec2").describe_images(Filters=[{"Name": "image-id", "Values": wanted}], IncludeDeprecated=True)[
        "Images"
    ]
    named = ((image["ImageId"], re.fullmatch(PUBLIC_IMAGE, image.get("Name", ""))) for image in images)
    return {image_id: found[1] for image_id, found in named if found}
