"""What came of a run, as a machine reads it: `make demo ARGS=--json` prints exactly this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ballast.drain.triggers import OUR_HOOK
from ballast.errors import UnexpectedEventError
from ballast.words.notice import Notice
from simulator.delivery.records import HOSTILE, BusEvent
from simulator.rebalance_result import rebalance_of
from simulator.rollout_result import (
    budget_violations,
    minutes_out_of_service,
    moves_per_task,
    rollout_of,
    stranded_draining,
)
from simulator.stage import Stage
from simulator.world.core.core import Fact


@dataclass(frozen=True, slots=True)
class Result:
    """`tasks_interrupted`: stopped by their instance going away before they were replaced; times in virtual seconds."""

    scenario: str
    seed: int
    virtual_seconds: float
    tasks_interrupted: int
    service_minimum_violations: int
    hooks_completed: int
    hooks_timed_out: int
    notices: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    slack_messages: int
    aws_calls: dict[str, int]
    dead_letters: int
    open_disruptions: int
    rollout: dict[str, Any] | None
    budget_violations: int
    instance_minutes_out_of_service: float
    moves_per_task: float
    stranded_draining: int
    rebalance: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def result_of(stage: Stage) -> Result:
    """Read the journals of a stage, during its run or after it."""
    deployment, journal = stage.deployment, stage.world.journal
    return Result(
        scenario=stage.scenario.name,
        seed=stage.seed,
        virtual_seconds=stage.clock.now_s,
        tasks_interrupted=sum(f.kind == "task_stopped" and f.data["interrupted"] for f in journal),
        service_minimum_violations=sum(1 for _ in below_minimum(journal)),
        hooks_completed=sum(_ours(f, "hook_completed") for f in journal),
        hooks_timed_out=sum(_ours(f, "hook_timed_out") for f in journal),
        notices=list(notices(stage)),
        messages=[
            {"at": m.at_s, "severity": m.attributes.get("severity"), "subject": m.subject} for m in deployment.messages
        ],
        slack_messages=len(deployment.slack.messages),
        aws_calls=dict(sorted(deployment.aws_calls.items())),
        dead_letters=len(deployment.dead_letters),
        open_disruptions=len(open_disruptions(stage)),
        rollout=rollout_of(ledger_items(stage)),
        budget_violations=sum(1 for _ in budget_violations(stage)),
        instance_minutes_out_of_service=minutes_out_of_service(journal, stage.clock.now_s),
        moves_per_task=moves_per_task(stage),
        stranded_draining=len(stranded_draining(stage)),
        rebalance=rebalance_of(stage),
    )


def notices(stage: Stage) -> Iterator[dict[str, Any]]:
    """Ballast's notices in the order in which they reached the bus, each once."""
    return notices_in(stage.deployment.bus.events)


def notices_in(events: Iterable[BusEvent], *, forged: bool = False) -> Iterator[dict[str, Any]]:
    """`forged`: with those of an attacker that can be read, each in the incident in which it is told: one of its own."""
    seen = set()
    for put in events:
        if put.event["detail-type"] != "Ballast Notice":
            continue
        detail, hostile = put.event["detail"], str(put.event["id"]).startswith(HOSTILE)
        name = put.event["id"] if hostile else detail["id"]
        if (hostile and not (forged and _is_readable(put.event))) or name in seen:
            continue
        seen.add(name)
        kept = ("code", "severity", "cluster", "instance", "incident", "what", "impact")
        found = {"at": round(put.at_s, 1), **{key: detail[key] for key in kept}}
        yield {**found, "incident": f"unverified/{detail['code']}/{detail['incident']}"} if hostile else found


def _is_readable(event: Mapping[str, Any]) -> bool:
    try:
        Notice.parse(event)
    except UnexpectedEventError:
        return False
    return True


def below_minimum(journal: list[Fact]) -> Iterator[Fact]:
    """Each time that a service falls below its minimum of running tasks."""
    falls = Falls()
    yield from (fact for fact in journal if fact.kind == "service_counts" and falls.is_one(fact))


@dataclass(slots=True)
class Falls:
    """Of services below their minimum, counts by counts. Where more is desired, the minimum rises and nothing falls."""

    _before: dict[tuple[str, str], tuple[bool, int]] = field(default_factory=dict)  # has it fallen, and what ran

    def is_one(self, fact: Fact) -> bool:
        """Whether the service has fewer tasks than before, and too few, for the first time since it had enough."""
        service, running = (fact.data["cluster"], fact.data["service"]), int(fact.data["running"])
        had_fallen, ran = self._before.get(service, (True, running))
        below = running < fact.data["minimum"]
        falls = below and running < ran and not had_fallen
        self._before[service] = below and (had_fallen or falls), running
        return falls


def open_disruptions(stage: Stage) -> list[dict[str, Any]]:
    """The disruptions in the ledger, as DynamoDB items."""
    return [item for item in ledger_items(stage) if item["item"]["S"].startswith("drain#")]


def ledger_items(stage: Stage) -> list[dict[str, Any]]:
    """Everything in the ledger, as DynamoDB items."""
    return table_items(stage, "Ledger")


def conversations_by_incident(stage: Stage) -> dict[str, str]:
    """Which conversation (dedupKey) each incident is told in."""
    items = ((item["conversation"]["S"], item) for item in table_items(stage, "Conversations"))
    return {key.removeprefix("incident#"): i["joined"]["S"] for key, i in items if key.startswith("incident#")}


def table_items(stage: Stage, table: str) -> list[dict[str, Any]]:
    """Everything in the table of that logical id, as DynamoDB items."""
    return stage.deployment.front_door.tables.items(stage.deployment.stack.names.physical(table))


def _ours(fact: Fact, kind: str) -> bool:
    return fact.kind == kind and fact.data["hook"] == OUR_HOOK
