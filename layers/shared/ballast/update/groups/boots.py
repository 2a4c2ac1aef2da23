"""What does a group boot, seen from a rollout: what it leaves, something else that is the operator's own, or the target?"""

from __future__ import annotations

from ballast.facts.fleet import Fleet
from ballast.facts.group import why_operated
from ballast.facts.launch_template import Template
from ballast.policy.settings import MANAGED_TAG
from ballast.policy.updates import LaunchTemplates, Strategy
from ballast.records.release import newer
from ballast.records.rollout import Rollout
from ballast.update.brake import who_says


def own_choice(template: Template, fleet: Fleet) -> str | None:
    """What it boots, in words, where somebody chose that: another variant or architecture, an image or a version of theirs.

    Such a group is never set back, nor its instances replaced.
    """
    if template.own:
        what = "a parameter" if template.resolves else "an image"
        return f"{what} of your own ({template.image_id})"
    if template.image_kind is None:
        return None
    if template.image_kind != fleet.kind:
        version = f" {template.image_version}" if template.image_version else ""
        return f"{' '.join(template.image_kind)}{version}"
    return template.why_fixed


def boots(template: Template, fleet: Fleet) -> str | None:
    """The version of the fleet's variant and architecture that it boots now; None of all else, and where nobody knows."""
    if template.image_kind != fleet.kind:
        return None
    if template.follows_latest:
        return fleet.release.version if fleet.release else None
    return template.image_version


def lags(template: Template, fleet: Fleet, rollout: Rollout) -> bool:
    """Whether it boots what the rollout leaves, by an image that can be changed; a newer one is somebody's decision."""
    version = boots(template, fleet)
    if version is None or template.follows_latest:
        return False
    return version == rollout.bad_version if rollout.bad_version else newer(rollout.target, version)


def why_it_cannot_follow(template: Template, fleet: Fleet, target: str) -> str | None:
    """In words, of one that boots another release than `target`."""
    if why := operated(template.group, fleet):
        return why
    if template.why_fixed or template.launch_template_id is None:
        return template.why_fixed or "it has no launch template"
    if template.follows_latest:
        return f"it always boots {template.image_id}"
    if fleet.policy.updates.launch_templates is LaunchTemplates.REPORT:
        return f"{_who_says(fleet)}=report says that drift is only told"
    if not fleet.may_change_templates:
        until = "parameter InstanceRoleArns names the roles of your container instances"
        if fleet.may_update is Strategy.OFF:
            until = (
                "parameter UpdateRights grants updates and InstanceRoleArns names the roles of your container instances"
            )
        says = f"{_who_says(fleet)}=follow asks for it"
        return f"{says}, but the stack has no right to change launch templates until its {until}"
    if fleet.tagged_templates is not None and template.launch_template_id not in fleet.tagged_templates:
        return (
            f"its launch template {template.launch_template_id} lacks the tag {MANAGED_TAG}=true, without which the stack has "
            "no right to change it"
        )
    if target not in fleet.images:
        return f"the image of {target} is not published"
    return None


def operated(group: str, fleet: Fleet) -> str | None:
    """Why a group is another's to change, in words."""
    operators = (m.operator for m in fleet.members.values() if m.group == group)
    return why_operated(group, next(operators, None))


def template_of(fleet: Fleet, group: str) -> Template:
    unknown = Template(group, why_fixed="what it launches from could not be read")
    return next((t for t in fleet.templates if t.group == group), unknown)


def _who_says(fleet: Fleet) -> str:
    return who_says(fleet, "UPDATE_LAUNCH_TEMPLATES")
