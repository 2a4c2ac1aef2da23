"""What Ballast would do: its own handlers, on the fleets of a dump."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import pytest

from ballast_cli.dump.records import Dump
from ballast_cli.dump.writing import text_of
from ballast_cli.what_if.answer import Answer
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import Happening, PolicyFile, Question
from simulator.stage import Stage
from tests.builders import ROOT
from tests.cli.what_if.fleets import ON, all_blocked, dump_of, dumped, small_mixed, staged

REPORT = PolicyFile("report.toml", {"Rebalance": "report", "Repair": "off"})


@cache
def now(policy: str = "on") -> Answer:
    return answer(Question(dumped(small_mixed, **ON), REPORT if policy == "report" else None))


def spot_of(dump: Dump) -> str:
    return next(each.id for each in dump.instances if each.spot)


def begun(found: Answer) -> list[tuple[str, str]]:
    return [(drain.instance, drain.why) for drain in found.drained if drain.at is not None]


def test_what_is_given_back_and_repaired_is_told_in_its_order_with_what_it_saves() -> None:
    found = now()
    whys = [why for _, why in begun(found)]

    assert whys[:3] == ["rebalancing"] * 3
    assert whys[3] == "repair"
    assert [d.at for d in found.drained] == sorted(d.at or 0 for d in found.drained)
    assert all(d.saves and d.saves > 0 for d in found.drained if d.why == "rebalancing")
    assert found.cost.bound < found.cost.then < found.cost.now
    assert sum(found.cost.parts.values()) == pytest.approx(found.cost.now)
    assert found.harm.interrupted == 0


def test_the_first_that_goes_is_the_first_that_the_plan_names() -> None:
    found = now()

    assert found.acts[0].instances == (found.drained[0].instance,)
    assert found.acts[0].on


def test_where_it_is_only_reported_nothing_begins_and_what_would_is_told() -> None:
    found = now("report")

    assert begun(found) == []
    assert [act.on for act in found.acts] == [False] * len(found.acts)
    assert found.acts[0].instances == now().acts[0].instances
    assert found.cost.then == pytest.approx(found.cost.now)


def test_each_instance_that_stays_has_a_reason() -> None:
    found = answer(Question(dumped(all_blocked, **ON)))
    reasons = {each.instance: each.reason for each in found.stays}

    assert len(reasons) + len(found.acts) == found.instances
    assert sorted(set(reasons.values())) == [
        "a placement constraint", "group minimum", "opted out", "standalone task", "task protection",
        "the service can be moved nowhere",
    ]  # fmt: skip
    assert {each.service for each in found.stays} >= {"guarded", "ledger", "licensed"}


def test_a_reason_behind_the_first_is_told_too() -> None:
    def both(stage: Stage) -> None:
        all_blocked(stage)
        for host in stage.world.clusters["prod"].container_instances.values():
            host.tags["ballast:do-not-disrupt"] = "true"

    with staged(both, **ON) as stage:
        dump = dump_of(stage)
    found = answer(Question(dump))

    standalone = [s for s in found.stays if any("standalone task" in each for each in (s.sentence, *s.also))]
    assert [(s.reason, len(s.also)) for s in standalone] == [("opted out", 1)]


def test_a_spot_warning_is_drained_at_once_and_before_rebalancing_looks() -> None:
    dump = dumped(small_mixed, **ON)
    spot = spot_of(dump)

    found = answer(Question(dump, event=Happening("spot", spot)))

    first = found.drained[0]
    assert (first.instance, first.why) == (spot, "spot interruption")
    assert first.at is not None
    assert 60 < first.at < 70
    assert "empty in" in first.how
    assert found.harm.interrupted == 0


@pytest.mark.parametrize(("kind", "why"), [("terminate", "lifecycle hook"), ("retire", "scheduled change")])
def test_what_its_group_or_a_retirement_takes_is_drained(kind: str, why: str) -> None:
    dump = dumped(small_mixed, **ON)
    steady = next(each.id for each in dump.instances if not each.spot)

    found = answer(Question(dump, event=Happening(kind, steady)))

    assert begun(found)[0] == (steady, why)


def test_a_lost_zone_takes_all_that_is_in_it_and_groups_launch_elsewhere() -> None:
    dump = dumped(small_mixed, **ON)
    there = {each.id for each in dump.instances if each.zone == "eu-central-1a"}

    found = answer(Question(dump, event=Happening("az", "eu-central-1a")))

    assert {d.instance for d in found.drained if d.why == "instance stopping"} == there
    assert found.launched
    assert found.harm.interrupted > 0


def test_an_agent_that_is_lost_is_repaired() -> None:
    dump = dumped(small_mixed, **ON)
    whole = replace(dump, hosts=tuple(replace(h, agent_connected=True, impaired=()) for h in dump.hosts))
    steady = next(each.id for each in whole.instances if not each.spot)
    off = PolicyFile("repair.toml", {"Rebalance": "off", "Repair": "on"})

    found = answer(Question(whole, off, Happening("agent", steady)))

    assert begun(found) == [(steady, "repair")]


def test_a_release_is_rolled_out_and_what_holds_an_instance_is_told() -> None:
    policy = PolicyFile(
        "update.toml",
        {"UpdateStrategy": "in-place", "UpdateBakeDays": "0", "Rebalance": "off", "UpdateWaveBakeMinutes": "1"},
        {"ballast:update-canary-bake-minutes": "1"},
    )

    found = answer(Question(dumped(small_mixed, **ON), policy, release="1.64.0"))

    [rollout] = found.rollouts
    assert (rollout.target, rollout.total) == ("1.64.0", 6)
    assert rollout.on_target >= 4
    assert any("cart may run neither one task more nor one less" in why for why in rollout.left.values())
    assert found.minutes < 24 * 60


def test_a_release_that_nobody_wants_ends_soon() -> None:
    found = answer(Question(dumped(small_mixed, **ON), REPORT, release="1.64.0"))

    assert (found.rollouts, found.minutes) == ((), 30)


def test_days_are_played_forward() -> None:
    found = answer(Question(dumped(small_mixed, **ON), days=0.1))

    assert found.minutes == pytest.approx(144)
    assert len(begun(found)) > len(begun(now()))
    assert found.cost.then < now().cost.then


def test_what_the_answer_does_not_know_is_said() -> None:
    dump = dumped(small_mixed)
    untagged = replace(dump, cluster=replace(dump.cluster, tags={}), stack=None, missing=("the weather: it rains",))
    priceless = replace(untagged, prices=replace(dump.prices, on_demand={}, spot={}))
    said = " | ".join(answer(Question(priceless)).unknown)

    for each in (
        "No stack was found when the dump was taken",
        "not tagged ballast:managed=true",
        "Not in the dump: the weather: it rains.",
        "No price is known for 10 instances",
        "The load stays as it was in the dump",
        "What Ballast itself remembers is not in a dump",
        "300 s, their default",
    ):
        assert each in said, each


def test_a_stack_in_dry_run_is_played_live_and_that_is_said() -> None:
    dump = dumped(small_mixed, **ON)
    assert dump.stack is not None
    dry = replace(dump, stack=replace(dump.stack, parameters={**dump.stack.parameters, "DryRun": "true"}))

    found = answer(Question(dry))

    assert begun(found) == begun(now())
    assert found.unknown[0].startswith("The stack is in dry run")


def test_an_empty_cluster_costs_nothing_and_nothing_happens() -> None:
    def empty(stage: Stage) -> None:
        stage.world.add_cluster("prod", {})

    with staged(empty, **ON) as stage:
        dump = dump_of(stage)

    found = answer(Question(dump))

    assert (found.instances, found.cost.now, found.drained, found.stays) == (0, 0, (), ())


def test_the_same_question_has_the_same_answer() -> None:
    assert asdict(answer(Question(dumped(small_mixed, **ON)))) == asdict(now())


def test_another_process_answers_with_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order in which it hashes texts."""
    path = tmp_path / "fleet.json"
    path.write_text(text_of(dumped(small_mixed, **ON)))
    said = [
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "ballast_cli", "what-if", str(path), "--json"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "layers/shared:cli:.", "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0] == said[1]
    assert said[0].startswith(b'{\n  "cluster": "shop"')


def test_what_is_still_being_given_back_at_the_end_counts_as_gone() -> None:
    found = answer(Question(dumped(small_mixed, **ON), days=1.2 / 1440))

    [first] = found.drained
    assert first.how.startswith("still")
    assert found.cost.then == pytest.approx(found.cost.now - (first.saves or 0), rel=0.01)


def test_of_what_is_repaired_the_one_that_was_launched_for_it_counts() -> None:
    found = now()
    saved = sum(drain.saves or 0 for drain in found.drained)

    assert found.drained[-1].how == "still draining"
    assert found.launched == {"web": 1}
    assert found.cost.then == pytest.approx(found.cost.now - saved, rel=0.001)


def test_of_a_large_cluster_every_task_is_known_at_once() -> None:
    """A round of the function asks for those of twenty instances; who has run for days has asked for all."""

    def large(stage: Stage) -> None:
        stage.world.add_cluster("prod", {})
        stage.world.add_group("web", "prod", desired=60, capacity_provider="web")
        stage.world.add_service("prod", "api", desired=2500, cpu=64, memory_mib=128)

    with staged(large, **ON) as stage:
        stage.deployment.faults = replace(stage.deployment.faults, enforces_rate_buckets=False)
        dump = dump_of(stage)

    assert {each.reason for each in answer(Question(dump, days=1 / 1440)).stays} == {"it is new"}
