"""What must hold of drains: whose they are, how they end, and what must allow one that nothing forces?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ballast.drain.triggers import OUR_HOOK
from simulator.claims import CLAIMED
from simulator.invariants.truth import Record, Truth, at_the_end, replayed
from simulator.journal import BALLAST
from simulator.result import open_disruptions
from simulator.rollout_result import budget_of
from simulator.stage import Stage
from simulator.world.core.core import Fact

SEEN_WITHIN_S = 150.0  # two sweeps and a slow look: what is newer, Ballast need not know
TOGETHER_S = 10.0  # from a look to the call that follows from it
OPT_OUT = "opted_out"  # what chaos notes when it puts the tag on an instance
SHORTFALL = "shortfall"  # … and how many instances each group of a cluster wants and does not have, when that changes
NO_OTHER_HOST = "no_other_host"  # … and the tasks of an instance set DRAINING that no other host may ever run


def no_foreign_drain_touched(stage: Stage) -> Iterator[str]:
    """Where both asked in the same seconds, it is Ballast's as well: ECS answers the second call as it does the first.

    And where Ballast had claimed it a moment before, and ECS refused its call or its function died in it: the next look
    finds a claim that is DRAINING, and cannot tell by whom (docs/decisions/0005).
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html
    """
    drained_s: dict[str, float] = {}
    for fact, truth in replayed(stage):
        if fact.kind == "container_instance_status" and fact.data["new"] == "DRAINING":
            drained_s[fact.data["host"]] = fact.at_s
        elif fact.kind == "asked" and fact.data["actor"] == BALLAST and fact.data["params"].get("status") == "DRAINING":
            for host in fact.data["params"]["containerInstances"]:
                if fact.at_s - drained_s.get(host, float("-inf")) <= TOGETHER_S and host in truth.drained_by:
                    truth.drained_by[host] = BALLAST
        elif fact.kind == CLAIMED and fact.data["host"] in truth.drained_by:
            truth.drained_by[fact.data["host"]] = BALLAST
        if fact.kind == "container_instance_status" and (fact.data["new"], fact.data["actor"]) == ("ACTIVE", BALLAST):
            who = truth.drained_by.get(fact.data["host"])
            if who != BALLAST:
                yield f"{fact.at_s:.0f} s: {fact.data['instance']}, drained by {who}, was set ACTIVE"


def no_disruption_left_open(stage: Stage) -> Iterator[str]:
    """But of an instance that is stopped and may be started again, runs in the warm pool, is held by others, or ends now."""
    resting = _stopped(stage) | _in_pool(stage) | _held_by_others(stage) | _ends_now(stage)
    for item in open_disruptions(stage):
        if item["phase"]["S"] != "rolled_back" and item["instance_id"]["S"] not in resting:
            yield f"{item['instance_id']['S']} is still {item['phase']['S']} for {item['reason']['S']}"


def no_instance_left_draining(stage: Stage) -> Iterator[str]:
    """None that Ballast had set DRAINING is still so once the world is quiet, but what is stopped and may be started again.

    Older records of a host, which serve nothing and which nobody may remove while EC2 has the host, are told of. What its
    group has put back into the warm pool is ACTIVE once it is in service again (WarmPoolReuse in docs/operating.md).
    """
    truth = at_the_end(stage)
    resting = _stopped(stage) | _in_pool(stage) | _held_by_others(stage) | _ends_now(stage)
    for arn, actor in truth.drained_by.items():
        record = truth.records[arn]
        current = stage.world.find_host(record.instance)
        if actor == BALLAST and current is not None and current.arn == arn and record.instance not in resting:
            yield f"{record.instance} of {record.cluster} is still DRAINING by Ballast"


def no_voluntary_drain_beyond_the_budget(stage: Stage) -> Iterator[str]:
    """What is DRAINING, whoever began it, and what groups want and do not have use it up alike.

    What Ballast begins by will it counts in one transaction. The rest it sees when it looks: so only what is a few minutes
    old counts here, and as missing what was missing all of them. A host that its group ends and the one that takes its
    place are one and the same: a group's desired capacity counts the second only. What waits in a warm pool
    it does not count. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
    """
    lacking: dict[str, list[tuple[float, dict[str, int]]]] = {}
    known_from_s: dict[str, float] = {}  # when a drain counts, by the ARN of the record
    coming: set[str] = set()  # into service, perhaps on a record that is DRAINING: missing and drained, one host
    for fact, truth in replayed(stage):
        data = fact.data
        if fact.kind == "lifecycle_state":
            (coming.add if data["state"].startswith("Pending") else coming.discard)(data["instance"])
        if fact.kind == SHORTFALL:
            lacking.setdefault(data["cluster"], []).append((fact.at_s, data["missing"]))
        if fact.kind != "container_instance_status" or data["new"] != "DRAINING":
            continue
        voluntary = _is_voluntary(fact, truth)
        known_from_s[data["host"]] = fact.at_s + (0.0 if voluntary else SEEN_WITHIN_S)
        if not voluntary:
            continue
        newest = {record.instance: record for record in truth.records.values()}  # an older one serves nothing
        ours = [r for r in newest.values() if r.cluster == data["cluster"] and not r.external]
        mine = [r for r in ours if r.instance not in truth.pooled or _serves(r, truth)]
        drained = [r for r in mine if r.arn in truth.drained_by and known_from_s[r.arn] <= fact.at_s]
        leaving = Counter(truth.group.get(r.instance, "") for r in drained if r.instance in truth.leaving | coming)
        lacks = _for_long(lacking.get(data["cluster"], []), fact.at_s)
        missing = sum(max(0, number - leaving[group]) for group, number in lacks.items())
        out = len(drained)
        allowed = budget_of(stage, data["cluster"], len(mine) + missing)
        if out + missing + 1 > allowed:
            counts = f"{out} DRAINING and {missing} missing"
            yield f"{fact.at_s:.0f} s: {data['instance']} was drained by will beside {counts}, allowed {allowed}"


def no_voluntary_drain_against_an_opt_out(stage: Stage) -> Iterator[str]:
    since_s: dict[str, float] = {}
    for fact, truth in replayed(stage):
        if fact.kind == OPT_OUT:
            since_s[fact.data["instance"]] = fact.at_s
        elif _is_voluntary(fact, truth):
            instance = fact.data["instance"]
            if fact.at_s - since_s.get(instance, fact.at_s) > SEEN_WITHIN_S:
                yield f"{fact.at_s:.0f} s: {instance} was drained by will although it opts out"


def no_voluntary_drain_of_what_fits_nowhere(stage: Stage) -> Iterator[str]:
    """Of the capacity proof what needs no clock: a task that no other host may run, however empty.

    But for hosts whose agents were lost, or that ended, since the look from which the drain follows.
    """
    fact_before: Fact | None = None
    for fact, truth in replayed(stage):
        if fact.kind == NO_OTHER_HOST and fact_before is not None and _is_voluntary(fact_before, truth):
            yield f"{fact.at_s:.0f} s: {fact.data['instance']} was drained by will with {fact.data['services']}"
        if fact.kind == "container_instance_status":
            fact_before = fact


DRAIN_INVARIANTS = (
    no_foreign_drain_touched,
    no_disruption_left_open,
    no_instance_left_draining,
    no_voluntary_drain_beyond_the_budget,
    no_voluntary_drain_against_an_opt_out,
    no_voluntary_drain_of_what_fits_nowhere,
)


def _stopped(stage: Stage) -> set[str]:
    """Of whom Ballast remembers that EC2 stopped them, as it has, so that it sets them ACTIVE when they start."""
    remembered = {item["instance_id"]["S"] for item in open_disruptions(stage) if "stopped_since" in item}
    instances = stage.world.ec2.instances
    return {i for i in remembered if i in instances and instances[i].state.value == "stopped"}


def _is_voluntary(fact: Fact, truth: Truth) -> bool:
    if fact.kind != "container_instance_status":
        return False
    by_us = (fact.data["new"], fact.data["actor"]) == ("DRAINING", BALLAST)
    return by_us and fact.data["instance"] not in truth.forced


def _held_by_others(stage: Stage) -> set[str]:
    """Ballast has let it go, and a hook of somebody else has not."""
    members = (m for group in stage.world.groups.groups.values() for m in group.members.values())
    return {m.instance.id for m in members if m.state == "Terminating:Wait" and m.actions and OUR_HOOK not in m.actions}


def _ends_now(stage: Stage) -> set[str]:
    """EC2 has begun to end it, which takes less than a minute: its drain may have been the last thing before the world ends."""
    return {i for i, instance in stage.world.ec2.instances.items() if instance.state.value == "shutting-down"}


def _in_pool(stage: Stage) -> set[str]:
    """Who runs in a warm pool, beside its group."""
    members = (m for group in stage.world.groups.groups.values() for m in group.members.values())
    return {member.instance.id for member in members if member.state == "Warmed:Running"}


def _serves(record: Record, truth: Truth) -> bool:
    return truth.state[record.instance] == "running" and record.arn not in truth.drained_by


def _for_long(samples: list[tuple[float, dict[str, int]]], now_s: float) -> dict[str, int]:
    """The least that each group lacked during the last minutes."""
    before = [missing for at_s, missing in samples if at_s <= now_s - SEEN_WITHIN_S]
    since = [missing for at_s, missing in samples if at_s > now_s - SEEN_WITHIN_S]
    first = before[-1] if before else {}
    return {group: min([lacks, *(later.get(group, 0) for later in since)]) for group, lacks in first.items()}
