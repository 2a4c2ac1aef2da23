"""After a halt or a recall nothing new may boot the bad release: launch templates go back first, and what cannot is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from ballast.facts.fleet import Fleet, Host
from ballast.facts.launch_template import Template
from ballast.plans.actions import Record, Tell, TerminateInstance
from ballast.plans.plan import Plan, next_revision
from ballast.plans.update_actions import FollowImage
from ballast.records.release import newer
from ballast.records.rollout import Rollout, Stage
from ballast.update.groups.boots import boots, why_it_cannot_follow
from ballast.update.groups.due import is_set_back_due
from ballast.words import groups as say

UPDATED = (Stage.DONE, Stage.RETURNING)


def plan_set_back(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan | None:
    """One step of a rollout that was halted or goes back, or whose target was recalled; None when there is nothing to do.

    What launch templates boot cannot be changed while a refresh with a configuration of its own goes on.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html (Update restriction)
    """
    bad = rollout.bad_version or rollout.target
    good = rollout.target if rollout.bad_version else version_before(fleet, rollout)
    for template in fleet.templates:
        if boots(template, fleet) != bad or template.group in rollout.drift_told:
            continue
        if any(r.group == template.group and not r.ended for r in fleet.refreshes):
            continue
        return _plan_one(fleet, rollout, template, good, now)
    return None


def seen_to(fleet: Fleet, rollout: Rollout, now: datetime) -> Rollout:
    """The rollout once all its templates were looked at and nothing is left to do there for a while."""
    waits = any(not refresh.ended for refresh in fleet.refreshes)
    if waits or not is_set_back_due(rollout, now) or not fleet.templates:
        return rollout
    return replace(rollout, groups_seen_at=now)


def _plan_one(fleet: Fleet, rollout: Rollout, template: Template, good: str | None, now: datetime) -> Plan:
    group = template.group
    why = why_it_cannot_follow(template, fleet, good) if good else "nobody knows which release ran before"
    if why or good is None:
        after = next_revision(replace(rollout, drift_told=(*rollout.drift_told, group)))
        told = Tell(say.still_boots(fleet, after, template, why or "", now))
        return Plan(f"{group} still boots it: {why}", (told, Record(rollout, after)))
    earlier = {
        name: int(number) for name, _, number in (entry.rpartition(":") for entry in rollout.templates_before or ())
    }
    after = next_revision(
        replace(
            rollout, templates_before=tuple(m for m in rollout.templates_before or () if m.rpartition(":")[0] != group)
        )
    )
    key = f"{rollout.cluster}/{rollout.item}/{rollout.id}/{group}"
    back = FollowImage(
        template, fleet.images[good], f"Back to Bottlerocket {good}, by Ballast", key, earlier.get(group)
    )
    told = Tell(say.set_back(fleet, after, template, good, now))
    return Plan(f"{group} goes back to {good}", (back, told, Record(rollout, after)))


def plan_replaced(fleet: Fleet, rollout: Rollout) -> Plan | None:
    """By policy, what never joined ECS is replaced once its group boots the release before again."""
    bad = {template.group for template in fleet.templates if boots(template, fleet) == rollout.target}
    left = [i for i in fleet.unregistered if i in (rollout.never_joined or ()) and fleet.members[i].group not in bad]
    if not left or not fleet.templates:
        return None
    ends = (TerminateInstance(fleet.members[i].group, i) for i in left)
    return Plan(f"{len(left)} instances that never joined are replaced", tuple(ends))


def plan_named(fleet: Fleet, rollout: Rollout, now: datetime) -> Plan | None:
    """Instances that came up with the bad release since it was halted or recalled, by name, once each."""
    bad = rollout.bad_version or rollout.target
    fresh = sorted(
        h.id for h in fleet.hosts if h.version == bad and _is_not_ours(h) and h.id not in (rollout.bad_told or ())
    )
    if not fresh:
        return None
    after = next_revision(replace(rollout, bad_told=(*(rollout.bad_told or ()), *fresh)))
    told = Tell(say.booted(fleet, after, fresh, now))
    return Plan(f"{len(fresh)} instances came up with {bad}", (told, Record(rollout, after)))


def _is_not_ours(host: Host) -> bool:
    """Not one that the rollout has taken there, or takes back."""
    return host.update is None or host.update.stage in (Stage.EXCLUDED, Stage.FAILED)


def version_before(fleet: Fleet, rollout: Rollout) -> str | None:
    """Where most of the updated instances came from, or what most of the others run."""
    came = Counter(u.began_from for u in fleet.updates if u.began_from and u.stage in UPDATED)
    others = Counter(h.version for h in fleet.hosts if h.version and newer(rollout.target, h.version))
    for found in (came, others):
        if found:
            return found.most_common(1)[0][0]
    release = fleet.release
    published = (release.version, release.previous_version) if release else ()
    return next((version for version in published if version and newer(rollout.target, version)), None)
