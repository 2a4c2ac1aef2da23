"""The built template, as the emulator takes it, and the stack that came of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load
from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.delivery.template import Stack
from simulator.iam.policy import Policy
from simulator.iam.roles import Roles
from simulator.serve.bus import client_at
from simulator.world import World
from tests.builders import ROOT
from tests.e2e.sabotages import SABOTAGES

NAME = "ballast"
REFUSED = {"AWS::SSM::Document"}  # by the emulator, which then refuses the whole stack
BUILT = ROOT / ".aws-sam" / "build"


class DeployError(Exception):
    """Says what failed and where the log is."""


def for_the_emulator(built: Path, target: Path, gateway: str, *, spoiled: bool) -> None:
    """Without what the emulator refuses, names in its place; and each function asks the gateway in its own name.

    `spoiled`: by the sabotage that the environment names, if any.
    """
    template = load(built)
    template["Metadata"].pop("AWS::ServerlessRepo::Application", None)  # files beside the template, which moves
    gone = {name for name, resource in template["Resources"].items() if _is_refused(resource)}
    for name in gone:
        del template["Resources"][name]
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            variables = properties.setdefault("Environment", {}).setdefault("Variables", {})
            variables["AWS_ENDPOINT_URL"] = f"{gateway}/by/{name}"
        for place in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(place), str):
                properties[place] = str((built.parent / properties[place]).resolve())
    if spoiled and (sabotage := os.environ.get("BALLAST_SABOTAGE")):
        SABOTAGES[sabotage](template, target.parent)
    target.write_text(json.dumps(_without(template, gone), default=str))


def _is_refused(resource: Mapping[str, Any]) -> bool:
    """Also alarms on a metric that is computed."""
    return resource["Type"] in REFUSED or "Metrics" in resource.get("Properties", {})


def _without(value: Any, gone: set[str]) -> Any:
    match value:
        case {"Ref": str(name)} if name in gone:
            return f"{NAME}-{name}"
        case {"Fn::Sub": str(text)}:
            for name in gone:
                text = text.replace(f"${{{name}}}", f"{NAME}-{name}")
            return {"Fn::Sub": text}
        case dict():
            return {key: _without(each, gone) for key, each in value.items()}
        case list():
            return [_without(each, gone) for each in value]
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Deployed:
    """`ids` are physical ids by logical ones; `spec` is the template as the simulator reads it."""

    emulator: str
    ids: Mapping[str, str]
    kinds: Mapping[str, str]
    outputs: Mapping[str, str]
    spec: Stack

    def client(self, service: str) -> Any:
        return client_at(self.emulator, service)

    def of(self, kind: str) -> list[str]:
        return [name for name, each in self.kinds.items() if each == kind]

    def roles(self, world: World) -> Roles:
        """The roles as CloudFormation resolved them, judged by the simulator's evaluator."""
        tables = {self.ids[n]: self._properties(n) for n in self.of("AWS::DynamoDB::Table")}
        stack = replace(self.spec, tables=tables, topic_keys={})
        roles = Roles(stack, world)
        roles.hold({function: self.policy(function) for function in self.of("AWS::Lambda::Function")})
        return roles

    def policy(self, function: str) -> Policy:
        iam = self.client("iam")
        role = self.ids[f"{function}Role"]
        documents = [
            iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            if f":{ACCOUNT}:policy/" in attached["PolicyArn"]:
                policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
                version = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
                documents.append(iam.get_policy_version(**version)["PolicyVersion"]["Document"])
        return Policy.read(documents)

    def _properties(self, name: str) -> Mapping[str, Any]:
        [found] = [p for n, p in self.spec.tables.items() if n.endswith(f"-{name}")]
        return found


def given(parameters: Mapping[str, str]) -> list[str]:
    """Arguments of a deployment that no samconfig.toml tells anything."""
    options = ["--stack-name", NAME, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--parameter-overrides"]
    return [*options, *(f"{name}={json.dumps(value)}" for name, value in parameters.items())]


def deploy(template: Path, arguments: Sequence[str], logs: Path, env: Mapping[str, str]) -> None:
    """A real `sam deploy`, which asks nobody."""
    command = [str(ROOT / ".venv-sam/bin/sam"), "deploy", "--template-file", str(template), *arguments]
    command += ["--no-confirm-changeset", "--no-fail-on-empty-changeset"]
    with (logs / "deploy.log").open("ab") as out:
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=dict(env), cwd=logs, stdout=out, stderr=subprocess.STDOUT, timeout=600, check=False
        )
    if done.returncode:
        raise DeployError(f"sam deploy failed; what it said is in {logs / 'deploy.log'}.")


def deployed(emulator: str, template: Path, parameters: Mapping[str, str]) -> Deployed:
    client = client_at(emulator, "cloudformation")
    [stack] = client.describe_stacks(StackName=NAME)["Stacks"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName=NAME)
    found = [each for page in pages for each in page["StackResourceSummaries"]]
    return Deployed(
        emulator,
        {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found},
        {each["LogicalResourceId"]: each["ResourceType"] for each in found},
        {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())},
        Stack.load(template, parameters, stack=NAME, account=ACCOUNT, region=REGION),
    )
