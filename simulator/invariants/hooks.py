"""What must hold of lifecycle hooks? Sentences for each time that it did not."""

from __future__ import annotations

from collections.abc import Iterator

from ballast.drain.triggers import OUR_HOOK
from simulator.invariants.truth import asked_by_ballast, replayed
from simulator.journal import BALLAST
from simulator.result import notices
from simulator.stage import Stage

TOLD_WITHIN_S = 120.0  # a sweep, and a notice on its way
COMPLETED = ("hook_completed", "launch_hook_completed")


def no_foreign_hook_completed(stage: Stage) -> Iterator[str]:
    """Nor one that holds a launch: those are never ours."""
    for fact in stage.world.journal:
        if fact.kind not in COMPLETED or fact.data["actor"] != BALLAST:
            continue
        if fact.data["hook"] != OUR_HOOK or fact.kind == "launch_hook_completed":
            yield f"{fact.at_s:.0f} s: Ballast completed {fact.data['hook']} of {fact.data['group']}, not its own"


def no_hook_abandoned(stage: Stage) -> Iterator[str]:
    for fact, _ in asked_by_ballast(stage):
        if fact.data["operation"] == "CompleteLifecycleAction":
            result = fact.data["params"].get("LifecycleActionResult")
            if result != "CONTINUE":
                yield f"{fact.at_s:.0f} s: a hook was to be completed with {result}"


def no_hook_released_with_tasks_left(stage: Stage) -> Iterator[str]:
    """On any record of the host, in any managed cluster."""
    for fact, truth in replayed(stage):
        if fact.kind in COMPLETED and fact.data["actor"] == BALLAST:
            left = truth.tasks_to_wait_for(fact.data["instance"])
            if left:
                yield f"{fact.at_s:.0f} s: {fact.data['instance']} was let go with {len(left)} tasks on it"


def no_host_of_another_cluster_released_in_silence(stage: Stage) -> Iterator[str]:
    """Whoever has tasks in a cluster that Ballast does not look after goes only with a word about it."""
    told = [(n["instance"], n["at"]) for n in notices(stage)]
    for fact, truth in replayed(stage):
        if fact.kind in COMPLETED and fact.data["actor"] == BALLAST:
            instance, at_s = fact.data["instance"], fact.at_s
            left = truth.tasks_on(instance, managed=False)
            if left and not any(i == instance and t <= at_s + TOLD_WITHIN_S for i, t in told):
                yield f"{at_s:.0f} s: {instance} was let go with {len(left)} tasks of an unmanaged cluster, untold"


def no_owned_hook_timed_out(stage: Stage) -> Iterator[str]:
    """Unless its deadline had passed and a human had been told that nothing safe was left to do."""
    deadline_s = 60 * float(stage.scenario.parameters.get("ScaleInDeadlineMinutes", "60"))
    told_at: dict[str, list[float]] = {}
    for notice in notices(stage):
        if notice["code"] == "DrainStuck":
            told_at.setdefault(notice["instance"], []).append(notice["at"])
    for fact, truth in replayed(stage):
        if fact.kind != "hook_timed_out" or fact.data["hook"] != OUR_HOOK:
            continue
        instance = fact.data["instance"]
        held_s = fact.at_s - truth.held_since_s.get(instance, fact.at_s)
        if not any(at_s <= fact.at_s for at_s in told_at.get(instance, ())):
            yield f"{fact.at_s:.0f} s: our hook on {instance} timed out after {held_s:.0f} s and nobody was told"
        elif held_s < deadline_s:
            yield f"{fact.at_s:.0f} s: our hook on {instance} timed out after {held_s:.0f} s, before its deadline"


HOOK_INVARIANTS = (
    no_foreign_hook_completed,
    no_hook_abandoned,
    no_hook_released_with_tasks_left,
    no_host_of_another_cluster_released_in_silence,
    no_owned_hook_timed_out,
)
