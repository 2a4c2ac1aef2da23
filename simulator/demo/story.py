"""Which facts of the world are worth a line, and how is each one said?"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.demo.tally import Tally
from simulator.world.core import Fact

NAMES = {"ballast": "Ballast", "ecs": "ECS"}


@dataclass(frozen=True, slots=True)
class Happening:
    """`say` has a place `{it}` for what it happened to; happenings that say the same are told as one."""

    at_s: float
    who: str
    say: str
    it: str = ""
    unit: str = "instances"
    major: bool = True  # belongs in the summary


def happenings(tally: Tally, facts: list[Fact]) -> list[Happening]:
    """What `facts`, which `tally` has counted, mean to a person; those from before the first second are the scene."""
    found = [_below_minimum(tally, fact) if fact.kind == "service_counts" else _said(tally, fact) for fact in facts]
    return [each for each in found if each is not None and each.at_s > 0]


def _said(tally: Tally, fact: Fact) -> Happening | None:
    data = fact.data
    it = data.get("instance", "")
    actor = NAMES.get(data.get("actor", ""), data.get("actor", ""))
    who, say, major = "", "", True
    match fact.kind, data:
        case "spot_warned", _:
            who, say = "EC2", "Spot interruption warning: {it} will be gone in 2 min"
        case "rebalance_recommended", _:
            who, say = "EC2", "rebalance recommendation for {it}"
        case "retirement_scheduled", {"instances": ids, "starts_at": starts_at}:
            who, say, it = "Health", f"host retires on {starts_at[:10]}: {{it}}", ", ".join(ids)
        case "container_instance_status", {"new": new}:
            who, say = actor, f"{{it}} set to {new}"
        case "container_instance_deregistered", _:
            who, say, major = actor, "{it} removed from the cluster", False
        case "instance_launched", {"group": group}:
            who, say, major = "EC2", f"{{it}} launched for {group}", False
        case "instance_joined", {"cluster": cluster}:
            who, say = "ECS", f"{{it}} joined {cluster}"
        case "instance_state", {"state": "terminated" | "stopped" as state}:
            who, say = "EC2", f"{{it}} is {state}"
        case "instance_state", {"state": "shutting-down" | "stopping" as state, "cause": cause}:
            who, say, major = "EC2", f"{{it}} is {state} ({cause.replace('_', ' ')})", False
        case "agent", {"connected": connected} if not tally.stage.world.ec2.instances[it].going:
            who, say = "ECS", f"agent of {{it}} {'connected again' if connected else 'disconnected'}"
        case "lifecycle_hook_put", {"group": group, "hook": hook}:
            who, say, it = actor, f"hook {hook} put on {{it}}", group
        case "hook_waiting", {"hook": hook}:
            who, say = "AutoScaling", f"wants to end {{it}}; hook {hook} holds it"
        case "hook_heartbeat", {"hook": hook}:
            who, say, major = actor, f"heartbeat for {{it}}, hook {hook}", False
        case "hook_completed", {"hook": hook, "result": result}:
            who, say = actor, f"hook {hook} completed with {result}: {{it}} may go"
        case "hook_timed_out", {"hook": hook}:
            who, say = "AutoScaling", f"hook {hook} timed out on {{it}}"
        case "task_stopped", {"interrupted": True, "cause": cause}:
            return Happening(fact.at_s, "ECS", f"{{it}} INTERRUPTED ({cause.replace('_', ' ')})", _task(fact), "tasks")
        case "task_stopped", _ if tally.is_move(fact):
            return Happening(fact.at_s, "ECS", "{it} moved", _task(fact), "tasks")
        case "service_action", {"service": service, "name": name} if name != "SERVICE_STEADY_STATE":
            return Happening(fact.at_s, "ECS", f"{name}: {{it}}", service, "services", major=False)
        case _:
            return None
    return Happening(fact.at_s, who, say, it, "groups" if fact.kind == "lifecycle_hook_put" else "instances", major)


def _task(fact: Fact) -> str:
    return f"{fact.data['service'] or 'a standalone task'} of {fact.data['instance']}"


def _below_minimum(tally: Tally, fact: Fact) -> Happening | None:
    data = fact.data
    if not tally.fell(fact):
        return None
    counts = f"{data['running']} running, minimum {data['minimum']}"
    return Happening(fact.at_s, "ECS", f"{{it}} BELOW ITS MINIMUM: {counts}", data["service"], "services")
