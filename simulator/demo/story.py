"""Which facts of the world are worth a line, and how is each one said?"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.demo.tally import Tally
from simulator.world.core.core import Fact

NAMES = {"ballast": "Ballast", "ecs": "ECS"}
ACTOR = ""  # said by whoever did it


@dataclass(frozen=True, slots=True)
class Happening:
    """`say` has a place `{it}` for what it happened to; happenings that say the same are told as one."""

    at_s: float
    who: str
    say: str
    it: str = ""
    unit: str = "instances"
    major: bool = True  # belongs in the summary


@dataclass(frozen=True, slots=True)
class Saying:
    """`say` names fields of the fact, and `{it}` for what it happened to."""

    who: str
    say: str
    major: bool = True
    it: str = "instance"  # the field that names it
    unit: str = "instances"


SAYINGS = {
    "spot_warned": Saying("EC2", "Spot interruption warning, 2 min: {it}"),
    "capacity_reservation_warned": Saying("EC2", "Capacity Reservation interruption warning, 2 min: {it}"),
    "cluster_status": Saying("ECS", "cluster {it} is {status}", it="cluster", unit="clusters"),
    "rebalance_recommended": Saying("EC2", "rebalance recommendation for {it}"),
    "container_instance_status": Saying(ACTOR, "{it} set to {new}"),
    "container_instance_deregistered": Saying(ACTOR, "{it} removed from the cluster", major=False),
    "instance_launched": Saying("EC2", "{it} launched for {group}", major=False),
    "instance_joined": Saying("ECS", "{it} joined cluster {cluster}"),
    "desired_set": Saying(ACTOR, "desired capacity of {it} from {old} to {new}", it="group", unit="groups"),
    "managed_scaling": Saying("ECS", "managed scaling takes {it} from {old} to {new}", it="group", unit="groups"),
    "launch_failed": Saying("AutoScaling", "launch for {it} refused in {zone}: {code}", it="group", unit="groups"),
    "desired_count": Saying("ECS", "desired count of {it}: {desired}", it="service", unit="services"),
    "task_waits": Saying("ECS", "a task of {it} waits for an instance", it="group", unit="tasks", major=False),
    "lifecycle_hook_put": Saying(ACTOR, "lifecycle hook {hook} put on {it}", it="group", unit="groups"),
    "hook_waiting": Saying("AutoScaling", "ends {it}, held by hook {hook}"),
    "hook_heartbeat": Saying(ACTOR, "heartbeat of hook {hook} for {it}", major=False),
    "hook_completed": Saying(ACTOR, "hook {hook} completed with {result} for {it}"),
    "hook_timed_out": Saying("AutoScaling", "hook {hook} TIMED OUT for {it}"),
}

MOVES = {
    "launching": "launches cheaper for {it}",
    "draining": "gives {it} back",
    "terminating": "{it} terminated as empty, its group made smaller",
}


def happenings(tally: Tally, facts: list[Fact]) -> list[Happening]:
    """What `facts`, which `tally` has counted, mean to a person; those from before the first second are the scene."""
    found = [_said(tally, fact) for fact in facts if fact.at_s > 0]
    return [each for each in found if each is not None]


def _said(tally: Tally, fact: Fact) -> Happening | None:
    at_s, data = fact.at_s, fact.data
    match fact.kind:
        case kind if saying := SAYINGS.get(kind):
            who = saying.who or NAMES.get(data["actor"], data["actor"])
            say = saying.say.format(**{**data, "it": "{it}"})
            return Happening(at_s, who, say, data[saying.it], saying.unit, saying.major)
        case "retirement_scheduled":
            day = f"on {data['starts_at'][:10]}" if data["starts_at"] else "without a date"
            return Happening(at_s, "AWS Health", f"host retirement {day}: {{it}}", ", ".join(data["instances"]))
        case "move" if data["phase"] in MOVES:
            say = f"{MOVES[data['phase']]} ({_words(data['method'])})"
            return Happening(at_s, "Ballast", say, data["instance"])
        case "ran_short":
            what = f"{data['instance_type'] or 'every type'}, {data['market'] or 'any market'}"
            return Happening(at_s, "EC2", f"no capacity in {{it}}: {what}", data["zone"] or "every zone", "zones")
        case "instance_state":
            return _ending(fact)
        case "agent" if not _is_going(tally, data["instance"]):
            what = "connected again" if data["connected"] else "DISCONNECTED"
            return Happening(at_s, "ECS", f"agent of {{it}} {what}", data["instance"])
        case "task_stopped" if data["interrupted"]:
            return Happening(at_s, "ECS", f"{{it}} INTERRUPTED ({_words(data['cause'])})", _task(fact), "tasks")
        case "task_stopped" if tally.is_move(fact):
            return Happening(at_s, "ECS", "{it} moved", _task(fact), "tasks")
        case "service_counts" if tally.fell(fact):
            counts = f"{data['running']} running, minimum {data['minimum']}"
            return Happening(at_s, "ECS", f"{{it}} BELOW ITS MINIMUM: {counts}", data["service"], "services")
        case "service_action" if data["name"] != "SERVICE_STEADY_STATE":
            return Happening(at_s, "ECS", f"{data['name']}: {{it}}", data["service"], "services", major=False)
        case _:
            return None


def _is_going(tally: Tally, instance_id: str) -> bool:
    """An external host never is: EC2 does not know it."""
    instance = tally.stage.world.ec2.instances.get(instance_id)
    return instance is not None and instance.going


def _ending(fact: Fact) -> Happening | None:
    state, cause = fact.data["state"], _words(fact.data["cause"])
    match state:
        case "shutting-down" | "stopping":
            return Happening(fact.at_s, "EC2", f"{{it}} {state} ({cause})", fact.data["instance"], major=False)
        case "terminated" | "stopped":
            return Happening(fact.at_s, "EC2", f"{{it}} {state}", fact.data["instance"])
        case _:
            return None


def _task(fact: Fact) -> str:
    return f"{fact.data['service'] or 'a standalone task'} of {fact.data['instance']}"


def _words(name: str) -> str:
    return name.replace("_", " ")
