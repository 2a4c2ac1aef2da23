"""Start an instance refresh: with which image, how many at once, and why a group cannot be refreshed."""

from __future__ import annotations

import math
from datetime import timedelta

from ballast.facts.fleet import Fleet, Host
from ballast.facts.launch_template import Template
from ballast.facts.refresh import RefreshPreferences
from ballast.plans.action import Action
from ballast.plans.update_actions import StartRefresh
from ballast.policy.policy import Policy
from ballast.records.rollout import Rollout
from ballast.update.groups.templates import follow, lags, resolves_bad_version, why_it_cannot_follow

LONGEST_DELAY = timedelta(hours=48)  # most that CheckpointDelay takes


def start(fleet: Fleet, rollout: Rollout, group: str) -> tuple[Action, ...]:
    """A numbered version moves with the refresh, and back with its rollback; $Latest and $Default move before it."""
    template = template_of(fleet, group)
    hosts = sum(group_of(host) == group for host in fleet.hosts)
    follows = follow(template, fleet, rollout) if lags(template, rollout) else None
    rolls_back = follows is not None and template.numbered
    preferences = _preferences(fleet.policy, hosts, template, auto_rollback=rolls_back)
    if follows and not template.numbered:
        return follows, StartRefresh(group, None, preferences)
    return (StartRefresh(group, follows, preferences),)


def _preferences(policy: Policy, hosts: int, template: Template, *, auto_rollback: bool) -> RefreshPreferences:
    """Launch before terminate, as many at once as the budget allows; one canary, then the waves, with the longer bake.

    Matching compares versions of launch templates, and a parameter's new value makes no new version.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
    """
    at_once = max(1, policy.budget_of(hosts))
    canary = math.ceil(100 / max(1, hosts))
    updates = policy.updates
    delay = min(max(updates.canary_bake, updates.wave_bake), LONGEST_DELAY)
    return RefreshPreferences(
        max_healthy_percent=min(200, 100 + math.ceil(100 * at_once / max(1, hosts))),
        checkpoints=tuple(sorted({canary, *(wave for wave in updates.waves if wave > canary), 100})),
        checkpoint_delay_s=int(delay.total_seconds()),
        skip_matching=not template.follows_parameter,
        auto_rollback=auto_rollback,
    )


def objection_to_group(template: Template, fleet: Fleet, rollout: Rollout) -> str | None:
    if template.follows_parameter:
        return resolves_bad_version(template, fleet, rollout)
    if lags(template, rollout):
        return why_it_cannot_follow(template, fleet)
    if template.image_version != rollout.target:
        return (
            template.why_fixed
            or f"its launch template boots {template.image_id}, which is not Bottlerocket {rollout.target}"
        )
    return None


def template_of(fleet: Fleet, group: str) -> Template:
    unknown = Template(group, why_fixed="what it launches from could not be read")
    return next((t for t in fleet.templates if t.group == group), unknown)


def group_of(host: Host) -> str:
    return host.view.membership.group if host.view.membership else ""
