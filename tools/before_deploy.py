"""`make deploy` asks this first: what would go wrong is one sentence now, not half an hour or a month later.

It reads samconfig.toml as SAM does and asks AWS two to three questions. What it cannot see: a stack that does not have
Ballast's parameters (copied into another template under other names), one that is deployed at the same moment, and a cluster
that is named by one stack today and tagged for another tomorrow.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ProfileNotFound

from ballast.policy.settings import MANAGED_TAG
from ballast_cli.doctor.asks.stack import EMPTY_STATES, OURS
from ballast_cli.doctor.checks.stack import shared_clusters
from ballast_cli.doctor.snapshot import names_of
from tools.settings_tables import EVERY

CONFIG = Path("samconfig.toml")
ROWS = {row.parameter: row for row in EVERY if row.parameter}
# SAM takes quotes around a value away, and backslashes in front of a blank or a quote (samcli/cli/types.py).
CHANGED_BY_SAM = re.compile(r"""(?s)(["']).*\1|.*\\[ "'].*|["']""")


class RefusedError(Exception):
    """In one sentence: what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What samconfig.toml says of one; `region` and `profile` are None where it leaves them to the shell."""

    stack: str
    parameters: Mapping[str, str]
    region: str | None
    profile: str | None


def read_environment(config: Path, name: str) -> Environment:
    """RefusedError for an environment that is not there, and for a parameter that is unknown or would not arrive."""
    content = tomllib.loads(config.read_text(encoding="utf-8"))
    environments = [each for each, value in content.items() if isinstance(value, dict)]
    if name not in environments:
        known = ", ".join(environments)
        raise RefusedError(f"{config.name} has no environment {name!r}; it has {known}: choose one with ENV=")
    section = content[name]
    said = {**_parameters_of(section, "global"), **_parameters_of(section, "deploy")}
    overrides = said.get("parameter_overrides", {})
    table = f"[{name}.deploy.parameters.parameter_overrides]"
    if not isinstance(overrides, dict):
        raise RefusedError(f"parameter_overrides of {name} in {config.name} is no table, and SAM would cut it at blanks: "
            f"write {table} and a line for each parameter")  # fmt: skip
    for parameter, value in overrides.items():
        why = objection_to(parameter, value)
        if why:
            raise RefusedError(f"{parameter} in {table} of {config.name} {why}")
    if "stack_name" not in said:
        raise RefusedError(f"{config.name} has no stack_name for {name}: add it below [{name}.global.parameters]")
    return Environment(said["stack_name"], overrides, said.get("region"), said.get("profile"))


def _parameters_of(section: Mapping[str, Any], command: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = section.get(command, {}).get("parameters", {})
    return found


def objection_to(parameter: str, value: Any) -> str | None:
    """What is wrong with it, in words that follow its name."""
    row = ROWS.get(parameter)
    if row is None:
        return "is no parameter of the template, and SAM would leave it out without a word"
    if not isinstance(value, str):
        return f"is {value!r}, and SAM would make another text of it: put it in quotes"
    if CHANGED_BY_SAM.fullmatch(value):
        return f"is {value!r}, of which SAM would take the quotes or backslashes away"
    try:
        row.reader.read(value)
    except ValueError:
        return f"is {value!r} but must be {row.reader.expected}"
    return None


class Account:
    """AWS as the environment reaches it."""

    def __init__(self, environment: Environment) -> None:
        self._session = boto3.Session(profile_name=environment.profile, region_name=environment.region)
        self.region = self._session.region_name

    def client(self, service: str) -> Any:
        named: Any = service  # any of those that boto3 knows
        return self._session.client(named)

    def stacks(self) -> list[Mapping[str, Any]]:
        """Those of Ballast, whatever they are called."""
        pages = self.client("cloudformation").get_paginator("describe_stacks").paginate()
        found = [stack for page in pages for stack in page["Stacks"] if stack["StackStatus"] not in EMPTY_STATES]
        return [stack for stack in found if _values(stack).keys() >= OURS]

    def tagged(self, names: frozenset[str]) -> frozenset[str]:
        """Which of the clusters carry the tag."""
        if not names:
            return frozenset()
        answer = self.client("ecs").describe_clusters(clusters=sorted(names), include=["TAGS"])
        tag = {"key": MANAGED_TAG, "value": "true"}
        return frozenset(each["clusterName"] for each in answer["clusters"] if tag in each.get("tags", []))


def _values(stack: Mapping[str, Any]) -> dict[str, str]:
    return {each["ParameterKey"]: each.get("ParameterValue", "") for each in stack.get("Parameters", [])}


def check_account(environment: Environment, account: Account) -> str | None:
    """RefusedError when it cannot be deployed there; a sentence about what could not be seen, or None."""
    if account.region is None:
        raise RefusedError(
            "no Region is set: set AWS_DEFAULT_REGION (AWS_REGION is not read), or the Region of your AWS profile"
        )
    account.client("sts").get_caller_identity()
    try:
        _check_neighbours(environment, account)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return f"Whether another stack manages the same clusters is not known: AWS answered {code} to {error.operation_name}."
    return None


def _check_neighbours(environment: Environment, account: Account) -> None:
    deployed = {stack["StackName"]: _values(stack)["ManagedClusters"] for stack in account.stacks()}
    ours = names_of(environment.parameters.get("ManagedClusters", deployed.pop(environment.stack, "")))
    deployed.pop(environment.stack, None)
    for name, value in sorted(deployed.items()):
        theirs = names_of(value)
        tagged = account.tagged(ours | theirs) if bool(ours) is not bool(theirs) else frozenset()
        shared = shared_clusters(ours, theirs, tagged)
        if shared:
            raise RefusedError(f"stack {name} in {account.region} already manages {shared}, and two stacks would undo each "
                f"other's work: set ManagedClusters so that no cluster is in both, or remove {name}")  # fmt: skip


def main(name: str, config: Path = CONFIG, reach: Callable[[Environment], Account] = Account) -> int:
    """0 when nothing speaks against deploying the environment of that name, else 1 after one sentence."""
    try:
        environment = read_environment(config, name)
        unseen = check_account(environment, reach(environment))
    except RefusedError as error:
        return _refuse(f"{error}")
    except (ProfileNotFound, NoRegionError) as error:
        return _refuse(f"{error}".rstrip("."))
    except NoCredentialsError:
        return _refuse("no AWS credentials are found: log in (aws sso login, aws configure), or set AWS_PROFILE")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return _refuse(f"AWS does not take your credentials ({code} to {error.operation_name}): log in again")
    except BotoCoreError as error:
        return _refuse(f"AWS cannot be asked: {' '.join(str(error).split()).rstrip('.')}")
    if unseen:
        print(unseen, file=sys.stderr)  # noqa: T201 - the answer of a command
    return 0


def _refuse(why: str) -> int:
    print(f"Not deployed: {why}.", file=sys.stderr)  # noqa: T201 - the answer of a command
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
