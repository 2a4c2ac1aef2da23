"""Each function's role allows exactly what its code calls, and nothing broader than it has to be."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from simulator.delivery.cloudformation import load
from simulator.delivery.policies import managed
from simulator.scenarios import scenarios
from simulator.stage import Stage
from tests.builders import ROOT

TEMPLATE = load(ROOT / "template.yaml")
LAYER = ROOT / "layers" / "shared"
FUNCTIONS = {
    "AnswerSlack": "answer_slack",
    "DrainInstance": "drain_instance",
    "ObeyClick": "obey_click",
    "PublishNotification": "publish_notification",
    "RebalanceCapacity": "rebalance_capacity",
    "UpdateBottlerocket": "update_bottlerocket",
    "WatchBottlerocket": "watch_bottlerocket",
}
SHARING = (
    "ObeyClick",
    "RebalanceCapacity",
    "UpdateBottlerocket",
    "WatchBottlerocket",
)  # they share adapters of which they use a part
# What an operation needs where it is not the action of its own name.
NEEDS = {
    "sqs:SendMessageBatch": {"sqs:SendMessage"},
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"},
}
# What no call of ours names: SNS uses the topic's key on our behalf; Powertools Parameters reads the secret. Prices have a
# client of another Region.
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
# Auto Scaling asks whether who gives a group a version of a launch template might launch from it.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
UNNAMED = {
    "kms:GenerateDataKey",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",  # by Powertools, as the secret
    "ec2:CreateFleet",
    "pricing:GetProducts",
    "ec2:RunInstances",
    "ec2:CreateTags",
    "iam:PassRole",
}
WRITES = ("Update", "Deregister", "Stop", "Put", "Complete", "Record", "Set", "Terminate", "Launch")


def statements(function: str) -> list[dict[str, Any]]:
    """With those that a condition adds."""
    [policy] = TEMPLATE["Resources"][function]["Properties"]["Policies"]
    documents = [each["Properties"]["PolicyDocument"] for _, each in managed(function, TEMPLATE["Resources"])]
    found = []
    for each in [each for document in (policy, *documents) for each in document["Statement"]]:
        options = each["Fn::If"][1:] if "Fn::If" in each else [each]
        found += [option for option in options if "Sid" in option]
    return found


def actions(statement: dict[str, Any]) -> set[str]:
    """With those that a condition adds."""
    listed = statement["Action"]
    each = [listed] if isinstance(listed, str) else listed
    return {action if isinstance(action, str) else action["Fn::If"][1] for action in each}


def allowed(function: str) -> set[str]:
    return {action for each in statements(function) if each["Effect"] == "Allow" for action in actions(each)}


def needed(operations: set[str]) -> set[str]:
    return {action for operation in operations for action in NEEDS.get(operation, {operation})}


@cache
def operations_of(service: str) -> dict[str, str]:
    """Method of the boto3 client -> service:Operation."""
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): f"{service}:{name}" for name in model.operation_names}


def called_in(module: Path) -> set[str]:
    """Operations of the services whose client the module asks for: `client("ecs")…stop_task` or a paginator."""
    tree = ast.parse(module.read_text())
    services, names = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(service))]):
                services.add(service)
            case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(name))]):
                names.add(name)
            case ast.Attribute(attr=name):
                names.add(name)
            case _:
                pass
    return {operations_of(service)[name] for service in services for name in names & operations_of(service).keys()}


def imported_by(module: Path, seen: set[Path]) -> set[Path]:
    """The modules of ours that loading this one loads."""
    if module in seen:
        return seen
    seen.add(module)
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ballast"):
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                path = LAYER / f"{name.replace('.', '/')}.py"
                if path.is_file():
                    imported_by(path, seen)
    return seen


def called_by(function: str) -> set[str]:
    modules = imported_by(ROOT / "functions" / FUNCTIONS[function] / "handler.py", set())
    return {operation for module in modules for operation in called_in(module)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_role_allows_exactly_what_the_code_calls(function: str) -> None:
    wanted = needed(called_by(function))

    assert allowed(function) - wanted - UNNAMED == set()
    if function not in SHARING:
        assert wanted - allowed(function) == set()


@pytest.mark.parametrize("name", ["tour", "update", "bad-update"])
def test_what_a_fleet_makes_the_functions_call_is_allowed(name: str) -> None:
    """A tour with Spot interruptions, a scale-in, a retirement and a lost agent; updates that go well and that do not."""
    with Stage(scenarios()[name], seed=1) as stage:
        stage.play()
        calls = {(call.function, f"{call.service}:{call.operation}") for call in stage.deployment.calls}

    for function in FUNCTIONS.keys() - {"AnswerSlack", "ObeyClick"}:  # nobody may press in these
        made = {operation for caller, operation in calls if caller == function}
        assert made
        assert needed(made) <= allowed(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_changes_something_is_bound_to_a_cluster_or_a_tag(function: str) -> None:
    for statement in statements(function):
        changes = {a for a in actions(statement) if a.startswith(("ecs:", "autoscaling:")) and is_write(a)}
        if changes and "Condition" not in statement:  # only where clusters are named, which are its resource
            assert {each["Fn::If"][0] for each in statement["Action"] if isinstance(each, dict)} == {"NamesClusters"}
            assert changes == {each["Fn::If"][1] for each in statement["Action"] if isinstance(each, dict)}
            assert statement["Resource"]["Fn::If"][0] == "NamesClusters"
        elif changes:
            assert "ecs:cluster" in str(statement["Condition"]) or "aws:ResourceTag/" in str(statement["Condition"])


def is_write(action: str) -> bool:
    return action.partition(":")[2].startswith(WRITES)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_aws_cannot_narrow_is_allowed_on_every_resource(function: str) -> None:
    for statement in statements(function):
        if statement.get("Resource") == "*" and "Condition" not in statement:
            assert not any(is_write(action) for action in actions(statement))
        assert not any("*" in action for action in actions(statement))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_statement_says_what_it_is_for(function: str) -> None:
    sids = [statement["Sid"] for statement in statements(function)]

    assert len(set(sids)) == len(sids)
