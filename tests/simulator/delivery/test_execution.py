from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from ballast.aws.kept import kept
from ballast.aws.session import client
from simulator.delivery.faults import Faults, KillPoint
from simulator.delivery.records import Outcome
from tests.simulator.delivery.small_stack import CONTAINER_INSTANCE, Ballast


def drain(*_: Any) -> None:
    """Two calls: look, then act."""
    client("ecs").list_container_instances(cluster="c")
    client("ecs").update_container_instances_state(
        cluster="c", containerInstances=[CONTAINER_INSTANCE], status="DRAINING"
    )


def run(folder: Path, handler: Any = drain, faults: Faults | None = None) -> Ballast:
    with Ballast(folder, handler, faults=faults or Faults()) as ballast:
        ballast.world.emit()
        ballast.run(3000)
    return ballast


def operations(ballast: Ballast) -> list[str]:
    return [name.rpartition(":")[2] for _, name, _ in ballast.world.asked]


def test_a_call_takes_virtual_time(tmp_path: Path) -> None:
    ballast = run(tmp_path)
    [invocation] = ballast.deployment.invocations
    look, act = (at_s for at_s, _, _ in ballast.world.asked)

    assert invocation.ended_s is not None
    assert invocation.started_s < look < act < invocation.ended_s
    assert 0.04 < invocation.ended_s - invocation.started_s < 0.16


def test_the_world_goes_on_while_a_call_is_under_way(tmp_path: Path) -> None:
    with Ballast(tmp_path, drain) as ballast:
        ballast.world.emit()
        while not ballast.world.asked:
            ballast.run(0.001)
        happened_s: list[float] = []
        ballast.clock.after(0.001, lambda: happened_s.append(ballast.clock.now_s))
        ballast.run(60)
    [(look_s, *_), (act_s, *_)] = ballast.world.asked

    assert look_s < happened_s[0] < act_s


@pytest.mark.parametrize(
    ("point", "effects"),
    [
        (KillPoint(1, "before"), []),
        (KillPoint(1, "after"), ["ListContainerInstances"]),
        (KillPoint(2, "before"), ["ListContainerInstances"]),
        (KillPoint(2, "after"), ["ListContainerInstances", "UpdateContainerInstancesState"]),
    ],
)
def test_a_kill_falls_on_the_named_side_of_the_named_call_and_the_batch_comes_again(
    tmp_path: Path, point: KillPoint, effects: list[str]
) -> None:
    ballast = run(tmp_path, faults=Faults(kill_at=point))
    [killed, retried] = ballast.deployment.invocations

    assert (killed.outcome, retried.outcome) == (Outcome.KILLED, Outcome.OK)
    assert retried.cold
    assert retried.started_s - killed.started_s > 350
    assert operations(ballast) == [
        *effects,
        "ListContainerInstances",
        "UpdateContainerInstancesState",
    ]


def test_a_dead_invocation_has_no_effect_even_in_its_finally(tmp_path: Path) -> None:
    def handler(*_: Any) -> None:
        try:
            client("ecs").list_container_instances(cluster="c")
        finally:
            client("ec2").describe_instances(InstanceIds=["i-1"])

    ballast = run(tmp_path, handler, Faults(kill_at=KillPoint(1, "after")))

    assert operations(ballast)[:2] == ["ListContainerInstances"] * 2


def test_a_function_is_ended_at_its_timeout(tmp_path: Path) -> None:
    def handler(*_: Any) -> None:
        for _attempt in range(10_000):
            client("ec2").describe_instances(InstanceIds=["i-1"])

    ballast = run(tmp_path, handler, Faults(enforces_rate_buckets=False))
    first = ballast.deployment.invocations[0]

    assert first.outcome is Outcome.TIMED_OUT
    assert first.ended_s == pytest.approx(first.started_s + 60)
    assert len(ballast.deployment.dead_letters) == 1


def test_a_module_is_told_to_forget_after_a_kill(tmp_path: Path) -> None:
    code = tmp_path / "functions/drain"
    code.mkdir(parents=True)
    (code / "handler.py").write_text(
        "from ballast.aws.session import client\n"
        "forgotten = []\n"
        "def forget():\n    forgotten.append(1)\n"
        "def handler(event, context):\n"
        "    client('ec2').describe_instances(InstanceIds=[f'i-{len(forgotten)}'])\n"
    )
    with Ballast(tmp_path, None, faults=Faults(kill_at=KillPoint(1, "after"))) as ballast:
        ballast.world.emit()
        ballast.run(1000)

    # Once when the deployment starts, once after the death.
    assert [params["InstanceIds"] for *_, params in ballast.world.asked] == [["i-1"], ["i-2"]]


def test_a_deployment_that_ends_ends_its_invocations(tmp_path: Path) -> None:
    with Ballast(tmp_path, drain) as ballast:
        ballast.world.emit()
        while not ballast.world.asked:
            ballast.run(0.001)
    ballast.run(100)

    assert operations(ballast) == ["ListContainerInstances"]


def remembers(seen: list[int]) -> Any:
    """Counts the invocations of its environment, and tells it once a call has let others go on."""

    def handler(*_: Any) -> None:
        kept("invocations")[len(kept("invocations"))] = True
        time.sleep(5)
        client("ec2").describe_instances(InstanceIds=["i-1"])
        seen.append(len(kept("invocations")))

    return handler


def test_invocations_that_overlap_do_not_share_what_they_keep_and_a_later_one_finds_it(tmp_path: Path) -> None:
    seen: list[int] = []
    with Ballast(tmp_path, remembers(seen)) as ballast:
        for wait_s in (3, 100, 100):
            ballast.world.emit()
            ballast.run(wait_s)
    first, second, third = ballast.deployment.invocations

    assert second.started_s < (first.ended_s or 0) < third.started_s
    assert seen == [1, 1, 2]


def test_what_an_environment_keeps_dies_with_it(tmp_path: Path) -> None:
    seen: list[int] = []
    with Ballast(tmp_path, remembers(seen), faults=Faults(kill_at=KillPoint(2, "after"))) as ballast:
        for _ in range(2):
            ballast.world.emit()
            ballast.run(1000)

    assert [each.outcome for each in ballast.deployment.invocations] == [Outcome.OK, Outcome.KILLED, Outcome.OK]
    assert seen == [1, 1]
