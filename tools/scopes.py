"""A statement's resources and conditions in words. Whatever has none yet is a ValueError, so that no row can be silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {
    "AWS::DynamoDB::Table": "table",
    "AWS::KMS::Key": "key",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
}
# (service, what follows the account in the ARN): in words. All are of the stack's own account and Region.
ARNS = {
    ("autoscaling", "autoScalingGroup:*"): "Auto Scaling groups",
    ("cloudwatch", "alarm:*"): "CloudWatch alarms",
    ("ec2", "fleet/*"): "EC2 fleets",
    ("ec2", "image/*"): "images",
    ("ec2", "instance/*"): "EC2 instances",
    ("ec2", "launch-template/*"): "launch templates",
    ("ecs", "cluster/*"): "ECS clusters",
    ("ecs", "service/*"): "ECS services",
    ("events", "event-bus/default"): "the default event bus",
    ("iam", "role/*"): "IAM roles",
    ("ssm", "document/*"): "Systems Manager documents",
    ("ssm", "parameter/aws/service/bottlerocket/*"): "AWS's public parameters below `/aws/service/bottlerocket/`",
}
PSEUDO = {"${AWS::Partition}": "aws", "${AWS::Region}": "here", "${AWS::AccountId}": "own"}
# Kinds whatever the partition, Region and account.
ANYWHERE = {
    "arn:*:ec2:*:*:image/*": "images",
    "arn:*:ec2:*:*:launch-template/*": "launch templates",
}
# What a condition compares, around its values.
CONDITIONS = {
    ("ForAllValues:StringEquals", "dynamodb:LeadingKeys"): "partition {}",
    ("ForAllValues:StringLike", "dynamodb:LeadingKeys"): "partition {}",
    ("ForAllValues:StringNotLike", "dynamodb:LeadingKeys"): "all partitions but {}",
    ("StringEquals", "ec2:CreateAction"): "as part of {}",
    ("StringEquals", "ec2:Owner"): "owned by {}",
    ("StringEquals", "events:detail-type"): "detail-type {}",
    ("StringEquals", "events:source"): "source {}",
    ("StringEquals", "iam:PassedToService"): "passed to {}",
    ("StringLike", "ecs:cluster"): "in {}",
}
NOTHING = {"Ref": "AWS::NoValue"}
TAG_KEYS = ("aws:ResourceTag/", "ssm:resourceTag/")


@dataclass(frozen=True, slots=True)
class Scopes:
    """Of one template, as plain values with long-form intrinsic functions."""

    template: Mapping[str, Any]

    def holds(self, condition: str, *, negated: bool = False) -> str:
        """When a condition of the template holds: `P` is `v`, `P` is set."""
        return self._holds(condition, self.template["Conditions"][condition], negated=negated)

    def _holds(self, name: str, value: Any, *, negated: bool) -> str:
        match value:
            case {"Condition": other}:
                return self.holds(other, negated=negated)
            case {"Fn::And": [*parts]} | {"Fn::Or": [*parts]}:
                joint = " and " if ("Fn::And" in value) != negated else " or "
                words = [self._holds(name, part, negated=negated) for part in parts]
                return joint.join(f"({each})" if " or " in each and joint == " and " else each for each in words)
            case _:
                return _compares(name, value, negated=negated)

    def resource(self, value: Any) -> str:
        match value:
            case "*":
                return "any resource"
            case str() if value in ANYWHERE:
                return ANYWHERE[value]
            case {"Fn::Sub": str(arn)}:
                return self._arn(arn)
            case {"Ref": name} | {"Fn::GetAtt": [name, "Arn"]} if name in self.template["Resources"]:
                return f"{_known(KINDS, self.template['Resources'][name]['Type'])} `{name}`"
            case {"Ref": parameter} if parameter in self.template["Parameters"]:
                return f"what `{parameter}` names"
            case {"Fn::Split": [",", joined]}:
                [parameter] = _parameters(joined)
                return f"what `{parameter}` names"
            case {"Fn::If": [name, when, otherwise]}:
                return f"{self.resource(when)} if {self.holds(name)}, else {self.resource(otherwise)}"
            case _:
                raise ValueError(f"resource {value} has no words yet in tools/scopes.py")

    def condition(self, value: Mapping[str, Any]) -> str:
        if "Fn::If" in value:
            name, when, otherwise = value["Fn::If"]
            if when == NOTHING:
                return f"if {self.holds(name, negated=True)}: {self.condition(otherwise)}"
            return f"if {self.holds(name)}: {self.condition(when)}; else: {self.condition(otherwise)}"
        return " and ".join(
            self._compared(operator, key, operand)
            for operator, comparison in value.items()
            for key, operand in comparison.items()
        )

    def _compared(self, operator: str, key: str, operand: Any) -> str:
        if (operator, key, operand) == ("Null", "ec2:LaunchTemplate", "false"):
            return "by a launch template"
        tag = next((key.removeprefix(start) for start in TAG_KEYS if key.startswith(start)), None)
        if tag and (operator, operand) == ("Null", "false"):
            return f"those that carry the tag `{tag}`"
        if tag and operator == "StringEquals":
            return f"those tagged `{tag}={operand}`"
        return _known(CONDITIONS, (operator, key)).format(self._operand(operand))

    def _operand(self, value: Any) -> str:
        match value:
            case str():
                return f"`{value}`"
            case [*several]:
                return " or ".join(self._operand(each) for each in several)
            case {"Fn::If": [name, when, otherwise]}:
                return f"{self._operand(when)} if {self.holds(name)}, else {self._operand(otherwise)}"
            case {"Fn::Split": [",", joined]}:
                [parameter] = _parameters(joined)
                return f"the clusters that `{parameter}` names"
            case {"Fn::Sub": "ec2.${AWS::URLSuffix}"}:
                return "EC2"
            case {"Fn::Sub": str(arn)}:
                return f"any of the {self._arn(arn)}"
            case _:
                raise ValueError(f"the operand {value} of a condition has no words yet in tools/scopes.py")

    def _arn(self, arn: str) -> str:
        for pseudo, plain in PSEUDO.items():
            arn = arn.replace(pseudo, plain)
        _, _, service, region, account, rest = arn.split(":", 5)
        start, _, name = rest.partition("/${")
        if name and name.removesuffix("}") in self.template["Resources"]:
            return f"the stack's {start} `{name.removesuffix('}')}`"
        if region not in ("here", "") or account not in ("own", "", "*"):
            raise ValueError(f"the account and Region of {arn} have no words yet in tools/scopes.py")
        return _known(ARNS, (service, rest)) + (" of any account" if account == "*" else "")


def _compares(condition: str, value: Any, *, negated: bool) -> str:
    match value:
        case {"Fn::Equals": [compared, str(text)]}:
            pass
        case {"Fn::Not": [{"Fn::Equals": [compared, str(text)]}]}:
            negated = not negated
        case other:
            raise ValueError(f"condition {condition} has no words yet in tools/scopes.py: {other}")
    [parameter] = _parameters(compared)
    if not text:
        return f"`{parameter}` is {'set' if negated else 'empty'}"
    return f"`{parameter}` is {'not ' if negated else ''}`{text}`"


def _parameters(value: Any) -> set[str]:
    """The names that an intrinsic function refers to."""
    match value:
        case {"Ref": name}:
            return {name}
        case dict():
            return {name for each in value.values() for name in _parameters(each)}
        case list():
            return {name for each in value for name in _parameters(each)}
        case _:
            return set()


def _known[K](words: Mapping[K, str], key: K) -> str:
    if key not in words:
        raise ValueError(f"{key} has no words yet in tools/scopes.py")
    return words[key]
