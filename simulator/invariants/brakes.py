"""What must hold while a brake is on? Nothing that Ballast does by choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.invariants.truth import Truth, replayed, taken_out_by
from simulator.journal import BALLAST
from simulator.stage import Stage
from simulator.world.core.core import Fact

PAUSED = "paused"  # what chaos notes when every managed cluster is paused by the ledger's own word: `since` that moment
UNPAUSED = "unpaused"
LOOKS_EVERY_S = 20.0  # who notes that
NOTED_WITHIN_S = LOOKS_EVERY_S + 1
UNDER_WAY_S = 90.0  # a run that had read the books before, with slow calls and retries
BY_CHOICE = frozenset(
    {"StartInstanceRefresh", "PutLifecycleHook", "CreateLaunchTemplateVersion", "ModifyLaunchTemplate"}
)
ALTERING = ("Stage", "Reboot")  # documents; the others ask a host, or put it back as it was


def nothing_voluntary_while_paused(stage: Stage) -> Iterator[str]:
    """No drain, step of an update, replacement or hook of what nothing forces."""
    since_s: float | None = None
    seen: list[tuple[float, str]] = []  # during the pause that holds
    for fact, truth in replayed(stage):
        if fact.kind == PAUSED:
            since_s, seen = fact.at_s, []
        elif fact.kind == UNPAUSED:
            yield from (said for at_s, said in seen if fact.at_s - at_s > NOTED_WITHIN_S)
            since_s, seen = None, []
        elif since_s is not None and fact.at_s - since_s > UNDER_WAY_S and _is_asked_by_choice(fact, truth):
            what = f"{fact.data['operation']} {_named(fact)}"
            seen.append((fact.at_s, f"{fact.at_s:.0f} s: {what} although all is paused since {since_s:.0f} s"))
    yield from (said for _, said in seen)


def nothing_voluntary_where_a_zone_is_left(stage: Stage) -> Iterator[str]:
    """No drain in a zone that a zonal shift moves its group away from, and no refresh of such a group."""
    since: dict[str, tuple[float, str]] = {}  # when, and the zone, by group
    if not any(fact.kind == "zonal_shift" for fact in stage.world.journal):
        return
    for fact, truth in replayed(stage):
        if fact.kind == "zonal_shift":
            since[fact.data["group"]] = (fact.at_s, fact.data["zone"])
        elif fact.kind == "zonal_shift_ended":
            since.pop(fact.data["group"], None)
        elif _is_asked_by_choice(fact, truth):
            for group, zone in _concerned(fact, truth, stage):
                began_s, left = since.get(group, (fact.at_s, ""))
                if zone in (None, left) and fact.at_s - began_s > UNDER_WAY_S:
                    what = f"{fact.data['operation']} {_named(fact)}"
                    yield f"{fact.at_s:.0f} s: {what} although {group} is moved away from {left} since {began_s:.0f} s"


BRAKE_INVARIANTS = (nothing_voluntary_while_paused, nothing_voluntary_where_a_zone_is_left)


def _concerned(fact: Fact, truth: Truth, stage: Stage) -> Iterator[tuple[str, str | None]]:
    """Group and zone of each host that is to be drained; a group that is to be refreshed is so in each zone."""
    params = fact.data["params"]
    if fact.data["operation"] == "StartInstanceRefresh":
        yield params["AutoScalingGroupName"], None
    for arn in params.get("containerInstances", ()):
        record = truth.records.get(arn)
        if record is not None and record.instance in truth.group and record.instance not in truth.forced:
            yield truth.group[record.instance], stage.world.ec2.instances[record.instance].zone


def _is_asked_by_choice(fact: Fact, truth: Truth) -> bool:
    if fact.kind != "asked" or fact.data["actor"] != BALLAST:
        return False
    operation, params = fact.data["operation"], fact.data["params"]
    match operation:
        case "UpdateContainerInstancesState":
            hosts = [truth.records[arn].instance for arn in params["containerInstances"] if arn in truth.records]
            return params["status"] == "DRAINING" and not truth.forced.issuperset(hosts)
        case "SendCommand":
            return any(document in params["DocumentName"] for document in ALTERING)
        case "TerminateInstanceInAutoScalingGroup":
            return not truth.forced.issuperset(taken_out_by(params))
        case _:
            return operation in BY_CHOICE


def _named(fact: Fact) -> str:
    params: Mapping[str, Any] = fact.data["params"]
    names = ("containerInstances", "DocumentName", "InstanceId", "AutoScalingGroupName", "LaunchTemplateId")
    return next((str(params[name]) for name in names if name in params), "")
