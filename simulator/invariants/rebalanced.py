"""What must hold of rebalancing? Sentences for each time that it gave back what was needed, or launched what was not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.invariants.truth import ENDED
from simulator.journal import BALLAST
from simulator.ledger_watch import OVER
from simulator.moves import MOVE, PREFIX
from simulator.rebalance_result import launched_by_ballast
from simulator.result import below_minimum, ledger_items
from simulator.stage import Stage
from simulator.world.core.core import Fact

TOGETHER_S = 10.0  # from a look to the call that follows from it
REST_S = 30 * 60.0  # before anything goes that was launched, by us or by ECS
AFTERWARDS_S = 300.0  # what ECS launches so soon after a move, it launches for that move
LEAVES = ("draining", "terminating")  # phases of a move in which its instance is on its way out
BEFORE_S = 600.0  # … unless something else asked for room since
PROBES = 1  # launches that a provider is allowed until it counts as one that drains provoke
EXPLAINS = ("desired_count", "deployment", "task_waits", "spot_warned", "zone_lost", "agent", "instance_detached")


def desired_is_never_set_below_what_lives(stage: Stage) -> Iterator[str]:
    """Auto Scaling would choose whom to end. What came while Ballast looked it need not know."""
    launched_s: dict[str, list[float]] = defaultdict(list)
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind == "instance_launched" and data["group"]:
            launched_s[data["group"]].append(fact.at_s)
        elif fact.kind == "desired_set" and data["actor"] == BALLAST:
            just_now = sum(fact.at_s - at_s <= TOGETHER_S for at_s in launched_s[data["group"]])
            if data["new"] < data["living"] - just_now:
                yield f"{fact.at_s:.0f} s: {data['group']} was set to {data['new']} with {data['living']} instances alive"


def nothing_goes_within_its_rest(stage: Stage) -> Iterator[str]:
    """Neither what Ballast launched nor what ECS did, which it does for tasks that wait."""
    scaled = {
        provider.group for provider in stage.world.providers.values() if provider.scaling or provider.managed_scaling
    }
    ours = launched_by_ballast(stage.world.journal)
    rests: dict[str, float] = {}  # since when, of what it or ECS has launched
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind == "instance_launched" and (data["instance"] in ours or data["group"] in scaled):
            rests[data["instance"]] = stage.world.ec2.instances[data["instance"]].launched_at_s
        elif fact.kind == MOVE and data["phase"] in LEAVES:
            since_s = rests.pop(data["instance"], float("-inf"))
            if fact.at_s - since_s < REST_S:
                yield f"{fact.at_s:.0f} s: {data['instance']} goes {fact.at_s - since_s:.0f} s after it was launched"


def ecs_brings_nothing_back(stage: Stage) -> Iterator[str]:
    """A provider may be tried once: ECS's answer to that is what Ballast cannot know before."""
    explained_s = float("-inf")
    moved: dict[str, float] = {}  # until when a launch of ECS is an answer to a move, by group
    answers: dict[str, int] = defaultdict(int)
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind in EXPLAINS or (
            fact.kind == "instance_state" and data["state"] in ENDED and data["cause"] != BALLAST
        ):
            explained_s = fact.at_s
        elif fact.kind == MOVE:
            moved[data["group"]] = fact.at_s + AFTERWARDS_S if data["phase"] == OVER else float("inf")
        elif fact.kind == "managed_scaling" and data["new"] > data["old"]:
            if moved.get(data["group"], 0.0) < fact.at_s or fact.at_s - explained_s < BEFORE_S:
                continue
            answers[data["group"]] += 1
            if answers[data["group"]] > PROBES:
                yield f"{fact.at_s:.0f} s: ECS raised {data['group']} to {data['new']} for a move, not for the first time"


def every_open_move_ends(stage: Stage) -> Iterator[str]:
    for item in ledger_items(stage):
        if item["item"]["S"].startswith(PREFIX):
            yield f"{item['item']['S']} of {item['cluster']['S']} is still {item.get('phase', {}).get('S', 'open')}"


