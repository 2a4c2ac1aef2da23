"""How far does the next refresh of a group go? One canary, then the waves: a refresh a step, that ends by itself.

Auto Scaling goes past a checkpoint after its delay, whoever looks or does not; where the last checkpoint is below 100 % it
replaces that share and ends. What comes next is a refresh of its own, begun once all that this one launched is verified.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
"""

from __future__ import annotations

import math
from datetime import timedelta

from ballast.facts.fleet import Fleet, on_target
from ballast.facts.launch_template import Template
from ballast.facts.refresh import RefreshPreferences
from ballast.policy.policy import Policy
from ballast.records.rollout import Rollout
from ballast.update.waves import wave_limit
from ballast.value import dataclass

VERIFIED_WITHIN = timedelta(minutes=4)  # once its time is over: what lasts is failed, and a round of ours cancels
WARMUP_MOST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Step:
    """`instances` to replace of `size`, as far as the wave goes; `last`: all that are left."""

    wave: int
    instances: int
    size: int
    last: bool


def next_step(fleet: Fleet, rollout: Rollout, group: str) -> Step | None:
    """The first wave from the present one on that has something left; None where every wave has been."""
    size = size_of(fleet, group)
    arrived = sum(on_target(host, rollout) for host in fleet.hosts if group_of(fleet, host.id) == group)
    waves = fleet.policy.updates.waves
    if rollout.bad_version:  # it takes back what was verified before
        return Step(0, size - arrived, size, last=True) if rollout.wave == 0 and size > arrived else None
    for wave in range(rollout.wave, len(waves) + 1):
        limit = wave_limit(waves, wave, size)
        if limit > arrived:
            return Step(wave, limit - arrived, size, last=limit == size)
    return None


def preferences_of(step: Step, template: Template, policy: Policy, *, auto_rollback: bool) -> RefreshPreferences:
    """Launch before terminate, as many at once as the budget allows.

    The share is that of the instances to replace, since a refresh that is run again replaces the oldest first; only at the
    end are those skipped that match. The canary is warm when it has had its time: before, no old instance goes.
    """
    at_once = min(max(1, policy.budget_of(step.size)), max(1, step.instances))
    skips = step.last and template.comparable
    warmup = min(policy.updates.return_time + VERIFIED_WITHIN, WARMUP_MOST)
    return RefreshPreferences(
        max_healthy_percent=min(200, 100 + math.ceil(100 * at_once / max(1, step.size))),
        percent=100 if skips else max(1, 100 * step.instances // max(1, step.size)),
        skip_matching=skips,
        auto_rollback=auto_rollback,
        warmup_s=int(warmup.total_seconds()) if step.wave == 0 and not step.last else None,
    )


def size_of(fleet: Fleet, group: str) -> int:
    """Instances of a group, whatever they run: what percentages are of."""
    return sum(m.group == group and (m.in_service or m.launches) for m in fleet.members.values())


def group_of(fleet: Fleet, instance_id: str) -> str:
    membership = fleet.members.get(instance_id)
    return membership.group if membership else ""
