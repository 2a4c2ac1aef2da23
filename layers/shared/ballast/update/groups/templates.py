"""New instances must not boot the release that was left: launch templates follow a rollout, and drift is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import FollowImage
from ballast.policy.settings import BY_VARIABLE
from ballast.policy.updates import LaunchTemplates
from ballast.records.release import newer
from ballast.records.rollout import Rollout
from ballast.update.groups.due import is_drift_due
from ballast.words import groups as say


def lags(template: Template, rollout: Rollout) -> bool:
    """Whether it boots a public Bottlerocket image that the rollout leaves; a newer one is somebody's decision."""
    version = template.image_version
    if version is None:
        return False
    return version == rollout.bad_version if rollout.bad_version else newer(rollout.target, version)


def resolves_bad_version(template: Template, fleet: Fleet, rollout: Rollout) -> str | None:
    """Why a template cannot go back, in words: the newest release is still the one that was left."""
    if template.follows_parameter and fleet.release and fleet.release.version == rollout.bad_version:
        return f"it always boots {template.image_id}"
    return None


def why_it_cannot_follow(template: Template, fleet: Fleet) -> str | None:
    """In words, of one that lags."""
    if template.why_fixed or template.launch_template_id is None:
        return template.why_fixed or "it has no launch template"
    if fleet.policy.updates.launch_templates is LaunchTemplates.REPORT:
        return f"{_who_says(fleet)}=report says that drift is only told"
    if not fleet.may_change_templates:
        return (
            f"{_who_says(fleet)}=follow asks for it, but the stack has no right to change launch templates until its "
            "parameter InstanceRoleArns names the roles of your container instances"
        )
    if fleet.image_id is None:
        return "the image is not published"
    return None


def _who_says(fleet: Fleet) -> str:
    """The tag of a cluster wins over the parameter, unless nobody can read it."""
    row = BY_VARIABLE["UPDATE_LAUNCH_TEMPLATES"]
    unreadable = any(name == row.tag for name, _, _ in fleet.policy.unreadable)
    if row.tag in fleet.cluster.tags and not unreadable:
        return f"the cluster's tag {row.tag}"
    return f"the parameter {row.parameter}"


def follow(template: Template, fleet: Fleet, rollout: Rollout) -> FollowImage:
    """The key makes a repeated call, also after a halt, answer with the version that the first one made."""
    assert fleet.image_id is not None  # noqa: S101 - why_it_cannot_follow says so
    key = f"{rollout.cluster}/{rollout.item}/{rollout.id}/{template.group}"
    return FollowImage(template, fleet.image_id, f"Bottlerocket {rollout.target}, by Ballast", key)


def plan_templates(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """Once a rollout is over: the next launch template that lags follows; one that cannot, or lags again, is told once."""
    for template in fleet.templates:
        group = template.group
        resolves_bad = resolves_bad_version(template, fleet, rollout)
        if group in rollout.drift_told or not (resolves_bad or lags(template, rollout)):
            continue
        set_back = "it was set back after it had followed" if group in rollout.groups_done else None
        why = resolves_bad or set_back or why_it_cannot_follow(template, fleet)
        if why:
            after = next_revision(replace(rollout, drift_told=(*rollout.drift_told, group)))
            return Plan(
                f"{group} drifts: {why}", (Tell(say.drifts(fleet, after, template, why, now)), Record(rollout, after))
            )
        after = next_revision(replace(rollout, groups_done=(*rollout.groups_done, group)))
        told = Tell(say.follows(fleet, after, template, now))
        return Plan(f"{group} follows", (follow(template, fleet, rollout), told, Record(rollout, after)))
    if is_drift_due(rollout, now):
        return Plan(
            "no launch template drifts", (Record(rollout, next_revision(replace(rollout, groups_seen_at=now))),)
        )
    return Plan("it is over")
