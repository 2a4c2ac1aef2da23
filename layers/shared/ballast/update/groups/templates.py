"""New instances must not boot the release that was left: launch templates follow a rollout, and drift is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import FollowImage
from ballast.records.rollout import Rollout
from ballast.update.groups.boots import boots, lags, own_choice, why_it_cannot_follow
from ballast.update.groups.due import is_drift_due
from ballast.words import groups as say


def follow(template: Template, fleet: Fleet, rollout: Rollout) -> FollowImage:
    """The key is the rollout's: the version that another one made of the same source is not taken for its own."""
    key = f"{rollout.cluster}/{rollout.item}/{rollout.id}/{template.group}"
    return FollowImage(template, fleet.images[rollout.target], f"Bottlerocket {rollout.target}, by Ballast", key)


def plan_templates(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan:
    """Once a rollout is over: the next launch template that lags follows; one that cannot, or lags again, is told once."""
    for template in fleet.templates:
        group = template.group
        own = own_choice(template, fleet)
        if group in rollout.drift_told or not (own or _drifts(template, fleet, rollout)):
            continue
        set_back = "it was set back after it had followed" if group in rollout.groups_done else None
        why = own or set_back or why_it_cannot_follow(template, fleet, rollout.target)
        if why:
            after = next_revision(replace(rollout, drift_told=(*rollout.drift_told, group)))
            told = say.chosen(fleet, after, template, own, now) if own else say.drifts(fleet, after, template, why, now)
            return Plan(f"{group} drifts: {why}", (Tell(told), Record(rollout, after)))
        after = next_revision(replace(rollout, groups_done=(*rollout.groups_done, group)))
        told = say.follows(fleet, after, template, now)
        return Plan(f"{group} follows", (follow(template, fleet, rollout), Tell(told), Record(rollout, after)))
    if is_drift_due(rollout, now):
        return Plan(
            "no launch template drifts", (Record(rollout, next_revision(replace(rollout, groups_seen_at=now))),)
        )
    return Plan("it is over")


def _drifts(template: Template, fleet: Fleet, rollout: Rollout) -> bool:
    """One that resolves `latest` drifts only where that is what the rollout has left."""
    resolves_bad = template.follows_latest and boots(template, fleet) == rollout.bad_version
    return lags(template, fleet, rollout) or resolves_bad
