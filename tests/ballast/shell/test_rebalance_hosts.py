"""Instances with what EC2 and Auto Scaling add, and the tasks of those that are worth asking for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ballast.aws.capacity_hosts import Host
from ballast.aws.kept import kept
from ballast.aws.placements import Listed
from ballast.facts.task import Task
from ballast.rebalance.learned import Registered
from ballast.rebalance.snapshot import Instance, Market
from ballast.shell.rebalance_hosts import CANDIDATES, Membership, instances, members_of
from tests.aws_stubs import Stubs
from tests.ballast.rebalance.builders import a_daemon, a_task
from tests.builders import a_cluster, a_container_instance

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MEMBERS = {"i-1": Membership("web", "eu-central-1a", "m7i.xlarge", "Standby")}


def a_host(name: str = "i-1", running: int = 0, *, trunked: bool = False, **attributes: str) -> Host:
    told = {"ecs.instance-type": "m7i.large", "ecs.availability-zone": "eu-central-1b", **attributes}
    arn = f"arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/{name}"
    record = a_container_instance(arn=arn, instance_id=name, running_tasks=running, attributes=told)
    return Host(record, 5, Registered({}, told, trunked=trunked))


def remember(host: Host, *tasks: Task) -> None:
    kept("placements")[host.record.arn] = Listed(host.version, tasks, NOW)


def ec2_says(aws: Stubs, *told: Any, interfaces: int | None = 3) -> None:
    aws.stub("ec2").add_response("describe_instances", {"Reservations": [{"Instances": list(told)}]})
    size: Any = {
        "InstanceType": "m7i.large", "VCpuInfo": {"DefaultVCpus": 2}, "MemoryInfo": {"SizeInMiB": 8192},
        "NetworkInfo": {"MaximumNetworkInterfaces": interfaces},
    }  # fmt: skip
    aws.stub("ec2").add_response("describe_instance_types", {"InstanceTypes": [size]})


def seen(*hosts: Host, members: dict[str, Membership] | None = None) -> tuple[Instance, ...]:
    return instances(a_cluster(), hosts, MEMBERS if members is None else members, moving=(), warned={"i-1"}, now=NOW)


def test_its_group_says_where_it_is_and_ec2_how_it_was_bought(aws: Stubs) -> None:
    ec2_says(aws, {"InstanceId": "i-1", "InstanceLifecycle": "spot", "SubnetId": "subnet-1"})
    host = a_host()
    remember(host)

    [one] = seen(host)

    where = (one.group, one.zone, one.instance_type, one.lifecycle_state)
    assert where == ("web", "eu-central-1a", "m7i.xlarge", "Standby")
    assert (one.market, one.subnet, one.interfaces, one.version, one.warned) == (Market.SPOT, "subnet-1", 2, 5, True)


def test_without_a_group_ecs_says_where_it_is(aws: Stubs) -> None:
    ec2_says(aws, {"InstanceId": "i-1"})
    host = a_host()
    remember(host)

    [one] = seen(host, members={})

    where = (one.group, one.zone, one.instance_type, one.market)
    assert where == (None, "eu-central-1b", "m7i.large", Market.ON_DEMAND)


def test_what_ec2_does_not_tell_is_unknown_and_it_is_asked_once_for_all(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_instances", "UnauthorizedOperation")
    aws.refuses("ec2", "describe_instance_types", "UnauthorizedOperation")
    hosts = [a_host("i-1"), a_host("i-2"), a_host("i-3", trunked=True)]
    for host in hosts:
        remember(host)

    assert [(i.market, i.interfaces) for i in seen(*hosts)] == [(None, 0), (None, 0), (None, 10)]


def test_the_last_start_or_stop_of_a_task_that_is_no_daemon_is_told(aws: Stubs) -> None:
    ec2_says(aws)
    host, before = a_host(), NOW - timedelta(minutes=9)
    remember(host, a_task(changed_at=before), a_task(changed_at=None), _daemon(NOW))

    assert seen(host)[0].changed_at == before


def _daemon(at: datetime) -> Task:
    return replace(a_daemon(), changed_at=at)


def test_of_too_many_instances_those_with_the_fewest_tasks_are_asked_for_and_no_page_of_the_cluster(aws: Stubs) -> None:
    hosts = [a_host(f"i-{number:03}", running=200 - number) for number in range(60)]
    fewest = [host.record for host in reversed(hosts)][:CANDIDATES]
    for record in fewest:
        where = {"cluster": "prod", "containerInstance": record.arn, "desiredStatus": "RUNNING"}
        aws.answers("ecs", "list_tasks", where, {"taskArns": []})
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "desiredStatus": "STOPPED"}, {"taskArns": []})
    ec2_says(aws)

    found = seen(*hosts)

    assert {i.id for i in found if i.tasks is not None} == {record.instance_id for record in fewest}


def test_of_a_few_instances_of_a_large_cluster_no_page_of_the_cluster_is_asked_for(aws: Stubs) -> None:
    host = a_host()
    for desired in ("RUNNING", "STOPPED"):
        where = {"cluster": "prod", "containerInstance": host.record.arn, "desiredStatus": desired}
        aws.answers("ecs", "list_tasks", where, {"taskArns": []})
    ec2_says(aws)

    [one] = instances(a_cluster(), [host], MEMBERS, moving={"i-1"}, warned=(), now=NOW, tasks_most=10_000)

    assert one.tasks == ()


def test_members_are_those_that_the_groups_describe() -> None:
    raw: Any = {
        "AutoScalingGroupName": "web",
        "Instances": [{"InstanceId": "i-1", "AvailabilityZone": "a", "LifecycleState": "InService"}],
    }

    assert members_of([raw]) == {"i-1": Membership("web", "a", "", "InService")}
