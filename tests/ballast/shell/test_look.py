"""What the decisions about some instances need is looked up in as few calls as there can be."""

from __future__ import annotations

from dataclasses import replace

from ballast.aws import ecs
from ballast.drain.triggers import TO_BEGIN_VOLUNTARILY, Need
from ballast.shell.look import Observer, shared_with_others, view_instances
from tests.ballast.shell.looked import looked
from tests.builders import (
    ARN,
    INSTANCE_ID,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_group,
    a_spot_trigger,
    a_voluntary,
)


def test_an_instance_is_seen_by_the_record_of_its_own_cluster_that_counts() -> None:
    here = a_container_instance()
    old = a_container_instance(arn=f"{ARN}container-instance/prod/old", agent_connected=False)
    away = a_container_instance(arn=f"{ARN}container-instance/b/x", cluster="b")

    [view] = view_instances(a_cluster(), (away, old, here), ())

    assert (view.instance, view.others) == (here, (away, old))


def test_one_that_is_disrupted_and_not_registered_has_a_view_too() -> None:
    known = a_disruption(instance_id="i-0fedcba9876543210")

    gone, there = sorted(view_instances(a_cluster(), [a_container_instance()], [known]), key=lambda v: bool(v.instance))

    assert (gone.instance_id, gone.disruption, gone.instance) == (known.instance_id, known, None)
    assert (there.instance_id, there.disruption) == (INSTANCE_ID, None)


def test_nobody_is_asked_what_nobody_needs_and_each_service_once_for_all() -> None:
    with looked() as found:
        observer = Observer(found.cluster(), found.ledger, found.now)
        views = view_instances(found.cluster(), ecs.list_instances("prod"), ())
        before = found.calls

        assert observer.fill(views, {}) == views
        assert found.asked(before) == []

        filled = observer.fill(views, {}, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP, Need.TASKS}))
        assert found.asked(before) == [
            "DescribeInstances",
            "DescribeAutoScalingInstances",
            *["ListTasks"] * 6,
            "DescribeTasks",
        ]
        assert {(v.ec2_state, v.membership.group if v.membership else None) for v in filled} == {("running", "web")}
        assert sum(len(v.tasks or ()) for v in filled) == 3


def test_a_spot_warning_needs_no_more_than_the_instance_itself() -> None:
    with looked() as found:
        [view, *_] = view_instances(found.cluster(), ecs.list_instances("prod"), ())
        before = found.calls

        trigger = a_spot_trigger(instance_id=view.instance_id, at=found.now)
        Observer(found.cluster(), found.ledger, found.now).fill([view], {view.instance_id: trigger})

        assert found.asked(before) == []


def test_what_ec2_does_not_say_is_unknown_and_the_group_tells_all_the_same() -> None:
    with looked() as found:
        found.fleet.world.refuse_calls("ec2", "DescribeInstances")
        [view, *_] = view_instances(found.cluster(), ecs.list_instances("prod"), ())

        [seen] = Observer(found.cluster(), found.ledger, found.now).fill(
            [view], {}, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP})
        )

        assert (seen.ec2_state, seen.in_no_group) == (None, False)
        assert seen.membership


def test_whoever_may_be_drained_voluntarily_is_judged_by_tasks_neighbours_and_groups() -> None:
    with looked() as found:
        draining, first, *_ = found.fleet.instance_ids
        host = found.fleet.world.host(draining).arn
        wanted = {"cluster": "prod", "containerInstances": [host], "status": "DRAINING"}
        found.fleet.world.handle("ecs", "UpdateContainerInstancesState", wanted, actor="somebody")
        found.fleet.world.add_ghost(first)
        found.ledger.write(None, a_voluntary(instance_id=draining, revision=0), budget=1)
        views = view_instances(found.cluster(), ecs.list_instances("prod"), ())
        [asked] = [view for view in views if view.instance_id == first]
        observer = Observer(found.cluster(), found.ledger, found.now)

        [view] = observer.fill([asked], {}, also=TO_BEGIN_VOLUNTARILY)

        assert {i.instance_id for i in view.neighbours or ()} == {*found.fleet.instance_ids} - {first}
        assert [(group.group, len(group.in_service)) for group in view.capacity or ()] == [("web", 3)]
        assert view.in_flight == {draining}
        assert all(task.demands for task in view.tasks or ())
        assert list(view.services or ()) == ["api"]

        found.fleet.world.refuse_group("web")
        assert observer.fill([asked], {}, also=TO_BEGIN_VOLUNTARILY)[0].capacity is None


def test_a_group_that_was_deleted_costs_no_other_its_answer() -> None:
    """Chaos seed 60213: people deleted a group and left its capacity provider."""
    with looked() as found:
        cluster = replace(found.cluster(), groups=("deleted", "web"))
        [asked, *_] = view_instances(cluster, ecs.list_instances("prod"), ())

        [view] = Observer(cluster, found.ledger, found.now).fill([asked], {}, also=TO_BEGIN_VOLUNTARILY)

        assert [group.group for group in view.capacity or ()] == ["web"]


def test_a_group_of_which_another_cluster_has_instances_is_shared() -> None:
    with looked("other") as found:
        capacity = (a_group(), a_group(group="api"))
        found.ledger.set_cluster(replace(found.cluster("other"), groups=("api",)), "groups")

        shared = shared_with_others(found.cluster(), found.ledger, capacity)
        told = shared_with_others(replace(found.cluster(), shared_groups=("web",)), found.ledger, capacity)

    assert [group.shared for group in shared] == [False, True]
    assert [group.shared for group in told] == [True, True]
