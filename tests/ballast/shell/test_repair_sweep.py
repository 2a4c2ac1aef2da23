"""What the sweep of a cluster sees of who is ill there, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ballast.aws import autoscaling, ecs
from ballast.aws.asked_groups import ask_groups, ask_pools
from ballast.aws.ledger_items import Books
from ballast.policy.policy import Policy, Repair
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.kept import Unread
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch, WatchKind
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.perform_capacity import LOWERS, RAISES, TERMINATES
from ballast.shell.repair_sweep import RepairSweep, concerns
from ballast.shell.sweep_tools import Tools
from tests.ballast.shell.looked import Looked, looked
from tests.builders import a_cluster, a_disruption, a_watch

ON = Policy(repair=Repair.ON)


def sweep(
    found: Looked,
    at: datetime,
    *,
    granted: bool = True,
    sees_all: bool = True,
    policy: Policy = ON,
    took_s: int = 0,
    **changes: object,
) -> None:
    cluster = replace(found.cluster(), policy=policy, instances=3)
    executor = Executor((*performers(found.ledger), RAISES, LOWERS, TERMINATES), dry_run=False)
    books = replace(found.ledger.books("prod"), **changes)  # type: ignore[arg-type]
    listed = [i for i in ecs.list_instances("prod") if i.status == "DRAINING" or not i.agent_connected]
    began = found.now - timedelta(seconds=took_s)
    groups = ask_groups(["web"])
    members = autoscaling.members_of(groups.found) | dict(ask_pools(groups.found).found)
    tools = Tools(found.ledger, executor, put_hooks=True, discover=True, may_repair=granted, sees_all=sees_all)
    RepairSweep(cluster, tools, groups, members, at, began).run(listed, None, books)


def turn(found: Looked) -> datetime:
    """A minute in which everybody is asked for."""
    from ballast.drain.cadence import is_turn  # noqa: PLC0415 - one use

    return next(at for n in range(5) if is_turn("prod", at := found.now + timedelta(minutes=n), 5))


def ill(found: Looked) -> dict[str, str | None]:
    return {w.subject: w.signal for w in found.ledger.open("prod")[1] if w.kind is WatchKind.ILL}


def other_minute(found: Looked) -> datetime:
    return turn(found) + timedelta(minutes=1)


def test_a_lost_agent_is_seen_in_each_minute() -> None:
    with looked() as found:
        lost = found.fleet.instance_ids[0]
        found.fleet.world.disconnect_agent(lost)

        sweep(found, other_minute(found))

        assert ill(found) == {lost: Signal.AGENT_LOST}


def a_lost_one_of_the_pool(found: Looked) -> str:
    world = found.fleet.world
    world.readings.warm_instances_register = True
    world.put_warm_pool("web", state="Running", most_prepared=4)
    found.fleet.run(600)
    [warm] = [i for i, member in world.groups.groups["web"].members.items() if member.warm]
    world.disconnect_agent(warm)
    return warm


def test_one_that_waits_in_the_warm_pool_is_not_ill_though_its_agent_is_lost() -> None:
    with looked() as found:
        warm = a_lost_one_of_the_pool(found)

        sweep(found, other_minute(found))

        assert found.fleet.world.host(warm).agent_connected is False
        assert ill(found) == {}


def test_what_a_slow_round_sees_has_not_been_so_since_the_round_began() -> None:
    """Chaos seed 50174: it fell ill while ECS was slow to answer, and was repaired six seconds too early."""
    with looked() as found:
        found.fleet.world.disconnect_agent(found.fleet.instance_ids[0])

        sweep(found, other_minute(found), took_s=40)

        [watch] = [w for w in found.ledger.open("prod")[1] if w.kind is WatchKind.ILL]
        assert watch.since == found.now


@pytest.mark.parametrize(
    ("trouble", "signal"),
    [
        (lambda world, i: world.break_runtime(i), Signal.IMPAIRED),
        (lambda world, i: world.fail_status_checks(i), Signal.EC2_IMPAIRED),
        (lambda world, i: world.application_checks.failed.update({i: 2}), Signal.EC2_IMPAIRED),
    ],
)
def test_what_only_a_look_at_everybody_shows_is_seen_every_five_minutes(trouble: object, signal: Signal) -> None:
    with looked() as found:
        trouble(found.fleet.world, found.fleet.instance_ids[0])  # type: ignore[operator]

        sweep(found, other_minute(found))
        assert ill(found) == {}

        sweep(found, turn(found))
        assert ill(found) == {found.fleet.instance_ids[0]: signal}


def a_waiting_repair(found: Looked, signal: Signal = Signal.STARTS_FAIL) -> Disruption:
    waits = Disruption(
        "prod", found.fleet.instance_ids[0], Reason.REPAIR, Phase.WAITING, forced=False, started_at=found.now,
        group="web", signal=signal, revision=1,
    )  # fmt: skip
    found.ledger.write(None, waits)
    return waits


@pytest.mark.parametrize(("signal", "called_off"), [(Signal.STARTS_FAIL, True), (Signal.AGENT_LOST, False)])
def test_while_a_repair_waits_for_what_only_that_shows_everybody_is_looked_at_each_minute(
    signal: Signal,
    called_off: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    with looked() as found:
        a_waiting_repair(found, signal)

        sweep(found, other_minute(found))
        assert (found.ledger.open("prod")[0] == ()) is called_off


def test_a_repair_that_has_just_waited_again_in_the_same_round_is_called_off_all_the_same() -> None:
    """Chaos seed 64169: it did so in each round, and drained what had been well for a quarter of an hour."""
    with looked() as found:
        as_read = a_waiting_repair(found)
        found.ledger.write(as_read, replace(as_read, revision=2))

        sweep(found, other_minute(found), disruptions=(as_read,))

        assert found.ledger.open("prod")[0] == ()


def old_illnesses(found: Looked) -> list[Watch]:
    since = found.now - timedelta(minutes=11)
    return [replace(w, since=since) for w in found.ledger.open("prod")[1] if w.kind is WatchKind.ILL]


def repaired(found: Looked, *, loses_agent: bool = True, **changes: object) -> Sequence[Reason]:
    """By what has been ill for eleven minutes, in the next sweep."""
    if loses_agent:
        found.fleet.world.disconnect_agent(found.fleet.instance_ids[0])
    sweep(found, other_minute(found))
    for known in old_illnesses(found):
        found.ledger.write_watch(known, replace(known, revision=1))
    sweep(found, other_minute(found), **changes)  # type: ignore[arg-type]
    return [d.reason for d in found.ledger.open("prod")[0]]


def test_what_has_lasted_is_repaired_and_its_group_remembers_it() -> None:
    with looked() as found:
        assert repaired(found) == [Reason.REPAIR]
        [memory] = found.ledger.books("prod").repairs
        assert (memory.group, memory.begun) == ("web", (found.now,))


def test_without_the_right_it_is_told_only() -> None:
    with looked() as found:
        assert repaired(found, granted=False) == []


@pytest.mark.parametrize("refused", [("DescribeWarmPool",), ("DescribeWarmPool", "DescribeAutoScalingInstances")])
def test_one_whose_groups_pool_does_not_answer_is_not_told_to_be_in_no_group(refused: tuple[str, ...]) -> None:
    with looked() as found:
        warm = a_lost_one_of_the_pool(found)
        for call in refused:
            found.fleet.world.refuse_calls("autoscaling", call)

        assert repaired(found, loses_agent=False) == []
        assert [(w.subject, w.told) for w in old_illnesses(found)] == [(warm, False)]


def test_one_in_no_group_is_told() -> None:
    with looked() as found:
        one = found.fleet.instance_ids[0]
        found.fleet.world.detach_instance(one)
        found.fleet.run(120)
        found.fleet.world.disconnect_agent(one)

        assert repaired(found, loses_agent=False) == []
        assert [(w.subject, w.told) for w in old_illnesses(found)] == [(one, True)]


def test_one_whose_agent_serves_another_cluster_is_not_repaired_for_the_record_that_it_left() -> None:
    with looked("edge") as found:
        for moved in found.fleet.instance_ids[:2]:  # the next one is asked about as well
            found.fleet.world.move_agent(moved, "edge")
        assert repaired(found, loses_agent=False) == []


@pytest.mark.parametrize(
    ("code", "sees_all", "reasons"),
    [
        ("ThrottlingException", True, []),
        ("AccessDeniedException", True, []),
        ("AccessDeniedException", False, [Reason.REPAIR]),  # ManagedClusters is set, so nothing more can be known
    ],
)
def test_one_whose_agent_may_serve_a_cluster_of_others_is_not_repaired(
    code: str,
    sees_all: bool,  # noqa: FBT001 - a parameter of the table
    reasons: list[Reason],
) -> None:
    with looked() as found:
        found.fleet.world.add_cluster("theirs")
        found.fleet.world.move_agent(found.fleet.instance_ids[0], "theirs")
        found.fleet.world.refuse("theirs", code)

        assert repaired(found, loses_agent=False, sees_all=sees_all) == reasons


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_one_whose_agent_may_serve_another_cluster_that_does_not_answer_is_not_repaired(code: str) -> None:
    with looked("edge") as found:
        found.fleet.world.move_agent(found.fleet.instance_ids[0], "edge")
        found.fleet.world.refuse("edge", code)

        assert repaired(found, loses_agent=False) == []


def test_one_that_ec2_does_not_have_running_is_not_repaired() -> None:
    with looked() as found:
        gone = found.fleet.instance_ids[0]
        found.fleet.world.disconnect_agent(gone)
        found.fleet.world.terminate_instance(gone)
        assert repaired(found, loses_agent=False) == []


def test_a_group_of_which_nobody_can_read_what_was_repaired_rests() -> None:
    with looked() as found:
        assert repaired(found, unread=(Unread("prod", "repairs#web", "why"),)) == []


def test_it_concerns_a_cluster_where_it_is_on_and_where_something_of_it_is_left() -> None:
    nothing = Books((), (), (), ())
    waits = a_disruption(reason=Reason.REPAIR, phase=Phase.WAITING)

    assert not concerns(a_cluster(), nothing)
    assert concerns(a_cluster(Policy(repair=Repair.REPORT)), nothing)
    assert concerns(a_cluster(), replace(nothing, watches=(a_watch(kind=WatchKind.ILL),)))
    assert concerns(a_cluster(), replace(nothing, disruptions=(waits,)))
    assert not concerns(a_cluster(), replace(nothing, repairs=(Repairs("prod", "web"),)))