def no_instance_without_an_owner(stage: Stage) -> Iterator[str]:
    """Whatever Ballast moved or launched and runs at the end is in its group, but what people took out."""
    detached = {fact.data["instance"] for fact in stage.world.journal if fact.kind == "instance_detached"}
    theirs = {fact.data["group"] for fact in stage.world.journal if fact.kind == "group_deleted"}
    for fact in stage.world.journal:
        if fact.kind == "asked" and fact.data["actor"] == BALLAST and fact.data["operation"] == "DetachInstances":
            yield f"{fact.at_s:.0f} s: Ballast detached {fact.data['params'].get('InstanceIds')}"
    moved = {fact.data["instance"]: fact.data["group"] for fact in stage.world.journal if fact.kind == MOVE}
    for instance, group in moved.items():
        known = stage.world.ec2.instances.get(instance)
        lives = known is not None and not known.going and instance not in detached and group not in theirs
        if lives and stage.world.groups.member(instance) is None:
            yield f"{instance} runs and is no longer in {group}"


def headroom_is_never_eaten(stage: Stage) -> Iterator[str]:
    """Room that was there when a move began is there when its instance goes, unless the load moved meanwhile."""
    began: dict[str, Fact] = {}
    disturbed_s = float("-inf")
    for fact in stage.world.journal:
        data = fact.data
        if _disturbs(fact):
            disturbed_s = fact.at_s
        if fact.kind != MOVE:
            continue
        if data["phase"] == "draining":
            began.setdefault(data["instance"], fact)
        elif (
            data["phase"] == "terminating" and (first := began.pop(data["instance"], None)) and disturbed_s < first.at_s
        ):
            for name, (copies, fits) in data["headroom"].items():
                if fits < copies <= first.data["headroom"].get(name, (0, 0))[1]:
                    yield f"{fact.at_s:.0f} s: {data['instance']} goes and {fits} of {copies} {name} have room"


def no_service_below_its_minimum_by_a_move(stage: Stage) -> Iterator[str]:
    """A task that ends because of the instance of a move is ours, whoever stops it: by its drain, or cut off by its end.

    Tasks on a record that no agent speaks for end with their host, and ECS counts on them until the record is removed. The
    fall that is seen then is not ours, but where the record is that of a move.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
    """
    leaving: set[str] = set()
    ends: dict[tuple[str, str], dict[float, str]] = defaultdict(dict)  # whose doing the last was, by service and time
    removed: dict[float, str] = {}  # the same, of records, by time
    for fact in stage.world.journal:
        data = fact.data
        if fact.kind == MOVE:
            (leaving.add if data["phase"] in LEAVES else leaving.discard)(data["instance"])
        elif fact.kind == "instance_state" and data["state"] in ENDED and data["cause"] != BALLAST:
            leaving.discard(data["instance"])
        elif fact.kind == "container_instance_deregistered":
            ours = data["instance"] if data["instance"] in leaving else ""
            removed[fact.at_s] = removed.get(fact.at_s) or ours
        elif fact.kind in ("task_stopping", "task_stopped") and data["service"]:
            by_it = data["cause"] in ("drain", BALLAST) or (fact.kind == "task_stopped" and data["interrupted"])
            ours = data["instance"] if by_it and data["instance"] in leaving else ""
            of_service = ends[data["cluster"], data["service"]]
            of_service[fact.at_s] = of_service.get(fact.at_s) or ours
    for fact in below_minimum(stage.world.journal):
        known = ends[fact.data["cluster"], fact.data["service"]]
        last_s = max((at_s for at_s in known if at_s <= fact.at_s), default=-1.0)
        instance = removed[fact.at_s] if fact.at_s in removed and last_s < fact.at_s else known.get(last_s)
        if instance:
            counts = f"{fact.data['running']} of at least {fact.data['minimum']} tasks"
            yield f"{fact.at_s:.0f} s: {fact.data['service']} runs {counts}, as {instance} is given back"


REBALANCE_INVARIANTS = (
    desired_is_never_set_below_what_lives,
    nothing_goes_within_its_rest,
    ecs_brings_nothing_back,
    every_open_move_ends,
    no_instance_without_an_owner,
    headroom_is_never_eaten,
    no_service_below_its_minimum_by_a_move,
)


def _disturbs(fact: Fact) -> bool:
    """Whether it asks for room, or takes some, without any doing of Ballast."""
    ends = fact.kind == "instance_state" and fact.data["state"] in ENDED
    return fact.kind in EXPLAINS or (ends and fact.data["cause"] != BALLAST)
