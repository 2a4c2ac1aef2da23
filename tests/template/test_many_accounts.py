"""docs/many-accounts.md: each command, with its values, is a call that botocore's own validation lets through."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from botocore.validate import ParamValidator

from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tests.template.test_commands import GLOBAL, code_of, operations_of

PAGE = ROOT / "docs" / "many-accounts.md"
COMMANDS = [
    line.strip() for code in code_of(PAGE) for line in code.splitlines() if re.match(r"\s*aws [a-z3]+ [a-z-]+ -", line)
]
TEMPLATE = load(ROOT / "template.yaml")


def call_of(command: str) -> tuple[StructureShape, dict[str, Any]]:
    """What the operation takes, and what the command line makes of the words."""
    _, service, name, *words = shlex.split(command)
    shape = operations_of(service)[name].input_shape
    assert shape is not None
    members = {xform_name(each, "-"): each for each in shape.members}
    found: dict[str, Any] = {}
    while words:
        flag = words.pop(0)
        values = [words.pop(0) for _ in range(_until_flag(words))]
        if flag in GLOBAL:
            continue
        if member := members.get(flag.removeprefix("--no-")):
            found[member] = False
            continue
        member = members[flag.removeprefix("--")]
        if not values[0].startswith("file://"):
            found[member] = _read(shape.members[member], values)
    return shape, found


def _until_flag(words: list[str]) -> int:
    return next((at for at, word in enumerate(words) if word.startswith("--")), len(words))


def _read(shape: Shape, values: list[str]) -> Any:
    """JSON, `Key=Value,Key=Value`, or words: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html"""
    if shape.type_name == "string":
        return values[0]
    if values[0][0] in "[{":
        return json.loads(values[0])
    if isinstance(shape, ListShape) and shape.member.type_name == "structure":
        return [dict(pair.split("=", 1) for pair in value.split(",")) for value in values]
    return values


@pytest.mark.parametrize("command", COMMANDS)
def test_botocore_takes_every_call_of_the_page(command: str) -> None:
    shape, parameters = call_of(command)
    report = ParamValidator().validate(parameters, shape)

    assert not report.has_errors(), report.generate_report()


def test_the_calls_of_the_page_are_found() -> None:
    assert {command.split()[2] for command in COMMANDS} >= {
        *("create-stack-set", "create-stack-instances", "update-stack-set", "update-stack-instances"),
        *("delete-stack-instances", "list-stack-instances", "put-permission", "put-rule", "put-targets"),
    }


@pytest.mark.parametrize(
    "command",
    [
        "aws cloudformation create-stack-instances --stack-set-name b --regions r --operation-preferences '{\"Order\": []}'",
        "aws cloudformation create-stack-instances --stack-set-name b --regions r --deployment-targets '[\"ou-1\"]'",
        "aws cloudformation update-stack-instances --stack-set-name b --regions r --parameter-overrides Key=A,Value=b",
    ],
)
def test_a_value_that_aws_would_refuse_is_seen(command: str) -> None:
    shape, parameters = call_of(command)

    assert ParamValidator().validate(parameters, shape).has_errors()


def test_every_parameter_that_the_page_sets_is_one_and_has_a_value_that_the_template_takes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    of_file = re.findall(r'"ParameterKey": "(\w+)", "ParameterValue": "([^"]*)"', text)
    set_by_page = of_file + re.findall(r"ParameterKey=(\w+),ParameterValue=(\S+)", text)

    assert len(set_by_page) >= 4
    for name, value in set_by_page:
        about = TEMPLATE["Parameters"][name]
        assert value in about.get("AllowedValues", [value])
        assert re.fullmatch(about.get("AllowedPattern", ".*"), value)


def test_a_stack_is_looked_for_by_a_parameter_that_it_has() -> None:
    [name] = re.findall(r"ParameterKey=='(\w+)'", PAGE.read_text(encoding="utf-8"))

    assert name in TEMPLATE["Parameters"]


def test_nothing_in_the_template_has_a_name_that_a_second_region_would_collide_with() -> None:
    """IAM is of an account, not of a Region; and StackSets need no CAPABILITY_NAMED_IAM."""
    named = [
        name
        for name, each in TEMPLATE["Resources"].items()
        if each["Type"].startswith("AWS::IAM::") and {"RoleName", "ManagedPolicyName"} & each["Properties"].keys()
    ]

    assert named == []
