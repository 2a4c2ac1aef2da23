"""What must hold of a rollout however the world misbehaves? Sentences for each time that it did not, as in `invariants`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState
from ballast.records.rollout import Stage as UpdateStage
from simulator.result import ledger_items, notices
from simulator.rollout_result import budget_violations, rollouts_in, rollouts_under_way, updates_in
from simulator.stage import Stage
from simulator.world.bottlerocket.host import BottlerocketHost
from simulator.world.core.core import Fact

BALLAST = "ballast"
UNDER_WAY_S = 120.0  # functions that had looked before the halt, and the commands that they had sent
HALTED = "BottlerocketRolloutHalted"
NO_TURN = ("BottlerocketRolloutProgress", "BottlerocketRolloutStands", "BottlerocketRolloutHeld")


def never_over_the_budget(stage: Stage) -> Iterator[str]:
    yield from budget_violations(stage)


def no_reboot_with_tasks(stage: Stage) -> Iterator[str]:
    for fact in stage.world.journal:
        if fact.kind == "os_rebooting" and fact.data["tasks"]:
            yield f"{fact.at_s:.0f} s: {fact.data['instance']} rebooted with {fact.data['tasks']} tasks"


def never_active_before_it_is_verified(stage: Stage) -> Iterator[str]:
    """After a reboot: booted again, agent connected, and asked which version it runs; only then ACTIVE.

    An instance that runs another version than the target is not counted as updated.
    """
    waits_for: dict[str, set[str]] = defaultdict(set)
    warned: set[str] = set()  # from here on the drain is another one's, which asks for no version
    for fact in stage.world.journal:
        data = fact.data
        left = waits_for[str(data.get("instance"))]
        if fact.kind == "os_rebooting":
            left |= {"boot", "check"}
        elif fact.kind in ("spot_warned", "rebalance_recommended"):
            warned.add(data["instance"])
        elif fact.kind == "os_booted":
            left.discard("boot")
        elif fact.kind == "command_ended" and data["status"] == "Success" and "Check" in data["document"]:
            left.difference_update(() if "boot" in left else ("check",))
        elif fact.kind == "container_instance_status" and (data["new"], data["actor"]) == ("ACTIVE", BALLAST):
            if left > {"check"} or (left and data["instance"] not in warned):
                yield f"{fact.at_s:.0f} s: {data['instance']} was set ACTIVE without its {sorted(left)}"
            warned.discard(data["instance"])


def no_host_told_twice_to_reboot(stage: Stage) -> Iterator[str]:
    """Before it was asked whether it has rebooted: a second reboot would take it down as it comes up."""
    told: set[str] = set()
    for fact in stage.world.journal:
        if fact.kind != "command_sent":
            continue
        instance, document = str(fact.data["instance"]), fact.data["document"]
        if "Reboot" in document and instance in told:
            yield f"{fact.at_s:.0f} s: {instance} was told to reboot once more before anybody asked it"
        elif "Reboot" in document:
            told.add(instance)
        else:
            told.discard(instance)


def what_is_called_done_runs_the_target(stage: Stage) -> Iterator[str]:
    for update, host in _updated_hosts(stage):
        if update.stage is UpdateStage.DONE and host.version != update.target:
            yield f"{update.instance_id} is called done and runs {host.version} instead of {update.target}"


def a_halted_rollout_starts_nothing(stage: Stage) -> Iterator[str]:
    """No instance is staged or drained once a halt was told, until the rollout is resumed, rolled back or another begins.

    A rollout is of one cluster: an instance that several have, or none any more, is missed where all of them are halted.
    """
    halted_at: dict[str, float | None] = {}  # by cluster
    for at_s, what in _told_and_done(stage):
        if isinstance(what, tuple):
            cluster, code = what
            halted_at[cluster] = at_s if code == HALTED else None
            continue
        name = str(what.data["instance"])
        having = [c.name for c in stage.world.clusters.values() if name in c.by_ec2_id]
        since = [halted_at.get(cluster) for cluster in having or halted_at]
        if since and all(halt is not None and at_s - halt > UNDER_WAY_S for halt in since):
            yield f"{at_s:.0f} s: {name} was staged although the rollout is halted since {since[0]:.0f} s"


def every_rollout_ends(stage: Stage) -> Iterator[str]:
    for rollout in rollouts_under_way(ledger_items(stage)):
        yield f"the rollout of {rollout.target} is still {rollout.state}"


def every_instance_is_accounted_for(stage: Stage) -> Iterator[str]:
    """Of a rollout that is done: on target, failed and reported, or excluded and reported; none runs what was rolled back.

    A rollout is of one cluster: that of another one may have gone back to the version before.
    """
    items = ledger_items(stage)
    for rollout in rollouts_in(items):
        if rollout.state not in (RolloutState.DONE, RolloutState.ROLLED_BACK):
            continue
        ended = {u.instance_id for u in updates_in(items) if u.stage in (UpdateStage.FAILED, UpdateStage.EXCLUDED)}
        others = [
            f"{host.instance.id} runs {host.version}"
            for host in _hosts(stage, rollout.cluster).values()
            if host.instance.id not in ended and host.reported_version == host.version and _is_wrong(host, rollout)
        ]
        if len(others) > rollout.excluded:
            yield f"the rollout of {rollout.target} is {rollout.state} and excludes {rollout.excluded}: {', '.join(others)}"


def _is_wrong(host: BottlerocketHost, rollout: Rollout) -> bool:
    """Newcomers of a group whose launch template drifts are told of with it; other variants are of another rollout."""
    if host.instance.group in rollout.drift_told or (host.variant, host.arch) != (rollout.variant, rollout.arch):
        return False
    return host.version == rollout.bad_version if rollout.bad_version else host.version != rollout.target


def no_update_left_under_way(stage: Stage) -> Iterator[str]:
    for update, _ in _updated_hosts(stage):
        if not update.settled:
            yield f"{update.instance_id} is still {update.stage}: {update.why}"


def settings_are_put_back(stage: Stage) -> Iterator[str]:
    """As they were before, where they were read at all; unless the host has still to hear it, which is on record."""
    for update, host in _updated_hosts(stage):
        if update.version_lock is None:
            continue
        before = (update.version_lock or "latest", bool(update.ignore_waves))
        if update.settled and not update.owes and before != (host.version_lock, host.ignore_waves):
            yield f"{update.instance_id} is {update.stage} and still pinned to {host.version_lock}"


UPDATE_INVARIANTS = (
    never_over_the_budget,
    no_reboot_with_tasks,
    never_active_before_it_is_verified,
    no_host_told_twice_to_reboot,
    what_is_called_done_runs_the_target,
    a_halted_rollout_starts_nothing,
    every_rollout_ends,
    every_instance_is_accounted_for,
    no_update_left_under_way,
    settings_are_put_back,
)


def _hosts(stage: Stage, of: str | None = None) -> Mapping[str, BottlerocketHost]:
    """Those that serve a cluster, or that one, and are not about to go."""
    return {
        instance_id: host
        for cluster in stage.world.clusters.values()
        if of in (None, cluster.name)
        for instance_id, listed in cluster.by_ec2_id.items()
        if (host := stage.world.bottlerocket.host(instance_id)) and not listed.instance.going
    }


def _updated_hosts(stage: Stage) -> Iterator[tuple[InstanceUpdate, BottlerocketHost]]:
    hosts = _hosts(stage)
    for update in updates_in(ledger_items(stage)):
        if update.instance_id in hosts:
            yield update, hosts[update.instance_id]


def _told_and_done(stage: Stage) -> list[tuple[float, tuple[str, str] | Fact]]:
    """Notices about rollouts by cluster and code, and the commands that stage a version, in the order of time."""
    about = (n for n in notices(stage) if _about_a_rollout(n))
    told: list[tuple[float, tuple[str, str] | Fact]] = [(n["at"], (n["cluster"], n["code"])) for n in about]
    staged = [f for f in stage.world.journal if f.kind == "command_sent" and "Stage" in f.data["document"]]
    return sorted([*told, *((f.at_s, f) for f in staged)], key=lambda entry: entry[0])


def _about_a_rollout(notice: Mapping[str, Any]) -> bool:
    return str(notice["code"]).startswith("BottlerocketRoll") and notice["code"] not in NO_TURN
