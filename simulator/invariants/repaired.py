"""What must hold of repairs? Sentences for each that was begun too early, for what many share, too soon, or left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.invariants.drains import OPT_OUT
from simulator.journal import BALLAST
from simulator.ledger_watch import OVER
from simulator.moves import MOVE
from simulator.repairs import ABSENT, OTHERWISE, REGISTRATION, REPAIR, UNSEEN_S, Illness, repairs_at_first, setting
from simulator.result import notices
from simulator.stage import Stage
from simulator.world.core.core import Fact

JOINS_WITHIN_S = 15 * 60.0  # of its launch, or it never joined
TOGETHER_S = 10 * 60.0
LEAST, SHARE = 3, 5  # so many, and more than one in so many, are no coincidence
HOUR_S = 3600.0 - 10.0  # it counts from its look, and is seen in the ledger a moment later
TOLD = ("RepairFailed", "RepairHeld", "LaunchesFail", "RepairOver", "DrainRolledBack")


@dataclass(frozen=True, slots=True)
class Begin:
    """One repair, and what was ill when it began: by instance, by sign, since when."""

    at_s: float
    cluster: str
    instance: str
    group: str
    ill: dict[str, dict[str, float]]
    zone: dict[str, str]  # of all that lived then in the cluster


def begins(stage: Stage) -> Iterator[Begin]:
    """A disruption of that reason, or the end of what never joined and runs nothing."""
    illness, home = Illness(), _clusters(stage)
    open_now: set[str] = set()
    moved = {fact.data["instance"] for fact in stage.world.journal if fact.kind == MOVE}
    on = repairs_at_first(stage) | stage.repaired
    for fact in stage.world.journal:
        if fact.kind == REPAIR:
            instance = fact.data["instance"]
            if fact.data["phase"] == OVER:
                open_now.discard(instance)
            elif instance not in open_now:
                open_now.add(instance)
                yield _begin(fact.at_s, fact.data["cluster"], instance, fact.data["group"], illness=illness, home=home)
        elif fact.kind == OTHERWISE:
            moved.add(fact.data["instance"])
        elif _ends_unjoined(fact):
            for instance in fact.data["params"].get("InstanceIds") or [fact.data["params"]["InstanceId"]]:
                cluster, absent = home.get(instance, ""), illness.since_s(instance, fact.at_s).keys()
                runs_nothing = absent & {ABSENT, REGISTRATION}
                if cluster in on and runs_nothing and instance not in open_now | moved:
                    group = stage.world.ec2.instances[instance].group or ""
                    yield _begin(fact.at_s, cluster, instance, group, illness=illness, home=home)
        illness.learn(fact)


def no_repair_on_a_young_signal(stage: Stage) -> Iterator[str]:
    """Some sign has lasted for as long as the operator wants; what never joined, for fifteen minutes."""
    for begin in begins(stage):
        minutes = float(setting(stage, begin.cluster, "-after-minutes", "RepairAfterMinutes", "10"))
        needed_s = {ABSENT: JOINS_WITHIN_S}
        signs = begin.ill.get(begin.instance, {})
        if not any(begin.at_s - since_s >= needed_s.get(sign, 60 * minutes) for sign, since_s in signs.items()):
            lasting = ", ".join(f"{sign} for {begin.at_s - since_s:.0f} s" for sign, since_s in signs.items())
            yield f"{begin.at_s:.0f} s: the repair of {begin.instance} began with: {lasting or 'it is well'}"


def no_repair_drains_what_is_well(stage: Stage) -> Iterator[str]:
    """From its begin until it drains it may have recovered, and then Ballast has seen that.

    What ended ill, whoever ended it, did not recover: it goes anyway, and a look of a moment ago had it running.
    """
    illness, waiting, ended_ill = Illness(), set[str](), set[str]()
    for fact in stage.world.journal:
        if fact.kind == REPAIR:
            (waiting.discard if fact.data["phase"] == OVER else waiting.add)(fact.data["instance"])
        ends = fact.kind == "instance_state" and fact.data["state"] == "shutting-down"
        if ends and illness.since_s(fact.data["instance"], fact.at_s):
            ended_ill.add(fact.data["instance"])
        if _drained_by_ballast(fact) in waiting - ended_ill and not illness.since_s(fact.data["instance"], fact.at_s):
            yield f"{fact.at_s:.0f} s: {fact.data['instance']} was drained for a repair and is well"
        illness.learn(fact)


def no_repair_of_what_many_share(stage: Stage) -> Iterator[str]:
    """What fell ill within ten minutes of others, more than a fifth of the cluster or of a zone of it, is no host's fault."""
    for begin in begins(stage):
        mine = _fell_s(begin, begin.instance)
        if mine is None:
            continue
        known = {i: at_s for i in begin.ill if (at_s := _fell_s(begin, i)) is not None}
        wave = _wave(known, mine)
        zone = begin.zone.get(begin.instance, "")
        there = [instance for instance, where in begin.zone.items() if where == zone]
        in_zone = [instance for instance in wave if instance in there]
        if len(wave) >= LEAST and len(wave) * SHARE > len(begin.zone):
            yield f"{begin.at_s:.0f} s: {begin.instance} was repaired, one of {len(wave)} of {len(begin.zone)} at once"
        elif len(in_zone) >= LEAST and len(in_zone) == len(there) < len(begin.zone):
            yield f"{begin.at_s:.0f} s: {begin.instance} was repaired, though all of {zone} fell ill at once"


