"""A small world in which Ballast is made to do what it never does, one act at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from simulator.invariants import violations
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.records import Status

type Invariant = Callable[[Stage], Iterator[str]]
type Forbidden = Callable[[Stage], object]

HOST = "i-0123456789abcdef0"


def sentences(invariant: Invariant, forbidden: Forbidden, minutes: float = 6, **parameters: str) -> list[str]:
    """What the invariant says when the act happens in the first minute, before Ballast has put a hook."""
    scenario = Scenario("forbidden", "One forbidden act", minutes, lambda s: build(s, forbidden), parameters)
    with Stage(scenario, 1) as stage:
        stage.play()
        return list(invariant(stage))


@cache
def said_of_a_good_world() -> list[str]:
    """What all invariants say when nothing forbidden happens: the control of every test here."""
    with Stage(Scenario("good", "No forbidden act", 12, lambda s: build(s, lambda _: None)), 1) as stage:
        stage.play()
        return violations(stage)


def build(stage: Stage, forbidden: Forbidden) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_cluster("unmanaged")
    world.add_group("web", "prod", desired=4, capacity_provider="web", hooks=[Hook("ballast-drain", "CONTINUE", 60)])
    world.add_group("others", "unmanaged", desired=2, hooks=[Hook("theirs", "CONTINUE", 900)])
    world.add_service("prod", "api", desired=8)
    world.add_service("unmanaged", "their-api", desired=4)
    world.add_external_instance("prod")
    world.add_managed_instances_provider("prod", "ecs-managed")
    stage.at(0.5, lambda: forbidden(stage))


def ask(service: str, operation: str, /, **params: Any) -> Forbidden:
    """Ballast asks AWS for it; AWS may refuse."""

    def act(stage: Stage) -> None:
        by_ballast(stage, service, operation, params)

    return act


def by_ballast(stage: Stage, service: str, operation: str, params: Mapping[str, Any]) -> None:
    stage.world.handle(service, operation, {k: v(stage) if callable(v) else v for k, v in params.items()})


def first(group: str) -> Callable[[Stage], str]:
    return lambda stage: stage.instances(group)[0]


def record_of(group: str) -> Callable[[Stage], str]:
    return lambda stage: stage.world.host(stage.instances(group)[0]).arn


def set_status(stage: Stage, status: str, actor: str, instance_id: str | None = None) -> str:
    """Answers whom."""
    instance_id = instance_id or stage.instances("web")[0]
    stage.world.registry.set_status(stage.world.host(instance_id), Status(status), actor=actor)
    return instance_id


def tell(stage: Stage, **changes: Any) -> None:
    """A notice of Ballast about the first instance."""
    detail = {
        "id": f"notice-{len(stage.deployment.bus.events)}",
        "code": "InstanceGone",
        "severity": "info",
        "cluster": "prod",
        "instance": stage.instances("web")[0],
        "incident": "prod/one",
        "what": "It is terminated.",
        "why": "EC2 says so.",
        "impact": "Unknown.",
        "next": "Nothing.",
    }
    stage.announce("Ballast Notice", detail | changes)
