"""Each role allows what AWS asks for, statement by statement: nothing is missing, useless or without effect.

Judged against recorded fleets (recorded.py) and the Service Authorization Reference (simulator/iam/reference.json).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

from simulator.delivery.template import Stack
from simulator.iam.ask import Ask
from simulator.iam.cut import granted
from simulator.iam.policy import Policy, Statement
from simulator.iam.reference import reference
from simulator.stage import BUTTONS, LIVE
from tests.builders import ROOT
from tests.template.recorded import NAMED, VARIATIONS, Recording, everything, shortly
from tests.template.test_permissions import TEMPLATE

FUNCTIONS = [
    *("AnswerSlack", "DrainInstance", "ObeyClick", "PublishNotification"),
    *("RebalanceCapacity", "UpdateBottlerocket", "WatchBottlerocket"),
]
# Granted although no recorded fleet needs it. Nothing may be added here that a fleet can be made to need.
UNUSED = {
    ("PublishNotification", "ReadSlackSecret", "ssm:GetParameter"),  # the fleets' secret is in Secrets Manager
    ("AnswerSlack", "ReadSlackSecret", "ssm:GetParameter"),  # the same
    ("ObeyClick", "WriteWhoPressed", "dynamodb:BatchGetItem"),  # a conversation of more than 100 incidents has parts
    # The look that it shares with drain_instance asks EC2 about an instance whose agent is gone, or that left its group
    # between two calls.
    ("UpdateBottlerocket", "ReadHosts", "autoscaling:DescribeAutoScalingInstances"),
    # What a warm pool has is asked of instances that do not serve; no group of the simulator has a launch configuration.
    ("RebalanceCapacity", "ReadCapacity", "autoscaling:DescribeAutoScalingInstances"),
    ("RebalanceCapacity", "ReadCapacity", "autoscaling:DescribeLaunchConfigurations"),
}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
MOST_INLINE, MOST_MANAGED = (
    10_240,
    6_144,
)  # characters: of all inline policies of a role together, of one managed policy
MOST_ATTACHED = 10
BY_SAM = ("AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSLambdaSQSQueueExecutionRole")
LONGEST_STACK = "s" * (128 + 14)  # CloudFormation puts 13 characters and a hyphen behind each name


def deployed(parameters: Mapping[str, str], *, stack: str = "ballast", partition: str = "aws") -> dict[str, Policy]:
    loaded = Stack.load(
        ROOT / "template.yaml",
        {**LIVE, **parameters},
        stack=stack,
        account="123456789012",
        region="us-east-1",
        partition=partition,
    )
    return {spec.name: Policy.read((*(spec.policies or ()), *spec.managed)) for spec in loaded.functions}


EVERYTHING = {
    "UpdateStrategy": "replace",
    "RebalanceRights": "on",
    "RepairRights": "on",
    **BUTTONS,
}  # with the parameters of LIVE


def statements() -> Iterator[tuple[str, str, Statement]]:
    """Function, variation, statement: of all that the template can deploy."""
    for variation, parameters in {"as it is": {}, **VARIATIONS}.items():
        for function, policy in deployed({**EVERYTHING, **parameters}).items():
            for statement in policy.statements:
                yield function, variation, statement


def test_nothing_that_any_fleet_needs_is_refused() -> None:
    assert [(function, ask) for (function, ask), allowed in everything().asked.items() if not allowed] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_nothing_is_refused_with_other_parameters(variation: str) -> None:
    assert [(function, ask) for (function, ask), allowed in shortly(variation).asked.items() if not allowed] == []


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("parameters", [{}, NAMED], ids=["tagged clusters", "named clusters"])
def test_without_any_one_statement_something_is_refused(function: str, parameters: dict[str, str]) -> None:
    recorded = everything()
    policy = deployed({**EVERYTHING, **parameters})[function]

    assert recorded.refused(function, policy) == []
    needless = [s.sid for s in policy.statements if s.allows and not recorded.refused(function, policy.without(s))]
    assert needless == []


@pytest.mark.parametrize("function", ["DrainInstance", "RebalanceCapacity", "UpdateBottlerocket", "WatchBottlerocket"])
def test_a_cluster_that_is_not_named_is_out_of_reach(function: str) -> None:
    """But for finding out which clusters there are, and for task definitions, which belong to none."""
    recorded = everything()
    policy = deployed({**EVERYTHING, "ManagedClusters": "production,pro,rod"})[function]
    about_clusters = [a for a in recorded.of(function) if a.action.startswith("ecs:")]

    refused = {ask.action for ask in recorded.refused(function, policy)}

    of_no_cluster = {"ecs:DescribeCapacityProviders", "ecs:DescribeTaskDefinition"}
    open_to_all = {"ecs:ListClusters", "ecs:DescribeClusters", *of_no_cluster}
    assert refused == {ask.action for ask in about_clusters} - open_to_all


def test_every_grant_is_used_by_some_fleet() -> None:
    recorded = everything()

    assert {
        (function, statement.sid, action)
        for function in FUNCTIONS
        for statement in recorded.roles.policy(function).statements
        for action in statement.actions
        if statement.allows and not recorded.uses(function, statement, action)
    } == UNUSED


PARTITION, DETAIL_TYPE = "dynamodb:LeadingKeys", "events:detail-type"
WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
SENT_BY_PEOPLE = "Ballast Update Command"


def test_a_function_writes_the_partitions_that_it_has_to_and_sends_its_own_detail_types_only() -> None:
    """By what recorded fleets had each do: a value that another one needs is refused, as one that nobody has thought of."""
    recorded = everything()
    for key, actions, besides in (
        (PARTITION, WRITES, {"#another": "#another"}),
        (DETAIL_TYPE, {"events:PutEvents"}, {"Another": "Another"}),
    ):
        own = {function: said(recorded, function, key, actions) for function in FUNCTIONS}
        values = {kind: value for each in own.values() for kind, value in each.items()}
        assert values.keys() == EXPECTED[key]
        some = next(a for a in recorded.of("DrainInstance") if a.action in actions)
        for function in FUNCTIONS:
            allowed = {
                kind
                for kind, value in {**values, **besides}.items()
                for action in actions
                if is_allowed(recorded, function, with_fact(some._replace(action=action), key, value))
            }
            assert allowed == own[function].keys(), (function, key)


def said(recorded: Recording, function: str, key: str, actions: set[str]) -> dict[str, str]:
    """The values that it had a recorded request of its about, one of each kind."""
    of_ledger = (a for a in recorded.of(function) if a.action in actions and not a.resource.endswith("-Conversations"))
    asks = (dict(a.facts) for a in of_ledger)
    return {kind(value): value for facts in asks for value in facts.get(key, ())}


def with_fact(ask: Ask, key: str, value: str) -> Ask:
    return ask._replace(facts=tuple((name, (value,) if name == key else held) for name, held in ask.facts))


EXPECTED = {
    PARTITION: {"a cluster", "#registry", "#rounds", "#seal", "#releases", "#answer"},
    DETAIL_TYPE: {
        *("Ballast Notice", "Ballast Instance Drained"),
        *("Bottlerocket Release Available", "Bottlerocket Release Recalled"),
        *("Ballast Rebalance Planned", "Ballast Rebalance Done"),
        SENT_BY_PEOPLE,
    },
}


def kind(value: str) -> str:
    """Of a partition of the ledger; a detail-type is one by itself."""
    return value.partition("/")[0] if value.startswith("#") or " " in value else "a cluster"


def is_allowed(recorded: Recording, function: str, ask: Ask) -> bool:
    context = ask.context(recorded.roles.everywhere(function))
    return bool(recorded.roles.policy(function).allowing(ask.action, ask.resource, context))


def test_every_granted_action_exists() -> None:
    assert granted(TEMPLATE) - reference().keys() == set()


def test_every_condition_key_is_one_that_each_action_of_its_statement_has() -> None:
    """A key that an action does not have is never in its request, so that the statement grants nothing."""
    assert [
        (function, statement.sid, action, test.key)
        for function, _, statement in statements()
        for action in statement.actions
        for test in statement.tests
        if not reference()[action].has_key(test.key)
    ] == []


def test_every_resource_is_of_a_type_that_some_action_of_its_statement_has() -> None:
    assert [
        (function, statement.sid, resource)
        for function, _, statement in statements()
        for resource in statement.resources
        if resource != "*"
        if not any(kind.covers(resource) for each in statement.actions for kind in reference()[each].resources.values())
    ] == []


def reached(statement: Statement) -> tuple[str, ...]:
    """The patterns of its resources; of one that leaves some out, all."""
    return ("*",) if "Resource" in statement.inverted else statement.resources


def test_every_action_finds_each_resource_type_that_it_requires_in_the_role() -> None:
    """One without resource types is allowed on `*` only, where no ARN could match."""
    missing = []
    for variation, parameters in {"as it is": {}, **VARIATIONS}.items():
        for function, policy in deployed({**EVERYTHING, **parameters}).items():
            for action in {a for s in policy.statements for a in s.actions}:
                patterns = [r for s in policy.statements if s.has_action(action) for r in reached(s)]
                required = [kind for kind in reference()[action].resources.values() if kind.required]
                if required:
                    fits = all(any(kind.covers(pattern) for pattern in patterns) for kind in required)
                else:
                    fits = bool(reference()[action].resources) or "*" in patterns
                if not fits and action != "ssm:GetParameter":  # the next test's
                    missing.append((variation, function, action))

    assert missing == []


@pytest.mark.parametrize(
    ("arn", "action"),
    [
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf", "secretsmanager:GetSecretValue"),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/ballast/slack", "ssm:GetParameter"),
    ],
)
def test_the_slack_secret_is_read_where_its_arn_says_and_nothing_else_is(arn: str, action: str) -> None:
    policy = deployed({**EVERYTHING, "SlackSecretArn": arn})["PublishNotification"]
    [statement] = [one for one in policy.statements if one.sid == "ReadSlackSecret"]

    assert [*reached(statement)] == [arn]
    assert [a for a in statement.actions if any(k.covers(arn) for k in reference()[a].resources.values())] == [action]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("names_clusters", [True, False])
def test_the_longest_parameters_leave_a_tenth_of_each_quota_free(function: str, *, names_clusters: bool) -> None:
    names = ",".join(["a-cluster-12"] * 49 + ["a-cluster-123"] * 10 + ["a" * 23])
    role = "arn:aws:iam::123456789012:role/" + "r" * 88
    secret = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:" + "s" * 512
    given = {**EVERYTHING, "InstanceRoleArns": ",".join([role] * 5), "SlackSecretArn": secret}
    loaded = Stack.load(
        ROOT / "template.yaml",
        {**LIVE, **given, "ManagedClusters": names if names_clusters else ""},
        stack=LONGEST_STACK,
        account="123456789012",
        region="ap-southeast-2",
    )
    [spec] = [spec for spec in loaded.functions if spec.name == function]

    assert len(names) == 800
    assert len(given["InstanceRoleArns"]) == 599
    assert sum(map(length, spec.policies or ())) <= 0.9 * MOST_INLINE
    assert all(length(document) <= 0.9 * MOST_MANAGED for document in spec.managed)
    assert len(spec.managed) + len(BY_SAM) <= MOST_ATTACHED


def length(document: Mapping[str, object]) -> int:
    """White space does not count."""
    return len(json.dumps(document, separators=(",", ":")))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("ManagedClusters", ",".join(f"c{n}" for n in range(61))),
        ("ManagedClusters", ",".join(["c" * 199] * 5)),
        ("ManagedClusters", "prod, staging"),
        ("ManagedClusters", "prod,,staging"),
        ("InstanceRoleArns", "arn:aws:iam::123456789012:role/*"),
        ("InstanceRoleArns", "arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:role/*"),
        ("InstanceRoleArns", "*"),
        ("InstanceRoleArns", "ecsInstanceRole"),
        ("InstanceRoleArns", ",".join(["arn:aws:iam::123456789012:role/" + "r" * 64] * 7)),
    ],
)
def test_what_would_not_fit_or_be_too_wide_is_refused_before_anything_is_deployed(parameter: str, value: str) -> None:
    with pytest.raises(ValueError, match=parameter):
        deployed({parameter: value})


def test_sixty_clusters_can_be_named() -> None:
    assert deployed({"ManagedClusters": ",".join(f"cluster-{n:03}" for n in range(60))})


@pytest.mark.parametrize(("partition", "service"), [("aws", "ec2.amazonaws.com"), ("aws-cn", "ec2.amazonaws.com.cn")])
def test_roles_are_passed_to_the_ec2_of_the_partition(partition: str, service: str) -> None:
    roles = {"InstanceRoleArns": f"arn:{partition}:iam::123456789012:role/ecs/*"}
    policy = deployed({**EVERYTHING, **roles}, partition=partition)["UpdateBottlerocket"]
    context = {"iam:passedtoservice": (service,)}

    def passes(role: str) -> bool:
        return bool(policy.allowing("iam:PassRole", f"arn:{partition}:iam::123456789012:role/{role}", context))

    assert passes("ecs/instance")
    assert not passes("admin")


TEMPLATE_ACTIONS = {
    *(
        "iam:PassRole",
        "ec2:RunInstances",
        "ec2:CreateTags",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:ModifyLaunchTemplate",
    ),
    "autoscaling:UpdateAutoScalingGroup",
}
IN_PLACE_ACTIONS = {
    *("ecs:UpdateContainerInstancesState", "ssm:SendCommand", "ec2:EnableApplicationStatusCheckSuppression"),
    *("autoscaling:SetInstanceProtection", "autoscaling:TerminateInstanceInAutoScalingGroup"),
}
REFRESH_ACTIONS = {"autoscaling:StartInstanceRefresh", "autoscaling:CancelInstanceRefresh"}
SET_UP = {"UpdateLaunchTemplates": "follow", "InstanceRoleArns": "arn:aws:iam::123456789012:role/ecs/*"}


def test_to_have_launch_templates_follow_without_naming_roles_is_refused_with_what_to_set() -> None:
    with pytest.raises(ValueError, match=r"follow needs InstanceRoleArns.*; set them, or UpdateLaunchTemplates=report"):
        deployed({"UpdateLaunchTemplates": "follow", "InstanceRoleArns": ""})


@pytest.mark.parametrize("strategy", ["off", "in-place", "replace"])
@pytest.mark.parametrize("parameters", [{"InstanceRoleArns": "", "UpdateLaunchTemplates": "report"}, SET_UP])
def test_whoever_reports_or_names_roles_is_deployed(parameters: dict[str, str], strategy: str) -> None:
    """Strategy replace needs no grant where the launch template resolves a parameter."""
    assert deployed({**parameters, "UpdateStrategy": strategy})


REBALANCE_ACTIONS = {
    *("ecs:UpdateContainerInstancesState", "autoscaling:SetDesiredCapacity", "autoscaling:LaunchInstances"),
    *("autoscaling:TerminateInstanceInAutoScalingGroup", "ec2:CreateFleet"),
}


@pytest.mark.parametrize(
    ("parameters", "may"),
    [({}, False), ({"Rebalance": "report"}, False), ({"Rebalance": "on"}, True), ({"RebalanceRights": "on"}, True)],
)
def test_rebalancing_changes_nothing_unless_a_parameter_asks_for_it(parameters: dict[str, str], *, may: bool) -> None:
    given = {"Rebalance": "off", **parameters}
    loaded = Stack.load(ROOT / "template.yaml", given, stack="ballast", account="123456789012", region="us-east-1")
    [spec] = [spec for spec in loaded.functions if spec.name == "RebalanceCapacity"]
    actions = {a for s in deployed(given)["RebalanceCapacity"].statements for a in s.actions}

    assert actions & REBALANCE_ACTIONS == (REBALANCE_ACTIONS if may else set())
    assert spec.environment["MAY_REBALANCE"] == ("on" if may else "report")


OFF = {
    "UpdateStrategy": "off",
    "UpdateRights": "as-strategy",
    "InstanceRoleArns": "",
    "UpdateLaunchTemplates": "report",
}


@pytest.mark.parametrize(
    ("parameters", "may_update", "granted_too"),
    [
        ({}, "off", set()),
        ({"InstanceRoleArns": SET_UP["InstanceRoleArns"]}, "off", set()),
        (SET_UP, "off", set()),
        ({"UpdateStrategy": "in-place"}, "in-place", IN_PLACE_ACTIONS),
        ({"UpdateRights": "in-place"}, "in-place", IN_PLACE_ACTIONS),
        ({"UpdateStrategy": "replace"}, "replace", IN_PLACE_ACTIONS | REFRESH_ACTIONS),
        ({"UpdateRights": "replace"}, "replace", IN_PLACE_ACTIONS | REFRESH_ACTIONS),
        ({"UpdateStrategy": "in-place", **SET_UP}, "in-place", IN_PLACE_ACTIONS | TEMPLATE_ACTIONS),
        (
            {"UpdateStrategy": "in-place", "InstanceRoleArns": SET_UP["InstanceRoleArns"]},
            "in-place",
            IN_PLACE_ACTIONS | TEMPLATE_ACTIONS,
        ),  # so that the tag of one cluster may ask for it
        ({**EVERYTHING, **SET_UP}, "replace", IN_PLACE_ACTIONS | REFRESH_ACTIONS | TEMPLATE_ACTIONS),
    ],
)
def test_each_capability_of_updates_is_granted_where_a_parameter_asks_for_it(
    parameters: dict[str, str], may_update: str, granted_too: set[str]
) -> None:
    given = {**LIVE, **OFF, **parameters}
    loaded = Stack.load(ROOT / "template.yaml", given, stack="ballast", account="123456789012", region="us-east-1")
    [update] = [spec for spec in loaded.functions if spec.name == "UpdateBottlerocket"]
    actions = {a for s in deployed(given)["UpdateBottlerocket"].statements for a in s.actions}

    assert actions & (IN_PLACE_ACTIONS | REFRESH_ACTIONS | TEMPLATE_ACTIONS) == granted_too
    assert update.environment["MAY_UPDATE"] == may_update
    assert update.environment["MAY_CHANGE_LAUNCH_TEMPLATES"] == ("true" if granted_too & TEMPLATE_ACTIONS else "false")