def never_faster_than_the_pace(stage: Stage) -> Iterator[str]:
    """In any hour, so many percent of a group, at its largest, or one."""
    per_group: dict[tuple[str, str], list[float]] = defaultdict(list)
    for begin in begins(stage):
        lately = [at_s for at_s in per_group[begin.cluster, begin.group] if begin.at_s - at_s < HOUR_S]
        percent = int(setting(stage, begin.cluster, "-per-hour-percent", "RepairPerHourPercent", "10"))
        group = stage.world.groups.groups.get(begin.group)
        most = max(1, (group.maximum if group else 0) * percent // 100)
        per_group[begin.cluster, begin.group].append(begin.at_s)
        if len(lately) + 1 > most:
            yield f"{begin.at_s:.0f} s: repair {len(lately) + 1} of {begin.group} within the hour, {most} may be"


def every_repair_ends(stage: Stage) -> Iterator[str]:
    """Replaced, recovered, vetoed or told."""
    vetoed = {fact.data["instance"] for fact in stage.world.journal if fact.kind == OPT_OUT}
    illness = Illness()
    for fact in stage.world.journal:
        illness.learn(fact)
    said = [(n["at"], n["code"], n["instance"], f"{n['what']} {n['impact']}") for n in notices(stage)]
    for begin in begins(stage):
        instance = stage.world.ec2.instances.get(begin.instance)
        replaced = instance is None or instance.going
        told = any(
            at_s >= begin.at_s and code in TOLD and begin.instance in f"{of} {words}" for at_s, code, of, words in said
        )
        if not (replaced or told or begin.instance in vetoed or not illness.signs.get(begin.instance)):
            yield f"the repair of {begin.instance} that began at {begin.at_s:.0f} s came to no end"


REPAIR_INVARIANTS = (
    no_repair_on_a_young_signal,
    no_repair_drains_what_is_well,
    no_repair_of_what_many_share,
    never_faster_than_the_pace,
    every_repair_ends,
)


def _begin(at_s: float, cluster: str, instance: str, group: str, *, illness: Illness, home: dict[str, str]) -> Begin:
    """`home`: where each is at the end of the story, to which this one may have moved since."""
    here = {i: zone for i, zone in illness.zone.items() if i == instance or home.get(i) == cluster}
    ill = {i: signs for i in here if (signs := illness.since_s(i, at_s))}
    return Begin(at_s, cluster, instance, group, ill, here)


def _drained_by_ballast(fact: Fact) -> str | None:
    by_us = fact.kind == "container_instance_status" and (fact.data["new"], fact.data["actor"]) == ("DRAINING", BALLAST)
    return fact.data["instance"] if by_us else None


def _fell_s(begin: Begin, instance: str) -> float | None:
    """When an instance fell ill of what hosts do not catch by themselves; None: it did not, or nobody need know it yet."""
    since = [at_s for sign, at_s in begin.ill.get(instance, {}).items() if sign != ABSENT]
    known = [at_s for at_s in since if begin.at_s - at_s > UNSEEN_S]
    return min(known, default=None)


def _wave(known: dict[str, float], around_s: float) -> list[str]:
    """The most that fell ill within ten minutes, with the one at `around_s` among them."""
    starts = [at_s for at_s in known.values() if 0 <= around_s - at_s <= TOGETHER_S]
    waves = ([i for i, at_s in known.items() if 0 <= at_s - first_s <= TOGETHER_S] for first_s in starts)
    return max(waves, key=len, default=[])


def _clusters(stage: Stage) -> dict[str, str]:
    """Which cluster each instance was for: the one that it joined, or that of its group."""
    known = {}
    for instance in stage.world.ec2.instances.values():
        group = stage.world.groups.groups.get(instance.group or "")
        if group is not None and group.cluster is not None:
            known[instance.id] = group.cluster.name
    for fact in stage.world.journal:
        if fact.kind == "instance_joined":
            known[fact.data["instance"]] = fact.data["cluster"]
    return known


def _ends_unjoined(fact: Fact) -> bool:
    """Ballast asks Auto Scaling to end one without wanting fewer."""
    if fact.kind != "asked" or fact.data["actor"] != BALLAST:
        return False
    if fact.data["operation"] != "TerminateInstanceInAutoScalingGroup":
        return False
    return not fact.data["params"].get("ShouldDecrementDesiredCapacity", False)
