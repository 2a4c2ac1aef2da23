"""Calls ask for what AWS asks for, and are refused as AWS refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from simulator.clock import Clock
from simulator.delivery.template import Stack
from simulator.iam.ask import Ask
from simulator.iam.roles import Roles
from simulator.world import World
from simulator.world.core.errors import AwsError
from tests.builders import ROOT

ALLOW_NOTHING = """
Resources:
  Any:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/any
      Handler: handler.handler
      Environment: { Variables: {} }
      Policies:
        - Statement: [{ Effect: Deny, Action: "*", Resource: "*" }]
"""
PREFIX = "arn:aws:ecs:us-east-1:123456789012"


def stack(path: Path) -> Stack:
    return Stack.load(path, {}, stack="ballast", account="123456789012", region="us-east-1")


@pytest.fixture
def world() -> World:
    world = World(Clock(), Random(1))  # noqa: S311 - chance, not secrecy
    world.add_cluster("prod", {"team": "a"})
    world.add_group("web", "prod", desired=1, capacity_provider="web", tags={"env": "x"})
    return world


@pytest.fixture
def roles(world: World) -> Roles:
    return Roles(stack(ROOT / "template.yaml"), world)


def asked(roles: Roles, service: str, operation: str, **params: Any) -> list[tuple[str, str]]:
    return [(ask.action, ask.resource) for ask in roles.asks(service, operation, params)]


def context(ask: Ask) -> Mapping[str, Any]:
    return ask.context({})


def test_a_call_on_several_things_asks_for_each(roles: Roles) -> None:
    assert asked(roles, "ecs", "DescribeTasks", cluster="prod", tasks=["t1", f"{PREFIX}:task/prod/t2"]) == [
        ("ecs:DescribeTasks", f"{PREFIX}:task/prod/t1"),
        ("ecs:DescribeTasks", f"{PREFIX}:task/prod/t2"),
    ]


def test_tasks_are_listed_on_one_container_instance_or_on_all_of_the_cluster(roles: Roles) -> None:
    assert asked(roles, "ecs", "ListTasks", cluster="prod") == [
        ("ecs:ListTasks", f"{PREFIX}:container-instance/prod/*")
    ]
    assert asked(roles, "ecs", "ListTasks", cluster="prod", containerInstance="c1") == [
        ("ecs:ListTasks", f"{PREFIX}:container-instance/prod/c1")
    ]


def test_a_request_carries_only_keys_that_its_action_has(roles: Roles) -> None:
    [lists] = roles.asks("ecs", "ListContainerInstances", {"cluster": "prod"})
    [describes] = roles.asks("ecs", "DescribeServices", {"cluster": "prod", "services": ["api"]})

    assert context(lists) == {"aws:resourcetag/team": ("a",)}
    assert context(describes) == {"ecs:cluster": (f"{PREFIX}:cluster/prod",)}


def test_a_group_has_its_tags_and_that_of_ecs(roles: Roles) -> None:
    [ask] = roles.asks("autoscaling", "PutLifecycleHook", {"AutoScalingGroupName": "web"})

    assert {key for key in context(ask) if key.startswith("aws:")} == {
        "aws:resourcetag/env",
        "aws:resourcetag/amazonecsmanaged",
    }


def test_an_instance_is_asked_about_as_its_group(roles: Roles, world: World) -> None:
    instance, group = next(iter(world.ec2.instances)), world.groups.groups["web"]

    assert asked(roles, "autoscaling", "TerminateInstanceInAutoScalingGroup", InstanceId=instance) == [
        ("autoscaling:TerminateInstanceInAutoScalingGroup", group.arn)
    ]


def test_a_command_asks_for_its_document_and_each_instance(roles: Roles, world: World) -> None:
    instance = next(iter(world.ec2.instances))
    document, node, external = roles.asks(
        "ssm", "SendCommand", {"DocumentName": "doc", "InstanceIds": [instance, "mi-0123456789abcdef0"]}
    )

    assert document.resource == "arn:aws:ssm:us-east-1:123456789012:document/doc"
    assert node.resource == f"arn:aws:ec2:us-east-1:123456789012:instance/{instance}"
    assert context(node)["ssm:resourcetag/aws:autoscaling:groupname"] == ("web",)
    assert external.resource == "arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-0123456789abcdef0"


@pytest.mark.parametrize(
    "configuration",
    [
        {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "2"}},
        {
            "MixedInstancesPolicy": {
                "LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "2"}}
            }
        },
    ],
)
@pytest.mark.parametrize(
    ("operation", "wrap"),
    [("UpdateAutoScalingGroup", lambda c: c), ("StartInstanceRefresh", lambda c: {"DesiredConfiguration": c})],
)
def test_who_gives_a_group_a_launch_template_must_be_allowed_to_launch_from_it(
    roles: Roles, operation: str, wrap: Any, configuration: Any
) -> None:
    params = {"AutoScalingGroupName": "web", **wrap(configuration)}

    actions = [action for action, _ in asked(roles, "autoscaling", operation, **params)]

    assert set(actions) == {f"autoscaling:{operation}", "ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"}


def test_tagging_at_launch_knows_the_launch_but_not_its_template(roles: Roles) -> None:
    params = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateId": "lt-1"}}
    asks = {ask.action: context(ask) for ask in roles.asks("autoscaling", "UpdateAutoScalingGroup", params)}

    assert asks["ec2:CreateTags"] == {"ec2:createaction": ("RunInstances",), "ec2:region": ("us-east-1",)}
    assert "ec2:launchtemplate" in asks["ec2:RunInstances"]


def test_a_transaction_asks_for_each_of_its_items(roles: Roles) -> None:
    put = {"Put": {"TableName": "ballast-Ledger", "Item": {"cluster": {"S": "prod"}, "item": {"S": "x"}}}}
    count = {"Update": {"TableName": "ballast-Ledger", "Key": {"cluster": {"S": "prod"}, "item": {"S": "y"}}}}
    first, second = roles.asks("dynamodb", "TransactWriteItems", {"TransactItems": [put, count]})

    assert (first.action, second.action) == ("dynamodb:PutItem", "dynamodb:UpdateItem")
    assert context(first) == {
        "dynamodb:leadingkeys": ("prod",),
        "dynamodb:enclosingoperation": ("TransactWriteItems",),
    }


def test_each_source_of_a_batch_of_events_is_asked_about(roles: Roles) -> None:
    entries = [{"Source": "ballast", "DetailType": "a"}, {"Source": "aws.ec2", "DetailType": "b"}]

    with pytest.raises(AwsError, match="events:PutEvents"):
        roles.check("DrainInstance", "events", "PutEvents", {"Entries": entries})


def test_an_encrypted_topic_needs_its_key(roles: Roles) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ballast-Notifications"

    assert [action for action, _ in asked(roles, "sns", "Publish", TopicArn=topic)] == [
        "sns:Publish",
        "kms:GenerateDataKey",
        "kms:Decrypt",
    ]


def test_alarms_are_asked_for_by_name_and_as_a_whole(roles: Roles) -> None:
    assert [resource for _, resource in asked(roles, "cloudwatch", "DescribeAlarms", AlarmNames=["a"])] == [
        "*",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
    ]


def test_a_call_that_is_not_known_says_so(roles: Roles) -> None:
    with pytest.raises(NotImplementedError, match="ecs:RunTask"):
        roles.check("DrainInstance", "ecs", "RunTask", {})


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("ecs", "ListClusters", {}, ("AccessDeniedException", 400)),
        ("ec2", "DescribeInstances", {}, ("UnauthorizedOperation", 403)),
        ("autoscaling", "DescribeAutoScalingGroups", {}, ("AccessDenied", 403)),
        ("ssm", "DescribeInstanceInformation", {}, ("AccessDeniedException", 400)),
        ("cloudwatch", "DescribeAlarms", {}, ("AccessDenied", 403)),
        ("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:1:t"}, ("AuthorizationError", 403)),
        ("sqs", "SendMessage", {"QueueUrl": "https://sqs/1/q"}, ("AccessDenied", 403)),
        ("secretsmanager", "GetSecretValue", {"SecretId": "s"}, ("AccessDeniedException", 400)),
        ("events", "PutEvents", {"Entries": [{"Source": "x"}]}, ("AccessDeniedException", 400)),
    ],
)
def test_a_refusal_has_the_code_of_its_service_and_names_who_what_and_where(
    tmp_path: Path, service: str, operation: str, params: Mapping[str, Any], code: tuple[str, int]
) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(ALLOW_NOTHING)

    with pytest.raises(AwsError) as refused:
        Roles(stack(path), None).check("Any", service, operation, params)

    assert (refused.value.code, refused.value.status) == code
    assert "assumed-role/ballast-AnyRole/ballast-Any is not authorized to perform" in refused.value.message
    assert f"{service}:{operation} on resource: " in refused.value.message
    assert refused.value.message.endswith("with an explicit deny in an identity-based policy")


def test_without_a_grant_the_refusal_says_that_nothing_allows_it(roles: Roles) -> None:
    with pytest.raises(AwsError, match=r"because no identity-based policy allows the ecs:StopTask action$"):
        roles.check("PublishNotification", "ecs", "StopTask", {"cluster": "prod", "task": "t"})
