"""What was true at each moment of a run, replayed from the journal: states, records, tasks, whom Ballast may touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.journal import BALLAST
from simulator.stage import MANAGED, Stage
from simulator.world.core.core import Fact

ENDED = ("shutting-down", "terminated", "stopping", "stopped")


@dataclass(frozen=True, slots=True)
class Record:
    """One container instance, while it is registered."""

    arn: str
    cluster: str
    instance: str

    @property
    def external(self) -> bool:
        """A host of ECS Anywhere, which EC2 does not know."""
        return self.instance.startswith("mi-")


@dataclass(slots=True)
class Truth:
    """By EC2 id unless said otherwise. Daemons are in no set of tasks."""

    managed: set[str]  # names of clusters; fixed for a run
    daemons: set[tuple[str, str]]  # cluster and service
    state: dict[str, str] = field(default_factory=dict)  # EC2's
    group: dict[str, str] = field(default_factory=dict)  # that launched it
    records: dict[str, Record] = field(default_factory=dict)  # registered ones, by ARN
    ever: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # clusters it was ever registered in
    tasks: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # not STOPPED, by ARN of the record
    drained_by: dict[str, str] = field(default_factory=dict)  # who set it DRAINING, by ARN of the record
    forced: set[str] = field(default_factory=set)  # who goes anyway, as far as AWS has announced it
    leaving: set[str] = field(default_factory=set)  # whom their group ends
    pooled: set[str] = field(default_factory=set)  # who waits in a warm pool
    held_since_s: dict[str, float] = field(default_factory=dict)  # by a hook, the last time
    told: set[str] = field(default_factory=set)  # tasks that ECS has told to stop
    unheard: set[str] = field(default_factory=set)  # whose agent is away

    def tasks_on(self, instance_id: str, *, managed: bool = True) -> set[str]:
        """Tasks on every record of the host in clusters that are managed, or in those that are not."""
        found = [
            r for r in self.records.values() if r.instance == instance_id and (r.cluster in self.managed) is managed
        ]
        return {task for record in found for task in self.tasks[record.arn]}

    def tasks_to_wait_for(self, instance_id: str) -> set[str]:
        """Without those that ECS has told to stop and that no agent will: ECS counts on none of them any more.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
        """
        left = self.tasks_on(instance_id)
        return left - self.told if instance_id in self.unheard else left

    def learn(self, fact: Fact) -> None:
        lesson = LESSONS.get(fact.kind)
        if lesson is not None:
            lesson(self, fact)


def _launched(truth: Truth, fact: Fact) -> None:
    truth.state[fact.data["instance"]] = "running"
    if fact.data["group"]:
        truth.group[fact.data["instance"]] = fact.data["group"]


def _state(truth: Truth, fact: Fact) -> None:
    truth.state[fact.data["instance"]] = fact.data["state"]
    if fact.data["state"] in ENDED:
        truth.forced.add(fact.data["instance"])


def _joined(truth: Truth, fact: Fact) -> None:
    data = fact.data
    truth.records[data["host"]] = Record(data["host"], data["cluster"], data["instance"])
    truth.ever[data["instance"]].add(data["cluster"])


def _deregistered(truth: Truth, fact: Fact) -> None:
    truth.records.pop(fact.data["host"], None)
    truth.drained_by.pop(fact.data["host"], None)


def _status(truth: Truth, fact: Fact) -> None:
    if fact.data["new"] == "DRAINING":
        truth.drained_by[fact.data["host"]] = fact.data["actor"]
    else:
        truth.drained_by.pop(fact.data["host"], None)


def _task_there(truth: Truth, fact: Fact) -> None:
    if (fact.data["cluster"], fact.data["service"]) not in truth.daemons:
        truth.tasks[fact.data["host"]].add(fact.data["task"])


def _task_gone(truth: Truth, fact: Fact) -> None:
    truth.tasks[fact.data["host"]].discard(fact.data["task"])


def _task_told(truth: Truth, fact: Fact) -> None:
    truth.told.add(fact.data["task"])


def _agent(truth: Truth, fact: Fact) -> None:
    (truth.unheard.discard if fact.data["connected"] else truth.unheard.add)(fact.data["instance"])


def _held(truth: Truth, fact: Fact) -> None:
    truth.held_since_s[fact.data["instance"]] = fact.at_s
    truth.forced.add(fact.data["instance"])


def _moved_in_group(truth: Truth, fact: Fact) -> None:
    if fact.data["state"].startswith("Terminating"):
        truth.leaving.add(fact.data["instance"])
    else:
        truth.leaving.discard(fact.data["instance"])
    if fact.data["state"].startswith("Warmed:") and not fact.data["state"].startswith("Warmed:Terminat"):
        truth.pooled.add(fact.data["instance"])
    else:
        truth.pooled.discard(fact.data["instance"])


def _one_goes(truth: Truth, fact: Fact) -> None:
    truth.forced.add(fact.data["instance"])


def _some_go(truth: Truth, fact: Fact) -> None:
    truth.forced |= set(fact.data["instances"])


LESSONS: Mapping[str, Callable[[Truth, Fact], None]] = {
    "instance_launched": _launched,
    "instance_state": _state,
    "instance_joined": _joined,
    "container_instance_deregistered": _deregistered,
    "container_instance_status": _status,
    "task_placed": _task_there,
    "task_started": _task_there,
    "task_stopped": _task_gone,
    "task_stopping": _task_told,
    "agent": _agent,
    "hook_waiting": _held,
    "lifecycle_state": _moved_in_group,
    "spot_warned": _one_goes,
    "capacity_reservation_warned": _one_goes,
    "retirement_scheduled": _some_go,
    "capacity_block_ends": _some_go,
}


def taken_out_by(params: Mapping[str, Any]) -> list[str]:
    """Whom TerminateInstanceInAutoScalingGroup names, one or many."""
    return list(params.get("InstanceIds") or [params["InstanceId"]])


def replayed(stage: Stage) -> Iterator[tuple[Fact, Truth]]:
    """Each fact, and what was true just before it."""
    truth = _at_first(stage)
    for fact in stage.world.journal:
        yield fact, truth
        truth.learn(fact)


def at_the_end(stage: Stage) -> Truth:
    truth = _at_first(stage)
    for fact in stage.world.journal:
        truth.learn(fact)
    return truth


def _at_first(stage: Stage) -> Truth:
    clusters = stage.world.clusters.values()
    return Truth(
        managed={c.name for c in clusters if MANAGED.items() <= c.tags.items()},
        daemons={(c.name, s.name) for c in clusters for s in c.services.values() if s.daemon},
    )


def asked_by_ballast(stage: Stage) -> Iterator[tuple[Fact, Truth]]:
    """Each change that Ballast asked of AWS, whether or not AWS did it, and what was true then."""
    return ((fact, truth) for fact, truth in replayed(stage) if fact.kind == "asked" and fact.data["actor"] == BALLAST)
