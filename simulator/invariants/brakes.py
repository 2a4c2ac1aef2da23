"""What must hold while a brake is on? Nothing that Ballast does by choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.invariants.truth import Truth, replayed
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


BRAKE_INVARIANTS = (nothing_voluntary_while_paused,)


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
            return params["InstanceId"] not in truth.forced
        case _:
            return operation in BY_CHOICE


def _named(fact: Fact) -> str:
    params: Mapping[str, Any] = fact.data["params"]
    names = ("containerInstances", "DocumentName", "InstanceId", "AutoScalingGroupName", "LaunchTemplateId")
    return next((str(params[name]) for name in names if name in params), "")
