"""Play a scenario once and ask what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.delivery.faults import Faults
from simulator.invariants import violations
from simulator.result import Result, result_of
from simulator.scenarios import scenarios
from simulator.scenarios.update import ARCH, VARIANT
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.core import Fact


@dataclass(frozen=True)
class Played:
    """`broken` lists the invariants that did not hold."""

    result: Result
    journal: list[Fact]
    broken: list[str]
    slack: list[str] = field(default_factory=list)  # the titles of the messages as they stand in the end
    words: dict[str, str] = field(default_factory=dict)  # all that the last notice of a code says

    @property
    def codes(self) -> list[str]:
        """The codes of the notices in their order, without the one-off about lifecycle hooks."""
        return [n["code"] for n in self.result.notices if n["code"] != "LifecycleHookPut"]

    def facts(self, kind: str, **wanted: Any) -> list[Fact]:
        return [f for f in self.journal if f.kind == kind and wanted.items() <= f.data.items()]

    def notice(self, code: str) -> dict[str, Any]:
        return next(n for n in self.result.notices if n["code"] == code)


def play(scenario: str | Scenario, *, seed: int = 1, faults: Faults | None = None, **parameters: str) -> Played:
    chosen = scenarios()[scenario] if isinstance(scenario, str) else scenario
    chosen = replace(chosen, parameters={**chosen.parameters, **parameters}, faults=faults or chosen.faults)
    with Stage(chosen, seed) as stage:
        stage.play()
        parents = [m.text for m in stage.deployment.slack.messages if m.thread_ts is None]
        details = [e.event["detail"] for e in stage.deployment.bus.events if e.event["detail-type"] == "Ballast Notice"]
        words = {
            d["code"]: " ".join(str(d.get(key, "")) for key in ("title", "what", "why", "impact", "next"))
            for d in details
        }
        return Played(result_of(stage), stage.world.journal, violations(stage), parents, words)


def a_scenario(
    build: Callable[[Stage], None], *, minutes: float = 30, parameters: Mapping[str, str] | None = None
) -> Scenario:
    return Scenario("test", "made for one test", minutes, build, parameters or {})


def prod_is_updated(stage: Stage) -> None:
    """Both are managed; in prod three hosts run 1.62.1, and 1.64.0 is seen after a minute and a half."""
    releases = stage.world.bottlerocket.releases
    releases.publish(VARIANT, ARCH, "1.62.1", long_ago=True)
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_cluster("staging", MANAGED)
    stage.world.add_group("web", "prod", desired=3, capacity_provider="web", bottlerocket=(VARIANT, ARCH, "1.62.1"))
    stage.at(1.2, lambda: releases.publish(VARIANT, ARCH, "1.64.0"))
    stage.at(1.5, stage.check_releases)
