"""An account on paper, with Ballast as the template has it: all is well there until a test changes something.

boto3 asks it in the place of AWS, below the checks of parameters; its answers are held against botocore's models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import botocore.handlers
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import NoCredentialsError
from botocore.model import OperationModel

from ballast import clock
from ballast.aws import session
from ballast.aws.codec import to_item
from ballast.facts.view import Cluster
from simulator.delivery.cloudformation import load
from simulator.delivery.shapes import checker
from tests.aws_stubs import REGION
from tests.builders import NOW, ROOT

ACCOUNT = "123456789012"
JO = f"arn:aws:sts::{ACCOUNT}:assumed-role/on-call/jo"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ballast/slack-AbCdEf"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ballast-Notifications-1"
GROUP_ARN = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/"
LEDGER = "ballast-Ledger-1"
HOST, OTHER_HOST, THIRD_HOST = (f"i-0123456789abcdef{number}" for number in range(3))
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
TEMPLATE = load(ROOT / "template.yaml")
PARAMETERS = {name: str(each.get("Default", "")) for name, each in TEMPLATE["Parameters"].items()}
LIVE = {"DryRun": "false", "SlackChannel": "C0123456789", "SlackSecretArn": SECRET, "UpdateStrategy": "in-place"}


class Refusal(Exception):  # noqa: N818 - of AWS's
    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


def physical(logical: str, kind: str) -> str:
    match kind:
        case "AWS::SNS::Topic":
            return TOPIC
        case "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/ballast-{logical}-1"
        case _:
            return f"ballast-{logical}-1"


def of_kind(kind: str) -> list[str]:
    return [name for name, each in TEMPLATE["Resources"].items() if each["Type"] == kind]


def cluster_arn(name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{name}"


@dataclass
class Group:
    """Of an own capacity provider, unless `provider` is None."""

    provider: str | None
    cluster: str
    hosts: list[str]
    tags: dict[str, str] = field(default_factory=lambda: {"AmazonECSManaged": ""})
    hooks: dict[str, tuple[str, int]] = field(default_factory=lambda: {"ballast-drain": ("CONTINUE", 900)})
    more: dict[str, Any] = field(default_factory=dict)
    of_provider: dict[str, Any] = field(default_factory=dict)


@dataclass
class Account:
    """`refused` by operation; `calls` are what was asked."""

    status: str = "UPDATE_COMPLETE"
    stack: dict[str, Any] = field(default_factory=dict)  # beside what it has
    parameters: dict[str, str] = field(default_factory=lambda: PARAMETERS | LIVE)
    others: list[dict[str, Any]] = field(default_factory=list)  # stacks
    drifts: list[dict[str, Any]] = field(default_factory=list)
    detections: list[str] = field(default_factory=lambda: ["DETECTION_IN_PROGRESS", "DETECTION_COMPLETE"])
    reserved: dict[str, int] = field(default_factory=dict)
    function_states: dict[str, dict[str, str]] = field(default_factory=dict)
    unreserved: int = 1000
    sources: dict[str, str] = field(default_factory=dict)  # states other than Enabled, by function
    no_sources: set[str] = field(default_factory=set)
    rules: dict[str, str | None] = field(default_factory=dict)  # states other than ENABLED
    alarms: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    letters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    subscriptions: list[tuple[str, str, bool]] = field(default_factory=lambda: [("email", "on-call@example.com", True)])
    secret: dict[str, Any] | None = field(default_factory=lambda: {"VersionIdsToStages": {"1" * 32: ["AWSCURRENT"]}})
    ssm_parameters: list[dict[str, Any]] = field(default_factory=list)
    clusters: dict[str, dict[str, Any]] = field(default_factory=lambda: {"prod": {"ballast:managed": "true"}})
    cluster_states: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(
        default_factory=lambda: {
            "web": Group("web-provider", "prod", [HOST, OTHER_HOST]),
            "spot": Group("spot-provider", "prod", [THIRD_HOST]),
        }
    )
    bottlerocket: bool = True
    lost_agents: set[str] = field(default_factory=set)
    offline: set[str] = field(default_factory=set)
    unknown_to_ssm: set[str] = field(default_factory=set)
    registered: set[str] | None = None  # in the ledger; None: all that are managed
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    skew_s: float = 0
    date: str | None = None  # in the place of the header that follows from the skew
    refused: dict[str, Refusal] = field(default_factory=dict)
    calls: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def deny(self, *operations: str) -> None:
        for each in operations:
            why = f"User: {JO} is not authorized to perform: x because no identity-based policy allows the x action"
            self.refused[each] = Refusal("AccessDeniedException", why)

    def count(self, operation: str) -> int:
        return sum(each == operation for _, each, _ in self.calls)

    def answer(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((service, operation, params))
        if operation in self.refused:
            raise self.refused[operation]
        answer: dict[str, Any] = getattr(self, xform_name(operation))(params)
        return answer

    # STS, CloudFormation

    def get_caller_identity(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"Arn": JO, "Account": ACCOUNT, "UserId": "AROA:jo"}

    def describe_stacks(self, params: Mapping[str, Any]) -> dict[str, Any]:
        ours = {
            "StackName": "ballast",
            "CreationTime": NOW - timedelta(days=9),
            "StackStatus": self.status,
            "Outputs": [{"OutputKey": "LedgerTable", "OutputValue": LEDGER}],
            "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()],
            "DriftInformation": {"StackDriftStatus": "IN_SYNC"},
            **self.stack,
        }
        every = [each for each in (ours, *self.others) if each["StackStatus"] != "GONE"]
        found = [each for each in every if params.get("StackName") in (None, each["StackName"])]
        if params.get("StackName") and not found:
            raise Refusal("ValidationError", f"Stack with id {params['StackName']} does not exist")
        return {"Stacks": found}

    def list_stack_resources(self, _: Mapping[str, Any]) -> dict[str, Any]:
        kinds = {"AWS::Serverless::Function": "AWS::Lambda::Function"}
        found = [(n, kinds.get(e["Type"], e["Type"])) for n, e in TEMPLATE["Resources"].items()]
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": name,
                    "ResourceType": kind,
                    "PhysicalResourceId": physical(name, kind),
                    "ResourceStatus": "CREATE_COMPLETE",
                    "LastUpdatedTimestamp": NOW,
                }
                for name, kind in found
            ]
        }

    def describe_stack_resource_drifts(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A page each."""
        at = int(params.get("NextToken", 0))
        more = {"NextToken": str(at + 1)} if at + 1 < len(self.drifts) else {}
        return {"StackResourceDrifts": self.drifts[at : at + 1], **more}

    def detect_stack_drift(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"StackDriftDetectionId": "d-1"}

    def describe_stack_drift_detection_status(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "StackId": "s",
            "StackDriftDetectionId": "d-1",
            "DetectionStatus": self.detections.pop(0),
            "Timestamp": NOW,
        }

    # Lambda, EventBridge, CloudWatch

    def get_function_configuration(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params["FunctionName"]
        return {"FunctionName": name, "State": "Active", **self.function_states.get(logical(name), {})}

    def get_function_concurrency(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reserved = self.reserved.get(logical(params["FunctionName"]))
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def get_account_settings(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.unreserved, "ConcurrentExecutions": 1000}}

    def list_event_source_mappings(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = logical(params["FunctionName"])
        if name in self.no_sources:
            return {"EventSourceMappings": []}
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:ballast-{name}-queue"
        state = self.sources.get(name, "Enabled")
        return {"EventSourceMappings": [{"UUID": f"uuid-{name}", "EventSourceArn": arn, "State": state}]}

    def list_rules(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert params["NamePrefix"].startswith("ballast-")
        states = {name: self.rules.get(name, "ENABLED") for name in of_kind("AWS::Events::Rule")}
        return {"Rules": [{"Name": physical(n, ""), "State": state} for n, state in states.items() if state]}

    def describe_alarms(self, params: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: self.alarms.get(logical(name), {}) for name in params["AlarmNames"]}
        usual = {"StateValue": "OK", "ActionsEnabled": True, "StateUpdatedTimestamp": NOW}
        return {
            "MetricAlarms": [{"AlarmName": n, **usual, **each} for n, each in found.items() if each is not None],
        }

    # SQS, SNS, Secrets Manager, SSM

    def get_queue_attributes(self, params: Mapping[str, Any]) -> dict[str, Any]:
        count = len(self.letters.get(logical(params["QueueUrl"]), ()))
        return {"Attributes": {"ApproximateNumberOfMessages": str(count), "ApproximateNumberOfMessagesNotVisible": "0"}}

    def receive_message(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert params["VisibilityTimeout"] == 0
        return {"Messages": self.letters[logical(params["QueueUrl"])][: params["MaxNumberOfMessages"]]}

    def list_subscriptions_by_topic(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert params["TopicArn"] == TOPIC
        return {
            "Subscriptions": [
                {
                    "Protocol": protocol,
                    "Endpoint": endpoint,
                    "SubscriptionArn": f"{TOPIC}:1" if confirmed else "PendingConfirmation",
                }
                for protocol, endpoint, confirmed in self.subscriptions
            ]
        }

    def describe_secret(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if self.secret is None:
            raise Refusal("ResourceNotFoundException")
        return {"ARN": params["SecretId"], **self.secret}

    def describe_parameters(self, params: Mapping[str, Any]) -> dict[str, Any]:
        names = params["ParameterFilters"][0]["Values"]
        return {"Parameters": [each for each in self.ssm_parameters if each["Name"] in names]}

    def describe_instance_information(self, params: Mapping[str, Any]) -> dict[str, Any]:
        ids = params["Filters"][0]["Values"]
        assert ids
        if self.unknown_to_ssm & set(ids):
            raise Refusal("InvalidInstanceId")
        return {
            "InstanceInformationList": [
                {"InstanceId": i, "PingStatus": "ConnectionLost" if i in self.offline else "Online"} for i in ids
            ]
        }

    # DynamoDB, ECS, Auto Scaling

    def query(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert params["TableName"] == LEDGER
        [key] = [each["S"] for each in params["ExpressionAttributeValues"].values()]
        if key != "#registry":
            return {"Items": self.items.get(key, [])}
        names = self.registered if self.registered is not None else self.clusters.keys()
        found = [Cluster(n, cluster_arn(n), tags=self.clusters[n], refreshed_at=NOW) for n in sorted(names)]
        return {"Items": [to_item(each, cluster="#registry", item=each.name) for each in found]}

    def list_clusters(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A hundred a page."""
        at = int(params.get("nextToken", 0))
        arns = [cluster_arn(name) for name in self.clusters]
        more = {"nextToken": str(at + 100)} if len(arns) > at + 100 else {}
        return {"clusterArns": arns[at : at + 100], **more}

    def describe_clusters(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert len(params["clusters"]) <= 100
        return {"clusters": [self._cluster(arn.rpartition("/")[2]) for arn in params["clusters"]]}

    def _cluster(self, name: str) -> dict[str, Any]:
        groups = [group for group in self.groups.values() if group.cluster == name]
        return {
            "clusterName": name,
            "clusterArn": cluster_arn(name),
            "status": self.cluster_states.get(name, "ACTIVE"),
            "tags": [{"key": k, "value": v} for k, v in self.clusters[name].items()],
            "capacityProviders": ["FARGATE", *(group.provider for group in groups if group.provider)],
            "registeredContainerInstancesCount": sum(len(group.hosts) for group in groups),
        }

    def describe_capacity_providers(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Ten a page, and nobody asks for a second one."""
        assert len(params["capacityProviders"]) <= 10
        return {
            "capacityProviders": [
                {
                    "name": group.provider,
                    "autoScalingGroupProvider": {
                        "autoScalingGroupArn": f"{GROUP_ARN}{name}",
                        "managedScaling": {"status": "ENABLED"},
                        "managedDraining": "DISABLED",
                        "managedTerminationProtection": "DISABLED",
                        **group.of_provider,
                    },
                }
                for name, group in self.groups.items()
                if group.provider in params["capacityProviders"]
            ]
        }

    def list_container_instances(self, params: Mapping[str, Any]) -> dict[str, Any]:
        hosts = [host for group in self.groups.values() if group.cluster == params["cluster"] for host in group.hosts]
        return {"containerInstanceArns": [f"{cluster_arn(params['cluster'])}/{host}" for host in hosts]}

    def describe_container_instances(self, params: Mapping[str, Any]) -> dict[str, Any]:
        assert len(params["containerInstances"]) <= 100
        variant = [{"name": "bottlerocket.variant", "value": "aws-ecs-2"}] if self.bottlerocket else []
        return {
            "containerInstances": [
                {
                    "containerInstanceArn": arn,
                    "ec2InstanceId": arn.rpartition("/")[2],
                    "status": "ACTIVE",
                    "agentConnected": arn.rpartition("/")[2] not in self.lost_agents,
                    "attributes": variant,
                }
                for arn in params["containerInstances"]
            ]
        }

    def describe_auto_scaling_groups(self, params: Mapping[str, Any]) -> dict[str, Any]:
        at, most = int(params.get("NextToken", 0)), params["MaxRecords"]
        every = [self._group(name, group) for name, group in self.groups.items() if not group.more.get("gone")]
        more = {"NextToken": str(at + most)} if len(every) > at + most else {}
        return {"AutoScalingGroups": every[at : at + most], **more}

    def _group(self, name: str, group: Group) -> dict[str, Any]:
        state = {"AvailabilityZone": "a", "LifecycleState": "InService", "HealthStatus": "Healthy"}
        return {
            "AutoScalingGroupName": name,
            "MinSize": 0,
            "MaxSize": 9,
            "DesiredCapacity": len(group.hosts),
            "DefaultCooldown": 1,
            "AvailabilityZones": ["a"],
            "HealthCheckType": "EC2",
            "CreatedTime": NOW,
            "Tags": [{"Key": k, "Value": v} for k, v in group.tags.items()],
            "Instances": [{"InstanceId": host, "ProtectedFromScaleIn": False, **state} for host in group.hosts],
            **group.more,
        }

    def describe_lifecycle_hooks(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params["AutoScalingGroupName"]
        return {
            "LifecycleHooks": [
                {
                    "LifecycleHookName": hook,
                    "AutoScalingGroupName": name,
                    "LifecycleTransition": TERMINATING,
                    "DefaultResult": result,
                    "HeartbeatTimeout": timeout,
                }
                for hook, (result, timeout) in self.groups[name].hooks.items()
            ]
        }


def logical(physical_id: str) -> str:
    return physical_id.rpartition("ballast-")[2].removesuffix("-1")


class Paper:
    """Clients outlive a test, for making them takes a second; they answer for the account of the test that runs."""

    def __init__(self) -> None:
        self.account = Account()
        self.credentials = True
        self.clients: dict[str, Any] = {}
        self._one_at_a_time = Lock()  # the checks of answers are made as they are needed

    def keep(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["on paper"] = params

    def answer(self, model: OperationModel, context: Mapping[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        if not self.credentials:  # botocore looks for them when it signs, which comes later
            raise NoCredentialsError
        status, parsed = 200, dict[str, Any]()
        try:
            with self._one_at_a_time:
                parsed = self.account.answer(model.service_model.service_name, model.name, context["on paper"])
                assert model.output_shape is not None
                checker(model.output_shape)(parsed, model.name)
        except Refusal as error:
            status, parsed = error.status, {"Error": {"Code": error.code, "Message": error.message}}
        date = self.account.date
        headers = {"date": format_datetime(NOW - timedelta(seconds=self.account.skew_s)) if date is None else date}
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": headers, "RequestId": "on paper"}
        return AWSResponse("", status, HTTPHeaders(), None), {**parsed, "ResponseMetadata": metadata}


PAPER = Paper()


@contextmanager
def asked(account: Account, monkeypatch: pytest.MonkeyPatch, *, credentials: bool = True) -> Iterator[None]:
    """boto3 asks the account from here on."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if credentials:
            monkeypatch.setenv(name, "testing")
        else:
            monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(Path("/nowhere")))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_PROFILE", "AWS_REGION", "LEDGER_TABLE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    monkeypatch.setattr(PAPER, "account", account)
    monkeypatch.setattr(PAPER, "credentials", credentials)
    with monkeypatch.context() as patch:
        hooks = [("provide-client-params", PAPER.keep), ("before-call", PAPER.answer)]
        patch.setattr(botocore.handlers, "BUILTIN_HANDLERS", [*botocore.handlers.BUILTIN_HANDLERS, *hooks])
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        patch.setattr(session.client, "_made", PAPER.clients)
        yield
