"""No answer may hold a key that AWS's own output shape lacks, or a value of another type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, StructureShape
from botocore.model import Shape as OutputShape

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.records import Shape
from simulator.world.world import OPERATIONS, World
from tests.simulator.world.builders import CLUSTER, a_world, drain, instances_of

SCALARS = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": datetime,
    "double": float,
    "float": float,
}


CHECK = {"Content": {"mainSteps": [{"inputs": {"runCommand": ["apiclient update check"]}}]}}


def faults(shape: OutputShape | None, value: Any, path: str) -> Iterator[str]:
    match shape:
        case StructureShape():
            for key, inner in value.items():
                if key in shape.members:
                    yield from faults(shape.members[key], inner, f"{path}.{key}")
                else:
                    yield f"{path} has no {key}"
        case ListShape():
            for number, inner in enumerate(value):
                yield from faults(shape.member, inner, f"{path}[{number}]")
        case MapShape():
            for key, inner in value.items():
                yield from faults(shape.value, inner, f"{path}.{key}")
        case None:
            if value:
                yield f"{path} must be empty"
        case _:
            yield from scalar_faults(shape, value, path)


def scalar_faults(shape: OutputShape, value: Any, path: str) -> Iterator[str]:
    expected = SCALARS[shape.type_name]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        yield f"{path} is no {shape.type_name}: {value!r}"
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield f"{path} is none of {allowed}: {value!r}"


def a_lively_world() -> World:
    """One of everything: hooks, tags, protection, a draining instance, load balancers, Spot, managed instances."""
    world = a_world()
    hook = Hook("ballast-drain", notification_metadata="about us")
    world.add_group(
        "web", CLUSTER, desired=4, spot=True, managed_draining=True, managed_scaling=True, hooks=[hook], tags={"a": "b"}
    )
    world.bottlerocket.releases.publish("aws-ecs-2", "x86_64", "1.63.0")
    world.add_group("rocket", CLUSTER, desired=2, bottlerocket=("aws-ecs-2", "x86_64", "1.63.0"))
    world.add_group("web-rocket", CLUSTER, desired=1, bottlerocket=("aws-ecs-2", "x86_64", "1.63.0"))
    world.add_group("pooled", CLUSTER, desired=1)
    world.put_warm_pool("pooled", minimum=2)
    world.suspend_processes("pooled", "AZRebalance")
    world.shift_zone("pooled", "us-east-1a")
    world.fail_launches("web")
    world.set_desired("web", 5)
    world.install_documents({"check": CHECK})
    world.calendars["freeze"] = False
    world.alarms["errors"] = "ALARM"
    world.add_managed_instances_provider(CLUSTER, "managed")
    world.add_service(
        CLUSTER, "api", desired=8, deregistration_delay_s=30, protected=True, tags={"a": "b"}, task_tags={"c": "d"}
    )
    world.add_service(CLUSTER, "agent", daemon=True)
    world.add_service(CLUSTER, "packed", desired=4, binpack=True)
    world.run_task(CLUSTER, on=instances_of(world)[0], started_by="cron", tags={"e": "f"})
    world.schedule_size("web", "evening", world.clock.utc + timedelta(hours=9), desired=5, daily=True)
    world.schedule_size("web", "night", world.clock.utc + timedelta(hours=12), minimum=0)
    world.add_service(CLUSTER, "placed", desired=2, capacity_providers=["web"])
    drain(world, instances_of(world)[0])
    world.deploy(CLUSTER, "placed")
    world.scale_in("web", instances_of(world)[1])
    world.know_type(Shape("g4dn.xlarge", gpus=1))
    world.watch_application(instances_of(world)[2])
    world.fail_status_checks(instances_of(world)[2])
    world.break_runtime(instances_of(world)[2])
    world.clock.run_until(45)
    return world


def every_call(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    cluster = world.clusters[CLUSTER]
    hosts, tasks = list(cluster.container_instances), list(cluster.tasks)
    waiting, other = instances_of(world)[1], instances_of(world)[2]
    at_hook = {
        "AutoScalingGroupName": "web",
        "LifecycleHookName": "ballast-drain",
        "InstanceId": waiting,
    }
    inside = {"cluster": CLUSTER}
    rocket = instances_of(world, "rocket")[0]
    command_id = world.run_command.send("check", [rocket], {}, 600)
    world.refreshes.start(world.groups.groups["rocket"], None, {"MinHealthyPercentage": 100})
    [template, _] = world.launch_templates.by_id
    world.providers["web"].reservations.append((world.clock.now_s, 100.0))
    dimensions = [{"Name": "ClusterName", "Value": CLUSTER}, {"Name": "CapacityProviderName", "Value": "web"}]
    metric = {
        "Namespace": "AWS/ECS/ManagedScaling",
        "MetricName": "CapacityProviderReservation",
        "Dimensions": dimensions,
    }
    return {
        ("cloudwatch", "GetMetricData"): {
            "MetricDataQueries": [{"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}],
            "StartTime": world.clock.utc - timedelta(minutes=5),
            "EndTime": world.clock.utc + timedelta(minutes=1),
        },
        ("ssm", "SendCommand"): {"DocumentName": "check", "InstanceIds": [rocket]},
        ("ssm", "GetCommandInvocation"): {"CommandId": command_id, "InstanceId": rocket},
        ("ssm", "DescribeInstanceInformation"): {"Filters": [{"Key": "InstanceIds", "Values": [rocket]}]},
        ("ssm", "GetParameters"): {
            "Names": ["/aws/service/bottlerocket/aws-ecs-2/x86_64/1.63.0/image_id", "/aws/service/bottlerocket/none"]
        },
        ("ssm", "GetCalendarState"): {"CalendarNames": ["freeze"]},
        ("ec2", "DescribeImages"): {
            "Filters": [{"Name": "image-id", "Values": [world.ec2.instances[rocket].image_id]}]
        },
        ("ec2", "DescribeLaunchTemplates"): {"Filters": [{"Name": "tag:a", "Values": ["b"]}]},
        ("ec2", "DescribeLaunchTemplateVersions"): {"LaunchTemplateId": template, "Versions": ["$Latest", "1"]},
        ("ec2", "CreateLaunchTemplateVersion"): {
            "LaunchTemplateId": template,
            "SourceVersion": "1",
            "LaunchTemplateData": {"ImageId": "ami-0123456789abcdef0"},
        },
        ("ecs", "DescribeTaskDefinition"): {"taskDefinition": cluster.tasks[tasks[0]].spec.family},
        ("ec2", "ModifyLaunchTemplate"): {"LaunchTemplateId": template, "DefaultVersion": "1"},
        ("autoscaling", "StartInstanceRefresh"): {
            "AutoScalingGroupName": "web-rocket",
            "Preferences": {"MinHealthyPercentage": 100},
        },
        ("autoscaling", "CancelInstanceRefresh"): {"AutoScalingGroupName": "rocket"},
        ("autoscaling", "DescribeInstanceRefreshes"): {"AutoScalingGroupName": "rocket", "MaxRecords": 1},
        ("autoscaling", "UpdateAutoScalingGroup"): {
            "AutoScalingGroupName": "rocket",
            "LaunchTemplate": {"LaunchTemplateId": template, "Version": "1"},
        },
        ("arc-zonal-shift", "ListManagedResources"): {"maxResults": 100},
        ("ec2", "DescribeApplicationStatus"): {"InstanceIds": [waiting, other]},
        ("ec2", "EnableApplicationStatusCheckSuppression"): {
            "InstanceIds": [waiting, other],
            "DurationSeconds": 600,
        },
        ("ec2", "DescribeInstanceTypes"): {"InstanceTypes": ["m7g.xlarge", "g4dn.xlarge"]},
        ("ec2", "DescribeSpotPriceHistory"): {"InstanceTypes": ["m7g.xlarge"], "StartTime": world.clock.utc},
        ("pricing", "GetProducts"): {"ServiceCode": "AmazonEC2", "MaxResults": 3},
        ("cloudwatch", "DescribeAlarms"): {"AlarmNames": ["errors", "none"]},
        ("ecs", "ListClusters"): {},
        ("ecs", "DescribeClusters"): {"clusters": [CLUSTER, "nowhere"], "include": ["TAGS"]},
        ("ecs", "DescribeCapacityProviders"): {"cluster": CLUSTER, "capacityProviders": ["web", "managed", "none"]},
        ("ecs", "ListContainerInstances"): {**inside, "maxResults": 2},
        ("ecs", "DescribeContainerInstances"): {
            **inside,
            "containerInstances": [*hosts, "nobody"],
            "include": ["TAGS", "CONTAINER_INSTANCE_HEALTH"],
        },
        ("ec2", "DescribeInstanceStatus"): {"InstanceIds": [waiting, other], "IncludeAllInstances": True},
        ("ecs", "UpdateContainerInstancesState"): {
            **inside,
            "containerInstances": [hosts[0], "nobody"],
            "status": "DRAINING",
        },
        ("ecs", "ListTasks"): {**inside, "maxResults": 2},
        ("ecs", "DescribeTasks"): {**inside, "tasks": [*tasks, "nobody"], "include": ["TAGS"]},
        ("ecs", "StopTask"): {**inside, "task": tasks[-1]},
        ("ecs", "GetTaskProtection"): {**inside, "tasks": [*tasks, "nobody"]},
        ("ecs", "ListServices"): {**inside, "maxResults": 1},
        ("ecs", "DescribeServices"): {**inside, "services": [*cluster.services, "none"], "include": ["TAGS"]},
        ("ecs", "DeregisterContainerInstance"): {**inside, "containerInstance": hosts[0], "force": True},
        ("ec2", "DescribeInstances"): {"MaxResults": 5},
        ("autoscaling", "DescribeAutoScalingGroups"): {},
        ("autoscaling", "DescribeAutoScalingInstances"): {"MaxRecords": 2},
        ("autoscaling", "DescribeLifecycleHooks"): {"AutoScalingGroupName": "web"},
        ("autoscaling", "PutLifecycleHook"): {
            "AutoScalingGroupName": "web",
            "LifecycleHookName": "new",
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        },
        ("autoscaling", "DescribeScalingActivities"): {"AutoScalingGroupName": "web", "MaxRecords": 1},
        ("autoscaling", "DescribeScheduledActions"): {"AutoScalingGroupName": "web", "MaxRecords": 1},
        ("autoscaling", "SetDesiredCapacity"): {"AutoScalingGroupName": "web", "DesiredCapacity": 4},
        ("autoscaling", "LaunchInstances"): {
            "AutoScalingGroupName": "web-rocket",
            "RequestedCapacity": 1,
            "ClientToken": "token",
            "AvailabilityZones": ["us-east-1b"],
        },
        ("autoscaling", "DescribeWarmPool"): {"AutoScalingGroupName": "pooled", "MaxRecords": 1},
        ("autoscaling", "RecordLifecycleActionHeartbeat"): at_hook,
        ("autoscaling", "CompleteLifecycleAction"): {**at_hook, "LifecycleActionResult": "CONTINUE"},
        ("autoscaling", "SetInstanceProtection"): {
            "AutoScalingGroupName": "web",
            "InstanceIds": [other],
            "ProtectedFromScaleIn": True,
        },
        ("ecs", "TagResource"): {"resourceArn": world.clusters[CLUSTER].arn, "tags": [{"key": "a", "value": "b"}]},
        ("autoscaling", "CreateOrUpdateTags"): {"Tags": [{"ResourceId": "web", "Key": "a", "Value": "b"}]},
        ("autoscaling", "ResumeProcesses"): {"AutoScalingGroupName": "web"},
        ("autoscaling", "TerminateInstanceInAutoScalingGroup"): {
            "InstanceId": other,
            "ShouldDecrementDesiredCapacity": True,
        },
    }


ALL = [(service, operation) for service, operations in OPERATIONS.items() for operation in operations]
SESSION = botocore.session.get_session()


@pytest.mark.parametrize(("service", "operation"), ALL)
def test_an_answer_holds_only_what_the_output_shape_of_botocore_knows(service: str, operation: str) -> None:
    world = a_lively_world()
    params = every_call(world)[service, operation]
    model = SESSION.get_service_model(service).operation_model(operation)

    answer = world.handle(service, operation, params)

    assert list(faults(model.input_shape, params, "request")) == []
    assert list(faults(model.output_shape, answer, operation)) == []


def test_the_check_itself_finds_an_invented_key() -> None:
    shape = SESSION.get_service_model("ecs").operation_model("ListTasks").output_shape

    assert list(faults(shape, {"taskArns": [1], "moon": "full"}, "ListTasks")) == [
        "ListTasks.taskArns[0] is no string: 1",
        "ListTasks has no moon",
    ]


def test_an_operation_that_the_world_does_not_know_is_named() -> None:
    with pytest.raises(NotImplementedError, match="ecs:RunTask"):
        a_world().handle("ecs", "RunTask", {})
