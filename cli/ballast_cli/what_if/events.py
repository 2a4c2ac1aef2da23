"""What happens in the story, beside what Ballast does: by the simulator's own verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from ballast_cli.dump.records import Dump
from ballast_cli.what_if.question import SETTLED_MINUTES, Happening, Question
from simulator.stage import Stage
from simulator.world.bottlerocket.releases import number

REBALANCES, RESTS_MINUTES = "RebalanceCapacity", 0.5
RETIRED_IN = timedelta(days=14)  # after AWS Health has told it

type Act = Callable[[Stage, str], object]


def _terminate(stage: Stage, instance: str) -> None:
    """Its group takes it in, with one instance fewer; one of no group somebody ends at once."""
    group = stage.world.ec2.instances[instance].group
    if group is not None:
        stage.world.scale_in(group, instance)
    else:
        stage.world.ec2.terminate(stage.world.ec2.instances[instance], "user")


# What each does is told in docs/what-if.md.
ACTS: Mapping[str, Act] = {
    "spot": lambda stage, instance: stage.world.warn_spot(instance),
    "rebalance": lambda stage, instance: stage.world.recommend_rebalance(instance),
    "terminate": _terminate,
    "retire": lambda stage, instance: stage.world.schedule_retirement([instance], stage.world.clock.utc + RETIRED_IN),
    "agent": lambda stage, instance: stage.world.disconnect_agent(instance),
    "az": lambda stage, zone: stage.world.lose_zone(zone),
}


def happen(stage: Stage, question: Question) -> None:
    if question.release:
        _publish(stage, question.dump, question.release)
    if question.event:
        event: Happening = question.event
        _rest(stage)
        stage.at(SETTLED_MINUTES, lambda: ACTS[event.kind](stage, event.what))


def _rest(stage: Stage) -> None:
    """Rebalancing looks after the event: what it would have begun by chance a moment before is not the question."""
    own = [source for source in stage.deployment.sources if source.name.startswith(REBALANCES)]
    for source in own:
        source.switch(on=False)
        stage.at(SETTLED_MINUTES + RESTS_MINUTES, partial(source.switch, on=True))


def _publish(stage: Stage, dump: Dump, release: str) -> None:
    """For each variant and architecture that runs here; one that is there already becomes the newest."""
    releases = stage.world.bottlerocket.releases
    kinds = {(i.bottlerocket.variant, i.bottlerocket.arch) for i in dump.instances if i.bottlerocket}
    for variant, arch in sorted(kinds):
        line = releases.lines.get((variant, arch))
        known = next((r for r in line.published if r.version == release), None) if line else None
        if line and known:
            line.latest = known
        else:
            releases.publish(variant, arch, release)
    stage.check_releases()


def newest(dump: Dump) -> str | None:
    """Of the versions that run."""
    known = {i.bottlerocket.version for i in dump.instances if i.bottlerocket and i.bottlerocket.version}
    return max(known, key=number, default=None)
