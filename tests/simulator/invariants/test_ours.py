"""Each invariant can fail: Ballast is made to do what it never does, and the invariant says so."""

from __future__ import annotations

import pytest

from simulator.invariants import ours
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import (
    Forbidden,
    Invariant,
    ask,
    first,
    record_of,
    said_of_a_good_world,
    sentences,
)


def terminated(group: str) -> Forbidden:
    """Its group replaces an instance that has tasks."""
    return ask(
        "autoscaling",
        "TerminateInstanceInAutoScalingGroup",
        InstanceId=first(group),
        ShouldDecrementDesiredCapacity=False,
    )


def drained(group: str, cluster: str) -> Forbidden:
    return ask(
        "ecs",
        "UpdateContainerInstancesState",
        cluster=cluster,
        containerInstances=lambda stage: [record_of(group)(stage)],
        status="DRAINING",
    )


def deregistered(stage: Stage) -> None:
    ask("ecs", "DeregisterContainerInstance", cluster="prod", containerInstance=record_of("web"), force=True)(stage)


def an_older_record_deregistered(stage: Stage) -> None:
    ghost = stage.world.add_ghost(stage.instances("web")[0])
    ask("ecs", "DeregisterContainerInstance", cluster="prod", containerInstance=ghost.arn, force=True)(stage)


def external_host_drained(stage: Stage) -> None:
    [external] = stage.world.registry.externals
    arn = stage.world.host(external).arn
    ask("ecs", "UpdateContainerInstancesState", cluster="prod", containerInstances=lambda _: [arn], status="DRAINING")(
        stage
    )


def external_host_deregistered(stage: Stage) -> None:
    [external] = stage.world.registry.externals
    arn = stage.world.host(external).arn
    ask("ecs", "DeregisterContainerInstance", cluster="prod", containerInstance=arn, force=True)(stage)


def managed_instance_drained(stage: Stage) -> None:
    theirs = next(h for h in stage.world.clusters["prod"].by_ec2_id.values() if h.instance.ecs_managed)
    ask(
        "ecs",
        "UpdateContainerInstancesState",
        cluster="prod",
        containerInstances=lambda _: [theirs.arn],
        status="DRAINING",
    )(stage)


def hook_of_strangers_put(stage: Stage) -> None:
    ask(
        "autoscaling",
        "PutLifecycleHook",
        AutoScalingGroupName="others",
        LifecycleHookName="ballast-drain",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        HeartbeatTimeout=900,
        DefaultResult="CONTINUE",
    )(stage)


def group_made_larger(stage: Stage) -> None:
    stage.world.note(
        "asked",
        service="autoscaling",
        operation="UpdateAutoScalingGroup",
        params={"AutoScalingGroupName": "web", "MaxSize": 20},
        actor="ballast",
    )


def desired_capacity_set(stage: Stage) -> None:
    stage.world.note(
        "asked",
        service="autoscaling",
        operation="SetDesiredCapacity",
        params={"AutoScalingGroupName": "web", "DesiredCapacity": 1},
        actor="ballast",
    )


def instance_terminated_in_ec2(stage: Stage) -> None:
    stage.world.note(
        "asked",
        service="ec2",
        operation="TerminateInstances",
        params={"InstanceIds": stage.instances("web")[:1]},
        actor="ballast",
    )


def shell_script_sent(stage: Stage) -> None:
    stage.world.note(
        "asked",
        service="ssm",
        operation="SendCommand",
        params={"DocumentName": "AWS-RunShellScript", "InstanceIds": stage.instances("web")[:1]},
        actor="ballast",
    )


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (ours.no_cluster_touched_that_is_not_managed, drained("others", "unmanaged")),
    (ours.no_host_touched_that_is_not_ours, terminated("others")),
    (ours.no_external_host_touched, external_host_drained),
    (ours.no_managed_instance_touched, managed_instance_drained),
    (ours.no_group_touched_that_is_not_ours, hook_of_strangers_put),
    (ours.no_group_size_changed, group_made_larger),
    (ours.no_group_size_changed, desired_capacity_set),
    (ours.nothing_in_ec2_changed_but_template_versions, instance_terminated_in_ec2),
    (ours.no_instance_replaced_with_tasks_left, terminated("web")),
    (ours.nothing_deregistered_that_ec2_has, deregistered),
    (ours.nothing_deregistered_that_ec2_has, an_older_record_deregistered),
    (ours.nothing_deregistered_that_ec2_has, external_host_deregistered),
    (ours.no_command_but_those_of_the_stack, shell_script_sent),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN, ids=lambda each: each.__name__)
def test_what_is_not_ours_is_missed_when_it_is_touched(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden, minutes=1)) == 1
    assert said_of_a_good_world() == []


def test_a_change_in_dry_run_is_missed() -> None:
    assert sentences(ours.nothing_changed_in_dry_run, drained("web", "prod"), minutes=1, DryRun="true")
    assert sentences(ours.nothing_changed_in_dry_run, lambda _: None, DryRun="true") == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(ours.OUR_INVARIANTS) - {ours.nothing_changed_in_dry_run}
