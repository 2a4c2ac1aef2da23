"""What a task asks of its host, as its definition says; each is read once."""

from __future__ import annotations

from typing import Any

from ballast.aws.task_definitions import demands_of
from ballast.facts.demands import Demands
from tests.aws_stubs import Stubs

ARN = "arn:aws:ecs:eu-central-1:123456789012:task-definition/api:"


def describes(aws: Stubs, arn: str, **definition: Any) -> None:
    aws.answers("ecs", "describe_task_definition", {"taskDefinition": arn}, {"taskDefinition": definition})


def test_attributes_expressions_gpus_and_an_interface_are_what_it_asks_for(aws: Stubs) -> None:
    gpu = {"type": "GPU", "value": "2"}
    describes(
        aws,
        f"{ARN}1",
        networkMode="awsvpc",
        requiresAttributes=[{"name": "ecs.capability.x"}],
        placementConstraints=[{"type": "memberOf", "expression": "attribute:a == b"}],
        containerDefinitions=[
            {"resourceRequirements": [gpu]},
            {"resourceRequirements": [gpu, {"type": "InferenceAccelerator", "value": "7"}]},
        ],
    )

    assert demands_of([f"{ARN}1"]) == {
        f"{ARN}1": Demands(frozenset({"ecs.capability.x"}), ("attribute:a == b",), 4, own_interface=True)
    }


def test_a_revision_never_changes_so_it_is_read_once(aws: Stubs) -> None:
    describes(aws, f"{ARN}1")

    assert demands_of([f"{ARN}1", f"{ARN}1"]) == demands_of([f"{ARN}1"]) == {f"{ARN}1": Demands()}


def test_one_that_cannot_be_read_is_left_out_and_asked_for_again(aws: Stubs) -> None:
    aws.refuses("ecs", "describe_task_definition", "ClientException")
    describes(aws, f"{ARN}2")

    assert demands_of([f"{ARN}1", f"{ARN}2"]) == {f"{ARN}2": Demands()}

    describes(aws, f"{ARN}1")
    assert demands_of([f"{ARN}1"]) == {f"{ARN}1": Demands()}
