"""Which value has each parameter of the template? The given one or its default, checked as CloudFormation checks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator.delivery.cloudformation import NO_VALUE, Resolver


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Values by name; lists for CommaDelimitedList, text for everything else.

    Raises ValueError naming a parameter that does not exist, has no value, or has a value that is not allowed.
    """
    for name in given:
        if name not in declared:
            raise ValueError(f"The template has no parameter {name}.")
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        if name not in given and "Default" not in declaration:
            raise ValueError(f"Parameter {name} has no default and was not given.")
        text = str(given.get(name, declaration.get("Default")))
        is_list = declaration["Type"] == "CommaDelimitedList"
        parts = [part.strip() for part in text.split(",")] if is_list else [text]
        for part in parts:
            _check(name, declaration, part)
        values[name] = parts if is_list else text
    return values


def _check(name: str, declaration: Mapping[str, Any], value: str) -> None:
    allowed = [str(each) for each in declaration.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise ValueError(f"Parameter {name} is {value!r}; allowed are {', '.join(allowed)}.")
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        raise ValueError(f"Parameter {name} is {value!r}, which does not match {pattern}.")
    if len(value) > int(declaration.get("MaxLength", len(value))):
        raise ValueError(f"Parameter {name} is longer than {declaration['MaxLength']} characters.")
    if declaration["Type"] == "Number" and not (
        float(declaration.get("MinValue", "-inf")) <= float(value) <= float(declaration.get("MaxValue", "inf"))
    ):
        raise ValueError(f"Parameter {name} is {value}, which is out of its range.")


def check_rules(rules: Mapping[str, Any], resolver: Resolver) -> None:
    """Raise ValueError with the words of the first assertion about the parameters that does not hold.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    for name, rule in rules.items():
        if resolver.resolve(rule.get("RuleCondition", True)):
            for each in rule["Assertions"]:
                if not resolver.resolve(each["Assert"]):
                    raise ValueError(f"Rule {name}: {each.get('AssertDescription', 'its assertion does not hold')}")


def pseudo_parameters(stack: str, account: str, region: str, partition: str = "aws") -> dict[str, Any]:
    """The AWS:: names that every template may use."""
    return {
        "AWS::AccountId": account,
        "AWS::NoValue": NO_VALUE,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/simulated",
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
    }
