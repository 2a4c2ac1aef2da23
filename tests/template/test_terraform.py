"""The Terraform module deploys the packaged template: its variables are the template's parameters, and null leaves the default.

Terraform evaluates what needs no provider, where it is installed. The provider of AWS is not asked: nothing here has one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest

from simulator.delivery.cloudformation import load
from simulator.delivery.parameters import parameter_values
from tests.builders import ROOT
from tools.package.plain import PARAMETERS as OF_THE_PACKAGE
from tools.terraform import type_of, variable_of

MODULE = ROOT / "terraform"
FILES = sorted(MODULE.glob("*.tf"))
PARAMETERS = load(ROOT / "template.yaml")["Parameters"]
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs, of each what is used of it.
ATTRIBUTES = {
    "aws_region": set(),
    "aws_s3_bucket": {"bucket"},
    "aws_s3_object": {"bucket", "key", "source"},
    "aws_cloudformation_stack": {"name", "template_url", "parameters", "capabilities", "tags"},
}
OF_TERRAFORM = {"count", "for_each", "lifecycle", "depends_on", "__is_block__", "__comments__", "__inline_comments__"}
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


def module() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in FILES)


def blocks(kind: str) -> dict[str, dict[str, Any]]:
    """Of a kind with a type and a name, such as resource: what is said, by both."""
    found = [each for path in FILES for each in hcl2.loads(path.read_text(encoding="utf-8")).get(kind, ())]
    return {
        f"{a}.{b}".replace('"', ""): body for each in found for a, named in each.items() for b, body in named.items()
    }


# Read as text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_read_as_hcl(path: Path) -> None:
    assert hcl2.loads(path.read_text(encoding="utf-8"))


def test_every_variable_is_declared_and_used() -> None:
    declared = set(re.findall(r'^variable "(\w+)"', module(), re.MULTILINE))
    bodies = re.sub(r"validation \{.*?\n  \}", "", module(), flags=re.DOTALL)

    assert set(re.findall(r"\bvar\.(\w+)", bodies)) == declared
    assert {variable_of(name) for name in PARAMETERS} < declared


def test_what_the_package_asks_for_is_given_by_the_module() -> None:
    assert set(re.findall(r"^    (Code\w+)\s+=", module(), re.MULTILINE)) == OF_THE_PACKAGE.keys()


@pytest.mark.parametrize(
    ("parameter", "variable"),
    [("DryRun", "dry_run"), ("InstanceRoleArns", "instance_role_arns"), ("RebalanceSavingUsd", "rebalance_saving_usd")],
)
def test_a_variable_is_named_as_terraform_writes_names(parameter: str, variable: str) -> None:
    assert variable_of(parameter) == variable


def test_resources_say_what_the_provider_knows() -> None:
    found = {**blocks("resource"), **blocks("data")}

    assert {name.partition(".")[0] for name in found} == ATTRIBUTES.keys()
    for name, body in found.items():
        assert body.keys() - OF_TERRAFORM <= ATTRIBUTES[name.partition(".")[0]], name
    assert [*found["aws_cloudformation_stack.ballast"]["capabilities"]] == ['"CAPABILITY_IAM"']


def test_the_stack_waits_for_the_archives_and_a_rollback_still_finds_the_old_ones() -> None:
    found = blocks("resource")

    assert "aws_s3_object.archive" in str(found["aws_cloudformation_stack.ballast"]["depends_on"])
    for name in ("aws_s3_object.archive", "aws_s3_object.template"):
        assert "'create_before_destroy': True" in str(found[name]["lifecycle"]), name


# Evaluated by Terraform


def terraform(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    return subprocess.run(  # noqa: S603 - our own command
        ["terraform", *words],  # noqa: S607 - wherever it is installed
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "ballast"
    folder.mkdir()
    for name in ("template.yaml", "SharedLayer-0123.zip", "DrainInstance-4567.zip"):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def evaluated(folder: Path, **variables: Any) -> dict[str, Any] | str:
    """The locals, or what Terraform says against the variables."""
    for name in ("variables.tf", "parameters.tf", "locals.tf"):
        shutil.copy(MODULE / name, folder)
    names = ("parameters", "archives", "template_key")
    outputs = {name: {"value": f"${{local.{name}}}"} for name in names}
    (folder / "outputs.tf.json").write_text(json.dumps({"output": outputs}), encoding="utf-8")
    (folder / "terraform.tfvars.json").write_text(json.dumps(variables), encoding="utf-8")
    (folder / "terraform.tfstate").unlink(missing_ok=True)
    applied = terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color")
    if applied.returncode:
        return re.sub(r"\s*\n[│╷╵ ]*", " ", applied.stderr)
    found = json.loads(terraform(folder, "output", "-json").stdout)
    return {name: found[name]["value"] if name in found else None for name in names}


@needs_terraform
def test_the_module_is_formatted() -> None:
    assert terraform(MODULE, "fmt", "-check", "-diff").stdout == ""


@needs_terraform
def test_what_is_null_is_left_to_the_template(tmp_path: Path) -> None:
    assert evaluated(tmp_path, template_url="https://x/template.yaml") == {
        "parameters": {},
        "archives": [],
        "template_key": None,
    }


@needs_terraform
def test_every_parameter_arrives_as_a_text_that_cloudformation_takes(tmp_path: Path) -> None:
    """All of them, each with its own default; of a bool, false as well."""
    texts = parameter_values(PARAMETERS, {"DryRun": "false"})
    values = {name: _typed(name, value) for name, value in texts.items()}
    found = evaluated(tmp_path, template_url="x", **{variable_of(name): value for name, value in values.items()})

    assert isinstance(found, dict), found
    assert found["parameters"] == texts
    assert found["parameters"]["DryRun"] == "false"


def _typed(name: str, text: str) -> Any:
    kind = type_of(PARAMETERS[name])
    return text == "true" if kind == "bool" else int(text) if kind == "number" else text


@needs_terraform
def test_a_package_is_uploaded_under_names_that_tell_its_content(tmp_path: Path, package: Path) -> None:
    found = evaluated(tmp_path, package=str(package), bucket="acme-code")
    (package / "template.yaml").write_text("another", encoding="utf-8")
    other = evaluated(tmp_path, package=str(package), bucket="acme-code", prefix="")

    assert isinstance(found, dict), found
    assert isinstance(other, dict), other
    assert found["archives"] == ["DrainInstance-4567.zip", "SharedLayer-0123.zip"]
    assert found["parameters"] == {"CodeBucket": "acme-code", "CodeBucketPerRegion": "false", "CodePrefix": "ballast/"}
    assert re.fullmatch(r"ballast/template-[0-9a-f]{32}\.yaml", found["template_key"])
    assert other["parameters"]["CodePrefix"] == ""
    assert other["template_key"] != found["template_key"].removeprefix("ballast/")


@needs_terraform
@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({}, "Set either package or template_url."),
        ({"template_url": "x", "package": "y", "bucket": "b"}, "Set either package or template_url."),
        ({"package": "."}, "package needs a bucket to be uploaded to: set bucket."),
        ({"template_url": "x", "prefix": "/a"}, "prefix must be empty, or names that each end in a slash."),
        ({"template_url": "x", "repair": "maybe"}, "repair must be one of off, report, on."),
        ({"template_url": "x", "scale_in_deadline_minutes": 4}, "scale_in_deadline_minutes must be from 5 to 2880."),
        ({"template_url": "x", "log_retention_days": 8}, "log_retention_days must be one of 7, 14, 30"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_planned(tmp_path: Path, variables: dict[str, Any], why: str) -> None:
    said = evaluated(tmp_path, **variables)

    assert isinstance(said, str), said
    assert why in said
