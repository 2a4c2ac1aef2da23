from __future__ import annotations

import pytest

from simulator.world.core.core import Params
from simulator.world.core.errors import AwsError
from tests.simulator.world.builders import CLUSTER, a_fleet, a_world, drain, ecs, instances_of


def test_container_instances_come_in_pages_of_a_hundred() -> None:
    world = a_fleet(desired=230)

    pages, token = [], None
    while True:
        answer = ecs(world, "ListContainerInstances", **({"nextToken": token} if token else {}))
        pages.append(answer["containerInstanceArns"])
        token = answer.get("nextToken")
        if token is None:
            break

    assert [len(page) for page in pages] == [100, 100, 30]
    assert len({arn for page in pages for arn in page}) == 230


def test_tasks_come_in_pages_of_a_hundred() -> None:
    world = a_fleet(desired=20)
    world.add_service(CLUSTER, "api", desired=120)

    first = ecs(world, "ListTasks", serviceName="api")
    second = ecs(world, "ListTasks", serviceName="api", nextToken=first["nextToken"])

    assert (len(first["taskArns"]), len(second["taskArns"])) == (100, 20)
    assert "nextToken" not in second


def test_services_come_in_pages_of_ten_unless_more_are_asked_for() -> None:
    world = a_fleet()
    for number in range(12):
        world.add_service(CLUSTER, f"api-{number}")

    assert len(ecs(world, "ListServices")["serviceArns"]) == 10
    assert len(ecs(world, "ListServices", maxResults=100)["serviceArns"]) == 12


def test_daemon_services_are_listed_apart() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api")
    daemon = world.add_service(CLUSTER, "agent", daemon=True)

    assert ecs(world, "ListServices", schedulingStrategy="DAEMON")["serviceArns"] == [daemon.arn]


def test_capacity_providers_show_who_drains_and_managed_instances_only_with_their_cluster() -> None:
    world = a_fleet(managed_draining=True, capacity_provider="web-capacity")
    world.add_managed_instances_provider(CLUSTER, "managed")

    named = world.handle("ecs", "DescribeCapacityProviders", {"capacityProviders": ["web-capacity", "managed"]})
    inside = world.handle("ecs", "DescribeCapacityProviders", {"cluster": CLUSTER})

    [provider] = named["capacityProviders"]
    assert provider["autoScalingGroupProvider"]["managedDraining"] == "ENABLED"
    assert [failure["reason"] for failure in named["failures"]] == ["MISSING"]
    assert [shown["type"] for shown in inside["capacityProviders"]] == ["EC2_AUTOSCALING", "MANAGED_INSTANCES"]


def test_a_stopped_task_is_shown_for_an_hour() -> None:
    world = a_fleet()
    task = world.run_task(CLUSTER, on=instances_of(world)[0], stop_seconds=(5, 5))
    world.stop_task(task.arn)
    arn = task.host.arn

    seen = {}
    for moment_s in (10, 3600, 3610):
        world.clock.run_until(moment_s)
        listed = ecs(world, "ListTasks", containerInstance=arn, desiredStatus="STOPPED")["taskArns"]
        described = ecs(world, "DescribeTasks", tasks=[task.arn])
        seen[moment_s] = (len(listed), len(described["tasks"]), len(described["failures"]))

    assert seen == {10: (1, 1, 0), 3600: (1, 1, 0), 3610: (0, 0, 1)}


def test_a_stopped_task_says_why() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3)
    first = instances_of(world)[0]
    by_drain = next(iter(world.host(first).unfinished))
    drain(world, first)
    world.clock.run_until(120)
    second = instances_of(world)[1]
    by_loss = next(iter(world.host(second).unfinished))
    world.terminate_instance(second)

    shown = ecs(world, "DescribeTasks", tasks=[by_drain, by_loss])["tasks"]

    assert shown[0]["stopCode"] == "ServiceSchedulerInitiated"
    assert shown[1]["stoppedReason"] == f"Host EC2 (instance {second}) terminated."
    assert [task["lastStatus"] for task in shown] == ["STOPPED", "STOPPED"]


def test_stopping_a_task_of_a_service_is_user_initiated_and_the_service_replaces_it() -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=2)
    arn = next(iter(service.tasks))

    shown = ecs(world, "StopTask", task=arn, reason="drain deadline")["task"]
    world.clock.run_until(120)

    assert (shown["desiredStatus"], shown["stopCode"], shown["stoppedReason"]) == (
        "STOPPED",
        "UserInitiated",
        "drain deadline",
    )
    assert arn not in service.tasks
    assert service.running == 2


def test_protection_is_told_for_service_tasks_and_not_valid_for_others() -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=2)
    protected, plain = service.tasks
    world.protect_task(protected, for_s=60)
    standalone = world.run_task(CLUSTER, on=instances_of(world)[0]).arn

    answer = ecs(world, "GetTaskProtection", tasks=[protected, plain, standalone])

    assert answer["protectedTasks"] == [
        {"taskArn": protected, "protectionEnabled": True, "expirationDate": world.moment(60)},
        {"taskArn": plain, "protectionEnabled": False},
    ]
    assert answer["failures"] == [{"arn": standalone, "reason": "TASK_NOT_VALID"}]


def test_a_terminated_instance_is_described_for_an_hour() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.terminate_instance(first)

    counts = {}
    for moment_s in (100, 3600, 3700):
        world.clock.run_until(moment_s)
        rule = {"Name": "instance-id", "Values": [first]}
        counts[moment_s] = len(world.handle("ec2", "DescribeInstances", {"Filters": [rule]})["Reservations"])

    assert counts == {100: 1, 3600: 1, 3700: 0}
    with pytest.raises(AwsError, match=r"InvalidInstanceID\.NotFound"):
        world.handle("ec2", "DescribeInstances", {"InstanceIds": [first]})


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("ListTasks", {"cluster": "nowhere"}, "ClusterNotFoundException"),
        ("DescribeTasks", {"cluster": CLUSTER, "tasks": ["x"] * 101}, "InvalidParameterException"),
        ("DescribeTasks", {"cluster": CLUSTER, "tasks": []}, "InvalidParameterException"),
        ("DescribeServices", {"cluster": CLUSTER, "services": ["x"] * 11}, "InvalidParameterException"),
        ("ListTasks", {"cluster": CLUSTER, "serviceName": "nobody"}, "ServiceNotFoundException"),
        ("ListTasks", {"cluster": CLUSTER, "nextToken": "guessed"}, "InvalidParameterException"),
        ("ListTasks", {"cluster": CLUSTER, "maxResults": 101}, "InvalidParameterException"),
        ("StopTask", {"cluster": CLUSTER, "task": "nobody"}, "InvalidParameterException"),
    ],
)
def test_wrong_requests_are_refused_as_ecs_refuses_them(operation: str, params: Params, code: str) -> None:
    world = a_world()

    with pytest.raises(AwsError) as caught:
        world.handle("ecs", operation, params)

    assert caught.value.code == code


def test_ec2_refuses_malformed_ids() -> None:
    with pytest.raises(AwsError, match=r"InvalidInstanceID\.Malformed"):
        a_world().handle("ec2", "DescribeInstances", {"InstanceIds": ["arn:aws:ec2:us-east-1:1:instance/i-1"]})
