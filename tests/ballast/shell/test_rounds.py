"""A minute's round: each cluster that is due, or has work, gets a sweep of its own."""

from __future__ import annotations

import pytest

from ballast.aws import lifecycle_hooks
from ballast.aws.rounds import last_round
from ballast.aws.sweep_queue import SweepQueue
from ballast.drain.triggers import OUR_HOOK
from ballast.errors import BallastError
from ballast.records.watch import Watch, WatchKind
from ballast.shell.rounds import start_sweeps
from simulator.stage import MANAGED, Scenario, Stage
from tests.ballast.shell.looked import Looked, looked
from tests.builders import a_scale_in, minutes

MANY = tuple(f"other-{number:02}" for number in range(60))  # so that an idle one has its turn every four minutes


def swept_in(found: Looked, minute: int) -> int:
    """How many sweeps there are in that minute, sent or done at once."""
    queue = found.fleet.deployment.queues["DrainSweeps"]
    known = len(queue)
    at = found.now.replace(minute=0, second=0, microsecond=0) + minutes(minute)
    url = found.fleet.deployment.stack.names.ref("DrainSweeps")
    _, alone = start_sweeps(found.ledger, SweepQueue(url), (), at, found.now)
    return len(queue) - known + (alone is not None)


def test_an_idle_cluster_has_its_turn_and_one_with_work_is_swept_every_minute() -> None:
    with looked(*MANY) as found:
        idle = [swept_in(found, minute) for minute in range(4)]
        assert max(idle) < len(MANY) / 2
        assert sum(idle) >= len(MANY) + 1

        for name in MANY:
            found.ledger.write(None, a_scale_in(cluster=name, revision=0))
        assert min(swept_in(found, minute) for minute in range(4)) >= len(MANY)


def test_an_idle_cluster_is_swept_every_minute_while_our_hook_holds_an_instance_of_its_warm_pool() -> None:
    """Chaos seed 60228: the description of its group does not have that instance."""
    with looked(*MANY) as found:
        lifecycle_hooks.put_hook("web", OUR_HOOK, "prod", 900)
        found.fleet.world.put_warm_pool("web", minimum=1, state="Running")
        found.fleet.run(300)
        idle = sum(swept_in(found, minute) for minute in range(4))

        found.fleet.world.delete_warm_pool("web")

        assert sum(swept_in(found, minute) for minute in range(4)) == idle + 3


def test_what_others_look_at_is_no_work_and_what_cannot_be_read_is() -> None:
    with looked() as found:
        idle = swept_in(found, 0)
        found.ledger.write_watch(None, Watch("prod", WatchKind.PAUSED, "x", found.now))

        assert swept_in(found, 0) == idle


def test_a_round_is_noted_once_all_of_it_has_worked() -> None:
    with looked("other") as found:
        with pytest.raises(BallastError):
            start_sweeps(found.ledger, SweepQueue("https://no.such/queue"), (), found.now, found.now)
        assert last_round(found.ledger.table) is None

        swept_in(found, 0)
        assert last_round(found.ledger.table) == found.now


def test_the_only_cluster_of_a_minute_is_swept_in_the_run_of_the_round_and_costs_no_message() -> None:
    with looked() as found:
        queue = found.fleet.deployment.queues["DrainSweeps"]
        registry, alone = start_sweeps(found.ledger, SweepQueue("https://no.such/queue"), (), found.now, found.now)

        assert (alone, [*registry.clusters], len(queue)) == ("prod", ["prod"], 0)

    with looked("other") as found:
        url = found.fleet.deployment.stack.names.ref("DrainSweeps")
        assert start_sweeps(found.ledger, SweepQueue(url), (), found.now, found.now)[1] is None


def test_a_stack_with_one_cluster_sweeps_it_each_minute_in_one_run() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=1, capacity_provider="spot")

    with Stage(Scenario("alone", "One cluster", 8, build), 1) as stage:
        stage.play()
        late = [i for i in stage.deployment.invocations if i.function == "DrainInstance" and i.started_s >= 180]
        asked = [c for c in stage.deployment.calls if c.operation == "ListContainerInstances" and c.at_s >= 180]

    assert len(late) == 5
    assert len(asked) >= 2 * len(late)
