"""The sweep of one cluster: beat the hooks that hold, then see to everything that no event announced."""

from __future__ import annotations

from ballast.aws import command_items
from ballast.shell.drain_sweep import sweep_cluster
from ballast.shell.sweep_tools import Tools
from tests.ballast.shell.looked import Looked, looked
from tests.builders import a_brake, a_hook, a_scale_in, minutes


def sweep(found: Looked, name: str = "prod", *, put_hooks: bool = True) -> list[str]:
    """What it asks of AWS."""
    before = found.calls
    tools = Tools(found.ledger, found.executor, put_hooks, discover=True)
    sweep_cluster(name, tools, found.now, found.now)
    return found.asked(before)


def test_a_cluster_that_is_not_ours_any_more_asks_for_nothing() -> None:
    with looked() as found:
        assert sweep(found, "other") == []


def test_our_hook_is_put_where_it_lacks_and_looked_for_again_in_a_while() -> None:
    with looked() as found:
        assert "PutLifecycleHook" in sweep(found)
        assert "DescribeLifecycleHooks" not in sweep(found)


def test_nobody_who_has_hooks_of_their_own_gets_ours_and_none_is_put_in_a_pause() -> None:
    with looked() as found:
        assert "PutLifecycleHook" not in sweep(found, put_hooks=False)

    with looked() as found:
        command_items.put_pause(found.ledger.table, None, a_brake())
        assert "PutLifecycleHook" not in sweep(found)


def test_heartbeats_come_first_and_need_nothing_that_ecs_says() -> None:
    with looked() as found:
        held = found.now - minutes(10)
        known = a_scale_in(
            instance_id=found.fleet.instance_ids[0],
            hook=a_hook(token=None, held_since=held, waits_since=held),
            started_at=held,
            deadline=found.now + minutes(30),
            revision=0,
        )
        found.ledger.write(None, known)
        found.fleet.world.refuse("prod")

        assert sweep(found)[0] == "RecordLifecycleActionHeartbeat"


def test_what_fails_is_told_at_the_second_look_and_raises_nothing() -> None:
    with looked() as found:
        found.fleet.world.refuse("prod")
        for _ in range(2):
            sweep(found)
            found.fleet.run(180)
        sweep(found)

        assert "ClusterUnreachable" in {notice["code"] for notice in found.fleet.notices}


def test_a_warm_pool_that_does_not_say_who_is_in_it_is_told_and_the_group_is_looked_after_all_the_same() -> None:
    with looked() as found:
        world, first = found.fleet.world, found.fleet.instance_ids[0]
        sweep(found)
        world.put_warm_pool("web", minimum=1)
        world.refuse_calls("autoscaling", "DescribeWarmPool")
        world.scale_in("web", first)
        found.fleet.clock.run_until(found.fleet.clock.now_s + 1)
        sweep(found)
        assert first in {known.instance_id for known in found.ledger.open("prod")[0]}

        for _ in range(2):
            found.fleet.run(60)
            sweep(found)

        [told] = [notice for notice in found.fleet.notices if notice["code"] == "GroupUnreachable"]
        assert told["why"].startswith("Its warm pool is not told: ")


def test_where_no_group_has_a_warm_pool_nobody_is_asked_who_is_in_one() -> None:
    with looked() as found:
        assert "DescribeWarmPool" not in sweep(found)
        found.fleet.world.put_warm_pool("web", minimum=1)
        assert sweep(found).count("DescribeWarmPool") == 1
