"""EC2 answers about launch templates."""

from __future__ import annotations

from simulator.world.autoscaling.group_shapes import template_id
from simulator.world.core.core import Output, Params
from simulator.world.ec2.launch_templates import LaunchTemplate, Version
from simulator.world.parts import Parts


def describe(world: Parts, params: Params, _actor: str) -> Output:
    """By id, or those with a tag: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html."""
    if ids := params.get("LaunchTemplateIds"):
        return {"LaunchTemplates": [_template(_required(world, each)) for each in ids]}
    [wanted] = params["Filters"]
    key = wanted["Name"].removeprefix("tag:")
    found = (t for t in world.launch_templates.by_id.values() if t.tags.get(key) in wanted["Values"])
    return {"LaunchTemplates": [_template(template) for template in found]}


def describe_versions(world: Parts, params: Params, _actor: str) -> Output:
    """Image ids as written; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html."""
    template = _required(world, params["LaunchTemplateId"])
    wanted = params.get("Versions") or [str(number) for number in template.versions]
    return {"LaunchTemplateVersions": [_shown(world, template, template.version(text)) for text in wanted]}


def create_version(world: Parts, params: Params, actor: str) -> Output:
    """A copy of SourceVersion with other data: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html."""
    template = world.launch_templates.require(params["LaunchTemplateId"])
    source = template.version(params["SourceVersion"])
    image_id = params["LaunchTemplateData"].get("ImageId", source.image_id)
    made = template.add(
        image_id, params.get("VersionDescription", ""), params.get("ClientToken"), source=params["SourceVersion"]
    )
    world.note(
        "launch_template_version",
        template=template.id,
        number=made.number,
        image=image_id,
        source=source.image_id,
        actor=actor,
    )
    return {"LaunchTemplateVersion": _shown(world, template, made)}


def modify(world: Parts, params: Params, _actor: str) -> Output:
    """Another default version: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html."""
    template = world.launch_templates.require(params["LaunchTemplateId"])
    template.default = template.version(params["DefaultVersion"]).number
    return {"LaunchTemplate": _template(template)}


def _required(world: Parts, which: str) -> LaunchTemplate:
    """A group that a scenario gave no template has one all the same."""
    groups = [group for group in world.groups.groups.values() if template_id(group) == which]
    if which not in world.launch_templates.by_id and groups:
        return LaunchTemplate(which, groups[0].name, {1: Version(1, "")})
    return world.launch_templates.require(which)


def _template(template: LaunchTemplate) -> Output:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "DefaultVersionNumber": template.default,
        "LatestVersionNumber": max(template.versions),
        "Tags": [{"Key": key, "Value": value} for key, value in template.tags.items()],
    }


def _data(world: Parts, template: LaunchTemplate) -> Output:
    """As a group launches from it: a mixed instances policy says itself what is Spot.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
    """
    group = next((g for g in world.groups.groups.values() if template_id(g) == template.id), None)
    if group is None:
        return {}
    spot = {"InstanceMarketOptions": {"MarketType": "spot"}} if group.spot and not group.mixed else {}
    return {"InstanceType": group.shape.instance_type, **spot}


def _shown(world: Parts, template: LaunchTemplate, version: Version) -> Output:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionNumber": version.number,
        "VersionDescription": version.description,
        "CreateTime": world.clock.utc,
        "DefaultVersion": version.number == template.default,
        "LaunchTemplateData": {
            **({"ImageId": version.image_id} if version.image_id else {}),
            **_data(world, template),
        },
    }


OPERATIONS = {
    "DescribeLaunchTemplates": describe,
    "DescribeLaunchTemplateVersions": describe_versions,
    "CreateLaunchTemplateVersion": create_version,
    "ModifyLaunchTemplate": modify,
}
