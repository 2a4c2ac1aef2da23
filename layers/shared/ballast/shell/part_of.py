"""Which terminations did Ballast ask for? What is told of those belongs to the rollout that refreshes their group.

Auto Scaling does not say why its hook holds an instance: whatever the group terminates meanwhile is taken for a step.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ballast.aws.rollouts import rollouts
from ballast.drain.triggers import Trigger
from ballast.facts.view import View
from ballast.records.disruption import Reason
from ballast.shell.batch import decided

type Triggers = Mapping[str, Trigger]  # by instance id
type Held = Mapping[str, tuple[str, tuple[str, str]]]  # the group, and variant and architecture


def as_steps(triggers: Triggers, views: Sequence[View], table: str) -> Triggers:
    """The triggers of one cluster, with what they are part of: one question to the ledger, where a hook holds such hosts."""
    held = {
        v.instance_id: (trigger.hook.group, (v.instance.variant, v.instance.arch))
        for v in views
        if (trigger := triggers.get(v.instance_id)) and trigger.hook and trigger.reason is Reason.LIFECYCLE_HOOK
        if v.instance and v.instance.variant and v.instance.arch
    }
    if not held:
        return triggers
    # No drain waits for how it is worded.
    return decided("what it is part of", lambda: _marked(triggers, held, table, views[0].cluster.name), triggers)


def _marked(triggers: Triggers, held: Held, table: str, cluster: str) -> Triggers:
    from ballast.words.rollout import part_of  # noqa: PLC0415 - most drains are no step of a rollout

    known = rollouts(table, cluster, {kind for _, kind in held.values()})
    steps = {i: r for i, (group, kind) in held.items() if (r := known.get(kind)) and r.replaces(group)}
    return {i: replace(t, part_of=part_of(steps[i])) if i in steps else t for i, t in triggers.items()}
