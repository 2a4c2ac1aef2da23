"""What somebody with a stolen role would try, one attack for each statement: the whole role denies it, with everything on."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.delivery.template import Stack
from simulator.iam.ask import Ask
from simulator.iam.policy import Policy
from tests.builders import ROOT
from tests.template.test_permissions import statements
from tools.worst import EVERYTHING

HERE, OURS, ABROAD = "us-east-1", "123456789012", "444455556666"
PARTITION_KEYS, DETAIL_TYPE = "dynamodb:LeadingKeys", "events:detail-type"
FUNCTIONS = (
    *("DrainInstance", "RebalanceCapacity", "UpdateBottlerocket", "WatchBottlerocket", "PublishNotification"),
    *("AnswerSlack", "ObeyClick"),
)
# What SAM adds to the role of a function that reads queues, but for its logs:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaSQSQueueExecutionRole.html
TAKES_MESSAGES = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
BY_SAM = {
    "Statement": {"Effect": "Allow", "Action": [f"sqs:{name}" for name in TAKES_MESSAGES], "Resource": "*"},
}


@cache
def stack(**parameters: str) -> Stack:
    given = {**EVERYTHING, **parameters}
    return Stack.load(ROOT / "template.yaml", given, stack="ballast", account=OURS, region=HERE)


@cache
def role(function: str, **parameters: str) -> Policy:
    [spec] = [spec for spec in stack(**parameters).functions if spec.name == function]
    return Policy.read((*(spec.policies or ()), *spec.managed, *([BY_SAM] if spec.sources else [])))


def allows(function: str, ask: Ask, **parameters: str) -> bool:
    return bool(role(function, **parameters).allowing(ask.action, ask.resource, ask.context({})))


def arn(service: str, resource: str, *, account: str = OURS) -> str:
    return f"arn:aws:{service}:{'' if service == 'iam' else HERE}:{account}:{resource}"


def of_group(action: str, **tags: str) -> Ask:
    group = arn("autoscaling", "autoScalingGroup:a-uuid:autoScalingGroupName/payments")
    return Ask(f"autoscaling:{action}", group, "autoScalingGroup", tuple(tags.items()))


def of_ledger(action: str, *keys: str, table: str = "Ledger") -> Ask:
    name = stack().names.ref(table)
    return Ask(f"dynamodb:{action}", arn("dynamodb", f"table/{name}"), "table", facts=((PARTITION_KEYS, keys),))


def event(detail_type: str, source: str = "ballast") -> Ask:
    bus = arn("events", "event-bus/default")
    return Ask(
        "events:PutEvents", bus, "event-bus", facts=(("events:source", (source,)), (DETAIL_TYPE, (detail_type,)))
    )


def message(queue: str) -> Ask:
    return Ask("sqs:SendMessage", stack().names.arn(queue), "queue")


def taken_from(*queues: str) -> list[Ask]:
    """Of the stack, or by ARN."""
    arns = [queue if queue.startswith("arn:") else stack().names.arn(queue) for queue in queues]
    return [Ask(f"sqs:{action}", each, "queue") for each in arns for action in TAKES_MESSAGES]


def of_cluster(action: str, *, account: str = OURS, **tags: str) -> Ask:
    cluster = arn("ecs", "cluster/payments", account=account)
    return Ask(f"ecs:{action}", cluster, "cluster", tuple(tags.items()))


def in_cluster(action: str, kind: str, *, account: str = ABROAD) -> Ask:
    cluster = arn("ecs", "cluster/payments", account=account)
    thing = arn("ecs", f"{kind}/payments/a-uuid", account=account)
    return Ask(f"ecs:{action}", thing, kind, facts=(("ecs:cluster", (cluster,)),))


def launch(kind: str, resource: str, *, template: str | None = None, owner: str | None = None, **tags: str) -> Ask:
    used = (("ec2:LaunchTemplate", (arn("ec2", f"launch-template/{template}"),)),) if template else ()
    owned = (("ec2:Owner", (owner,)),) if owner else ()
    account = "" if kind in {"image", "snapshot"} else OURS
    name = arn("ec2", f"{kind}/{resource}", account=account)
    return Ask("ec2:RunInstances", name, kind, tuple(tags.items()), (*used, *owned))


def pass_role(name: str, service: str = "ec2.amazonaws.com") -> Ask:
    return Ask("iam:PassRole", arn("iam", f"role/{name}"), "role", facts=(("iam:PassedToService", (service,)),))


def tag_there(*created: str) -> Ask:
    facts = (("ec2:CreateAction", created),) if created else ()
    return Ask("ec2:CreateTags", arn("ec2", "instance/i-1"), "instance", facts=facts)


def document(name: str, *, account: str = OURS) -> Ask:
    return Ask("ssm:SendCommand", arn("ssm", f"document/{name}", account=account), "document")


TERMINATE = Ask("ec2:TerminateInstances", arn("ec2", "instance/i-1"))
ORDERS = arn("sqs", "orders")
ORDERS_ABROAD = arn("sqs", "orders", account=ABROAD)
UNTAGGED = Ask("ec2:CreateLaunchTemplateVersion", arn("ec2", "launch-template/lt-1"), "launch-template")
OWN_PARAMETER = Ask("ssm:GetParameters", arn("ssm", "parameter/prod/password"), "parameter")
ANOTHER_SECRET = Ask("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:db-AbCdEf"), "Secret")
SLACK_SECRET = Ask("secretsmanager:GetSecretValue", EVERYTHING["SlackSecretArn"], "Secret")
MANAGED = {"ballast:managed": "true"}
ECS_OWN = {"AmazonECSManaged": ""}

# By function and statement: what it would allow if it were a little wider.
ATTACKS: dict[str, dict[str, list[Ask]]] = {
    "DrainInstance": {
        "FindClusters": [of_cluster("DeleteCluster"), of_cluster("UpdateCluster", **MANAGED)],
        "FindInstancesOfClusters": [of_cluster("ListContainerInstances", account=ABROAD)],
        "RemoveGhostsOfClusters": [of_cluster("DeregisterContainerInstance")],
        "DrainInstancesOfClusters": [
            in_cluster("UpdateContainerInstancesState", "container-instance"),
            in_cluster("StopTask", "task"),
            in_cluster("UpdateService", "service", account=OURS),
        ],
        "ReadCapacity": [TERMINATE, of_group("DeleteAutoScalingGroup", **ECS_OWN)],
        "HoldAndReleaseInstances": [
            of_group("TerminateInstanceInAutoScalingGroup"),
            of_group("UpdateAutoScalingGroup", **ECS_OWN),
        ],
        "HoldAndReleaseTaggedGroups": [of_group("PutLifecycleHook", **{"ballast:managed": "false"})],
        "LaunchBeforeRepair": [of_group("SetDesiredCapacity"), of_group("LaunchInstances", **ECS_OWN)],
        "LaunchBeforeRepairInTaggedGroups": [of_group("SetDesiredCapacity", **{"ballast:managed": "false"})],
        "ReadLedger": [of_ledger("Query", "a-conversation", table="Conversations")],
        "KeepLedger": [of_ledger("PutItem", "#releases"), of_ledger("PutItem", "prod", "#releases")],
        "KeepRegistry": [of_ledger("PutItem", "#answer/a-command")],
        "SignWhatIsSaid": [of_ledger("DeleteItem", "#seal"), of_ledger("PutItem", "#sealed")],
        "TellWhatHappened": [event("Ballast Update Command"), event("Ballast Notice", source="aws.ec2")],
        "SetAsideUnreadableEvents": [message("NoticesDeadLetters")],
        "SpreadSweeps": [message("UpdateEvents"), message("Pages")],
        "KeepOffOtherQueues": taken_from(ORDERS, ORDERS_ABROAD, "UpdateEvents", "DrainEventsDeadLetters"),
    },
    "UpdateBottlerocket": {
        "FindInstancesOfClusters": [of_cluster("ListContainerInstances")],
        "DrainInstancesOfClusters": [
            in_cluster("UpdateContainerInstancesState", "container-instance"),
            in_cluster("DescribeTasks", "task"),
            in_cluster("StopTask", "task", account=OURS),
        ],
        "ReadHosts": [TERMINATE, Ask("cloudwatch:DisableAlarmActions", arn("cloudwatch", "alarm:fire"))],
        "ReadPublicParameters": [OWN_PARAMETER],
        "RunOurDocuments": [
            document("AWS-RunShellScript", account=""),
            document("AWS-RunShellScript"),
            document("mine"),
        ],
        "RunThemOnInstancesOfGroups": [
            Ask("ssm:SendCommand", arn("ec2", "instance/i-1"), "instance", (("Name", "bastion"),)),
            Ask("ssm:SendCommand", arn("ssm", "managed-instance/mi-1"), "managed-instance"),
        ],
        "AskCalendars": [
            document("a-calendar", account=ABROAD),
            Ask("ssm:GetCalendarState", arn("ssm", "parameter/prod/password"), "parameter"),
        ],
        "ReplaceInstances": [
            of_group("TerminateInstanceInAutoScalingGroup"),
            of_group("StartInstanceRefresh"),
            of_group("UpdateAutoScalingGroup"),
            of_group("DeleteAutoScalingGroup", **ECS_OWN),
        ],
        "ReplaceInstancesOfTaggedGroups": [of_group("UpdateAutoScalingGroup", **{"ballast:managed": "True"})],
        "ReadLedger": [of_ledger("Query", "a-conversation", table="Conversations")],
        "KeepLedger": [of_ledger("PutItem", key) for key in ("#registry", "#releases", "#rounds")],
        "AnswerCommands": [of_ledger("PutItem", "#answer"), of_ledger("DeleteItem", "#answer/a-command")],
        "SignWhatIsSaid": [of_ledger("DeleteItem", "#seal"), of_ledger("PutItem", "#sealed")],
        "TellWhatHappened": [event("Ballast Update Command"), event("Bottlerocket Release Available")],
        "SetAsideUnreadableEvents": [message("DrainEventsDeadLetters")],
        "KeepOffOtherQueues": taken_from(ORDERS, "DrainEvents", "Pages", "ReleaseChecks"),
        "MakeVersionsOfLaunchTemplates": [
            UNTAGGED,
            UNTAGGED._replace(action="ec2:ModifyLaunchTemplate"),
            launch("launch-template", "lt-1", template="lt-1"),
        ],
        "LaunchImagesOfAmazon": [
            launch("image", "ami-1", template="lt-1", owner=OURS),
            launch("image", "ami-1", template="lt-1", owner="aws-marketplace"),
        ],
        "LaunchWithTemplatesOnly": [launch("instance", "*"), launch("subnet", "subnet-1")],
        "GiveInstancesTheirTags": [tag_there(), tag_there("CreateVolume")],
        "GiveInstancesTheirRoles": [pass_role("admin"), pass_role("ecs/instance", "lambda.amazonaws.com")],
    },
    "RebalanceCapacity": {
        "FindInstancesOfClusters": [of_cluster("ListContainerInstances")],
        "DrainInstancesOfClusters": [
            in_cluster("UpdateContainerInstancesState", "container-instance"),
            in_cluster("StopTask", "task", account=OURS),
            in_cluster("UpdateService", "service", account=OURS),
        ],
        "ReadCapacity": [TERMINATE, of_group("DeleteAutoScalingGroup", **ECS_OWN)],
        "ResizeGroups": [
            of_group("SetDesiredCapacity"),
            of_group("TerminateInstanceInAutoScalingGroup"),
            of_group("UpdateAutoScalingGroup", **ECS_OWN),
        ],
        "ResizeTaggedGroups": [of_group("LaunchInstances", **{"ballast:managed": "True"})],
        "LaunchThroughFleets": [
            launch("instance", "*"),
            Ask("ec2:CreateFleet", arn("ec2", "fleet/*", account=ABROAD), "fleet"),
        ],
        "ReadLedger": [of_ledger("Query", "a-conversation", table="Conversations")],
        "KeepLedger": [of_ledger("PutItem", key) for key in ("#registry", "#releases", "#rounds", "#answer/a-command")],
        "SignWhatIsSaid": [of_ledger("DeleteItem", "#seal"), of_ledger("PutItem", "#sealed")],
        "TellWhatHappened": [event("Ballast Update Command"), event("Ballast Instance Drained")],
        "SetAsideUnreadableEvents": [message("UpdateEventsDeadLetters")],
        "KeepOffOtherQueues": taken_from(ORDERS, "UpdateEvents", "RebalanceEventsDeadLetters"),
    },
    "WatchBottlerocket": {
        "FindInstancesOfClusters": [of_cluster("ListContainerInstances")],
        "ReadTheirVariants": [
            in_cluster("DescribeContainerInstances", "container-instance"),
            in_cluster("UpdateContainerInstancesState", "container-instance", account=OURS),
        ],
        "ReadPublicParameters": [OWN_PARAMETER],
        "ReadRunningVersions": [document("AWS-RunShellScript")],
        "ReadLedger": [of_ledger("Query", "a-conversation", table="Conversations")],
        "KeepReleases": [of_ledger("PutItem", "#registry"), of_ledger("PutItem", "#answer/a-command")],
        "RememberWhatWasTold": [of_ledger("DeleteItem", "prod"), of_ledger("PutItem", "prod", "#registry")],
        "SignWhatIsSaid": [of_ledger("DeleteItem", "#seal"), of_ledger("PutItem", "#sealed")],
        "TellWhatHappened": [event("Ballast Update Command"), event("Ballast Instance Drained")],
        "SetAsideUnreadableEvents": [message("UpdateEvents")],
        "KeepOffOtherQueues": taken_from(ORDERS, "UpdateEvents", "DrainSweeps"),
    },
    "PublishNotification": {
        "AskWhetherServicesRecovered": [
            in_cluster("DescribeServices", "service"),
            in_cluster("UpdateService", "service", account=OURS),
        ],
        "ReadWhichClustersAreManaged": [of_ledger("Query", "prod"), of_ledger("PutItem", "#registry")],
        "KeepConversations": [of_ledger("PutItem", "prod"), of_ledger("Scan", table="Conversations")],
        "Publish": [Ask("sns:Publish", arn("sns", "billing"), "topic"), event("Ballast Notice")],
        "PublishEncrypted": [Ask("kms:Decrypt", arn("kms", "key/another"), "key")],
        "SetAsideUnreadableEvents": [message("UpdateEventsDeadLetters")],
        "WakeItselfLater": [message("DrainEvents")],
        "KeepOffOtherQueues": taken_from(ORDERS, "DrainEvents", "NoticesDeadLetters"),
        "ReadSlackSecret": [ANOTHER_SECRET],
    },
    "AnswerSlack": {
        "HandOnWhatSlackSigned": [message("Pages"), message("NoticesDeadLetters"), event("Ballast Update Command")],
        "ReadSlackSecret": [ANOTHER_SECRET, of_ledger("Query", "#seal")],
    },
    "ObeyClick": {
        "WriteWhoPressed": [
            of_ledger("PutItem", "prod"),
            of_ledger("GetItem", "#seal"),
            of_ledger("DeleteItem", "a-conversation", table="Conversations"),
            SLACK_SECRET,
        ],
        "SayWhatWasPressed": [event("Ballast Notice"), event("Ballast Update Command", source="aws.ec2")],
        "HaveItShown": [message("UpdateEvents"), message("Clicks")],
        "SetAsideUnreadableEvents": [message("UpdateEventsDeadLetters")],
        "KeepOffOtherQueues": taken_from(ORDERS, "Pages", "NoticesDeadLetters"),
    },
}


ATTACKED = [
    pytest.param(function, asks, id=f"{function}-{sid}")
    for function, each in ATTACKS.items()
    for sid, asks in each.items()
]


BY_NAME = {"ManagedClusters": "other,prod"}


@pytest.mark.parametrize("parameters", [{}, BY_NAME], ids=["tagged clusters", "named clusters"])
@pytest.mark.parametrize(("function", "asks"), ATTACKED)
def test_what_each_statement_must_not_allow_is_denied(
    function: str, asks: list[Ask], parameters: dict[str, str]
) -> None:
    assert [ask for ask in asks if allows(function, ask, **parameters)] == []


@pytest.mark.parametrize("function", [spec.name for spec in stack().functions])
def test_a_function_takes_messages_from_the_queues_that_it_reads_and_from_no_other(function: str) -> None:
    reads = {source.queue for spec in stack().functions if spec.name == function for source in spec.sources}
    others = {queue.name for queue in stack().queues} - reads

    assert [ask for ask in taken_from(*reads) if not allows(function, ask)] == []
    assert [ask for ask in taken_from(*others) if allows(function, ask)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_statement_of_the_template_has_its_attack(function: str) -> None:
    """Whatever condition adds it."""
    assert {each["Sid"] for each in statements(function)} == ATTACKS[function].keys()
    assert [sid for sid, asks in ATTACKS[function].items() if not asks] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_attack_is_near_to_what_its_statement_allows(function: str) -> None:
    """The same action, but where nothing narrows it: there it is what the statement must not grow by."""
    narrowed = [s for s in role(function).statements if s.tests or s.resources != ("*",)]
    far = [s.sid for s in narrowed if not any(s.has_action(ask.action) for ask in ATTACKS[function][s.sid])]

    assert far == []


@pytest.mark.parametrize(
    "ask",
    [
        launch("launch-template", "lt-1", template="lt-1", **MANAGED),
        launch("image", "ami-1", template="lt-1", owner="amazon"),
        launch("subnet", "subnet-1", template="lt-1"),
        launch("snapshot", "snap-1", template="lt-1"),
        pass_role("ecs/instance"),
        tag_there("RunInstances"),
        of_group("UpdateAutoScalingGroup", **ECS_OWN),
        of_group("StartInstanceRefresh", **MANAGED),
        document("ballast-RebootHostDocument"),
    ],
)
def test_what_updates_need_is_allowed_only_where_they_are_on(ask: Ask) -> None:
    off = {"UpdateStrategy": "off", "UpdateRights": "as-strategy", "UpdateLaunchTemplates": "report"}

    assert allows("UpdateBottlerocket", ask)
    assert not allows("UpdateBottlerocket", ask, **off)
