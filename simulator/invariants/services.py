"""What must hold of services and their tasks? Sentences for each time that it did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.invariants.truth import replayed
from simulator.journal import BALLAST, with_hosts_ended_by_ballast
from simulator.result import below_minimum
from simulator.stage import Stage


def no_service_below_its_minimum_because_of_ballast(stage: Stage) -> Iterator[str]:
    """A task that Ballast stopped, or whose host Ballast had ended, counts as ours.

    Not so on an instance that its group terminates: there the operator may have chosen `force`, and the task dies anyway.
    """
    ends: dict[tuple[str, str], dict[float, str]] = defaultdict(
        dict
    )  # whose host the last was on, if that is our doing
    going_anyway: set[str] = set()
    for fact, ended_by_us in with_hosts_ended_by_ballast(stage.world.journal):
        if fact.kind == "hook_waiting":
            going_anyway.add(fact.data["instance"])
        if fact.kind in ("task_stopping", "task_stopped") and fact.data["service"]:
            stopped_by_us = fact.data["cause"] == BALLAST and fact.data["instance"] not in going_anyway
            ours = fact.data["instance"] if stopped_by_us or fact.data["instance"] in ended_by_us else ""
            of_service = ends[fact.data["cluster"], fact.data["service"]]
            of_service[fact.at_s] = of_service.get(fact.at_s) or ours
    for fact in below_minimum(stage.world.journal):
        known = ends[fact.data["cluster"], fact.data["service"]]
        # The count may be noted before what has just ended.
        instance = known.get(max((at_s for at_s in known if at_s <= fact.at_s), default=-1.0))
        if instance:
            counts = f"{fact.data['running']} of at least {fact.data['minimum']} tasks"
            yield f"{fact.at_s:.0f} s: {fact.data['service']} runs {counts} because Ballast ended {instance}"


def no_task_cut_off_by_ballast(stage: Stage) -> Iterator[str]:
    """No task is interrupted on a host that Ballast had its group terminate, or that it deregistered alive."""
    for fact, ended_by_us in with_hosts_ended_by_ballast(stage.world.journal):
        if fact.kind == "task_stopped" and fact.data["interrupted"] and fact.data["instance"] in ended_by_us:
            yield f"{fact.at_s:.0f} s: {fact.data['task']} was cut off on {fact.data['instance']}"


def no_protected_task_stopped(stage: Stage) -> Iterator[str]:
    """By Ballast, not even at the deadline."""
    for fact in stage.world.journal:
        if fact.kind == "task_stopping" and fact.data["cause"] == BALLAST and fact.data["protected"]:
            yield f"{fact.at_s:.0f} s: Ballast stopped {fact.data['task']}, which is protected"


def no_task_stopped_before_its_deadline(stage: Stage) -> Iterator[str]:
    """Where the operator chose so, tasks of no service are stopped as soon as their instance drains."""
    chosen = stage.scenario.parameters
    drained_at_s: dict[str, float] = {}
    for fact, truth in replayed(stage):
        data = fact.data
        if fact.kind == "container_instance_status" and data["new"] == "DRAINING":
            drained_at_s[data["instance"]] = fact.at_s
        if fact.kind != "task_stopping" or data["cause"] != BALLAST:
            continue
        drains = any(truth.records[arn].instance == data["instance"] for arn in truth.drained_by)
        if data["service"] is None and chosen.get("StandaloneTasks") == "stop" and drains:
            continue
        held = truth.held_since_s.get(data["instance"])
        kind = "Voluntary" if held is None else "ScaleIn"
        since_s = drained_at_s.get(data["instance"], fact.at_s) if held is None else held
        deadline_s = 60 * float(chosen.get(f"{kind}DeadlineMinutes", "60"))
        if chosen.get(f"{kind}Outcome") != "force":
            yield f"{fact.at_s:.0f} s: Ballast stopped {data['task']}, and {kind}Outcome is not force"
        elif fact.at_s - since_s < deadline_s:
            yield f"{fact.at_s:.0f} s: Ballast stopped {data['task']} {fact.at_s - since_s:.0f} s after its drain began"


SERVICE_INVARIANTS = (
    no_service_below_its_minimum_because_of_ballast,
    no_task_cut_off_by_ballast,
    no_protected_task_stopped,
    no_task_stopped_before_its_deadline,
)
