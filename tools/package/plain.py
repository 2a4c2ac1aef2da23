"""The template without its transform, whose functions and layer come from a bucket that parameters name.

StackSets that AWS Organizations manages cannot play a transform, and without one CAPABILITY_IAM is all that has to be
acknowledged: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-custom-execution-role.html
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
PYTHON_OF_SAM = ROOT / ".venv-sam" / "bin" / "python"
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
MANAGED_POLICY = re.compile(r"arn:aws:iam::aws:policy/\S+")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_BYTES, MOST_PARAMETERS, MOST_RESOURCES = 1024 * 1024, 200, 500

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; no dot, which https would not match.
BUCKET = "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
PREFIX = "([A-Za-z0-9._-]+/)*"
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "CodeBucket": {
        "Type": "String",
        "Description": "S3 bucket in this Region, readable for whoever deploys, that holds the packaged code.",
        "AllowedPattern": BUCKET,
        "ConstraintDescription": "must be the name of an S3 bucket without dots",
    },
    "CodeBucketPerRegion": {
        "Type": "String",
        "Description": "Whether there is a bucket for each Region, called CodeBucket, a hyphen and the Region.",
        "AllowedValues": ["true", "false"],
        "Default": "false",
    },
    "CodePrefix": {
        "Type": "String",
        "Description": "What the keys of the packaged code begin with; empty, or ending in a slash.",
        "AllowedPattern": PREFIX,
        "ConstraintDescription": "must be empty, or names that each end in a slash",
        "Default": "ballast/",
        "MaxLength": 400,
    },
}
CONDITION = {"HasCodeBucketPerRegion": {"Fn::Equals": [{"Ref": "CodeBucketPerRegion"}, "true"]}}


def coded(template: Mapping[str, Any]) -> list[str]:
    """The logical ids of what has code."""
    return [name for name, resource in template["Resources"].items() if resource["Type"] in CODE]


def plain(template: Mapping[str, Any], zips: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, Any]:
    """`zips`: the archive of each logical id that has code; `defaults`: of the parameters above."""
    changed = deepcopy(dict(template))
    changed["Metadata"].pop("AWS::ServerlessRepo::Application", None)  # which takes a SAM template
    for name in coded(template):
        resource = changed["Resources"][name]
        resource["Properties"][CODE[resource["Type"]]] = {
            "Bucket": _bucket(),
            "Key": {"Fn::Sub": f"${{CodePrefix}}{zips[name]}"},
        }
        resource.pop("Metadata", None)  # how it is built
    known = {name: {**about, **_default(defaults.get(name))} for name, about in PARAMETERS.items()}
    changed["Parameters"] = {**changed["Parameters"], **known}
    changed["Conditions"] = {**changed.get("Conditions", {}), **CONDITION}
    groups = changed["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    groups.append({"Label": {"default": "Code"}, "Parameters": list(PARAMETERS)})
    found: dict[str, Any] = _of_any_partition(_transformed(changed))
    return found


def _default(value: str | None) -> dict[str, str]:
    return {} if value is None else {"Default": value}


def _bucket() -> dict[str, Any]:
    own = {"Fn::Sub": "${CodeBucket}-${AWS::Region}"}
    return {"Fn::If": ["HasCodeBucketPerRegion", own, {"Ref": "CodeBucket"}]}


def _transformed(template: Mapping[str, Any]) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own program
        [str(PYTHON_OF_SAM), str(Path(__file__).with_name("sam_transform.py"))],
        input=json.dumps(template, default=str),
        env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"},  # whose partition is then taken out again
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ValueError(f"SAM's transform does not take the template: {last}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _of_any_partition(value: Any) -> Any:
    """The transform writes the partition of one Region into the managed policies of each role."""
    match value:
        case str() if MANAGED_POLICY.fullmatch(value):
            return {"Fn::Sub": value.replace("arn:aws:", "arn:${AWS::Partition}:", 1)}
        case dict():
            return {key: _of_any_partition(each) for key, each in value.items()}
        case list():
            return [_of_any_partition(each) for each in value]
        case _:
            return value


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - each is written where it stands
        return True


def text_of(template: Mapping[str, Any]) -> str:
    """As YAML; ValueError when CloudFormation would not take so much."""
    text = yaml.dump(template, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
    sizes = (
        (len(text.encode()), MOST_BYTES, "bytes"),
        (len(template["Parameters"]), MOST_PARAMETERS, "parameters"),
        (len(template["Resources"]), MOST_RESOURCES, "resources"),
    )
    for size, most, what in sizes:
        if size > most:
            raise ValueError(f"the template has {size:,} {what}, and CloudFormation takes {most:,} at most")
    return text
