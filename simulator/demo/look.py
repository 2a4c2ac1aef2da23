"""How does an instance look now? One mark and a few words for what ECS, EC2 and Auto Scaling say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ballast.records.rollout import Stage
from simulator.demo.tally import Tally
from simulator.demo.times import elapsed
from simulator.world.core.records import ContainerInstance, Instance, InstanceState, Status

JOINS_WITHIN_S = 300.0  # of its launch; an agent takes one or two minutes
LINGERS_S = 45.0  # how long the row of a terminated instance stays


@dataclass(frozen=True, slots=True)
class Look:
    """`quiet`: nothing is going on there, so it may be folded away when rows are short. `version`: "" without Bottlerocket."""

    mark: str
    words: str
    style: str
    quiet: bool = False
    version: str = ""
    canary: bool = False


ACTIVE = Look("·", "active", "green", quiet=True)
LEGEND = {
    "·": ("active", "green"),
    "!": ("Spot warned", "yellow"),
    "S": ("staging", "bold cyan"),
    "D": ("draining", "bold yellow"),
    "R": ("rebooting", "bold blue"),
    "F": ("failed", "bold white on red"),
    "E": ("excluded", "yellow"),
    "H": ("held by hook", "bold magenta"),
    "?": ("no agent", "bold red"),
    "x": ("going", "dim"),
    "+": ("coming", "cyan"),
    "✓": ("on target", "bold green"),
}
STAGES = {
    Stage.CHECKING: ("S", "checking"),
    Stage.STAGING: ("S", "staging"),
    Stage.STAGED: ("S", "staged"),
    Stage.DRAINING: ("D", "draining"),
    Stage.REBOOTING: ("R", "rebooting"),
    Stage.RETURNING: ("R", "returning"),
    Stage.UNSTAGING: ("S", "undoing"),
    Stage.REPLACING: ("x", "replacing"),
    Stage.FAILED: ("F", "FAILED"),
    Stage.EXCLUDED: ("E", "excluded"),
}
AWAY = (Stage.REBOOTING, Stage.RETURNING)  # its agent is expected to be gone meanwhile


def look_of(tally: Tally, instance: Instance) -> Look:
    look, progress = _state(tally, instance), tally.progress
    version = tally.stage.world.bottlerocket.version(instance.id) or ""
    if progress is None:
        return replace(look, version=version)
    if look is ACTIVE and version == progress.rollout.target:
        look = Look("✓", "on target", LEGEND["✓"][1], quiet=True)
    return replace(look, version=version, canary=instance.id in progress.canaries)


def _state(tally: Tally, instance: Instance) -> Look:
    world, now_s = tally.stage.world, tally.stage.clock.now_s
    match instance.state:
        case InstanceState.PENDING:
            return _look("+", "booting")
        case InstanceState.RUNNING:
            host = world.find_host(instance.id)
            if host is not None:
                return _running(tally, host, now_s)
            late = _should_join(tally, instance) and now_s - instance.launched_at_s > JOINS_WITHIN_S
            return _look("?", "NOT IN ECS") if late else _look("+", "joining ECS")
        case InstanceState.SHUTTING_DOWN | InstanceState.STOPPING | InstanceState.STOPPED | InstanceState.TERMINATED:
            return _look("x", instance.state.value)


def shown(tally: Tally) -> list[Instance]:
    """Every instance that is there, and for a while those that have gone, in the order of their launch."""
    now_s = tally.stage.clock.now_s
    every = tally.stage.world.ec2.instances.values()
    return [i for i in every if i.ended_at_s is None or now_s < i.ended_at_s + LINGERS_S]


def _should_join(tally: Tally, instance: Instance) -> bool:
    group = tally.stage.world.groups.groups.get(instance.group or "")
    return group is not None and group.cluster is not None


def _running(tally: Tally, host: ContainerInstance, now_s: float) -> Look:
    member = tally.stage.world.groups.member(host.instance.id)
    draining = "DRAINING" if host.status is Status.DRAINING else ""
    update = tally.progress.updates.get(host.instance.id) if tally.progress else None
    if not host.agent_connected and not (update and update.stage in AWAY):
        return _look("?", "AGENT LOST")
    if member is not None and member.actions:
        return _look("H", f"{draining}, hook" if draining else "HOOK HOLDS")
    end_s = tally.spot_end_s.get(host.instance.id)
    left = f" {elapsed(max(0.0, end_s - now_s))}" if end_s is not None else ""
    if update and update.stage in STAGES and not left:
        return _look(*STAGES[update.stage])
    if draining:
        return _look("D", f"{draining}{left}")
    return _look("!", f"SPOT{left}") if left else ACTIVE


def _look(mark: str, words: str) -> Look:
    return Look(mark, words, LEGEND[mark][1])
