"""`make deploy` refuses early, in one sentence, what would go wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from ballast_cli.doctor.asks.stack import OURS
from ballast_cli.doctor.checks.stack import shared_clusters
from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.before_deploy import Account, Environment, main, objection_to

REGION = "eu-central-1"
CONFIG = """
version = 0.1
[prod.global.parameters]
stack_name = "ballast-prod"
[prod.deploy.parameters.parameter_overrides]
"""


@pytest.fixture(autouse=True)
def _nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def config(tmp_path: Path, *lines: str, text: str = CONFIG) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(text + "\n".join(lines), encoding="utf-8")
    return path


def a_stack(name: str, clusters: str = "", status: str = "UPDATE_COMPLETE", **others: str) -> dict[str, Any]:
    values = {"DryRun": "true", "PutLifecycleHooks": "true", "ManagedClusters": clusters, **others}
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    return {"StackName": name, "StackStatus": status, "CreationTime": "2026-11-01T00:00:00Z", "Parameters": parameters}


class Answered(Account):
    """An account that answers as a test says, checked against botocore's models."""

    def __init__(
        self, environment: Environment, stacks: list[dict[str, Any]] | str, tagged: Mapping[str, bool]
    ) -> None:
        super().__init__(environment)
        self._known = {name: self._session.client(name) for name in ("sts", "cloudformation", "ecs")}
        self._answer("sts", "get_caller_identity", {"Account": "123456789012"})
        if isinstance(stacks, str):
            stubber = Stubber(self._known["cloudformation"])
            stubber.add_client_error("describe_stacks", stacks)
            stubber.activate()
        else:
            self._answer("cloudformation", "describe_stacks", {"Stacks": stacks})
        tag = [{"key": "ballast:managed", "value": "true"}]
        clusters = [{"clusterName": name, "tags": tag if has else []} for name, has in tagged.items()]
        self._answer("ecs", "describe_clusters", {"clusters": clusters})

    def client(self, service: str) -> Any:
        return self._known[service]

    def _answer(self, service: str, method: str, answer: dict[str, Any]) -> None:
        stubber = Stubber(self._known[service])
        stubber.add_response(method, answer)
        stubber.activate()


def deploys(
    path: Path, stacks: list[dict[str, Any]] | str = "AccessDenied", tagged: Mapping[str, bool] | None = None
) -> int:
    return main("prod", path, lambda environment: Answered(environment, stacks, tagged or {}))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """One sentence on one line."""
    text = capsys.readouterr().err
    assert re.fullmatch(r"[^\n]+\.\n", text)
    return text


# What samconfig.toml says


def test_an_environment_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("staging", ROOT / "samconfig.toml") == 1
    assert said(capsys) == (
        "Not deployed: samconfig.toml has no environment 'staging'; it has default, prod: choose one with ENV=.\n"
    )


@pytest.mark.parametrize("name", ["version", "", "default ", "DEFAULT"])
def test_what_only_looks_like_an_environment_is_none(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(name, ROOT / "samconfig.toml") == 1
    assert "has no environment" in said(capsys)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('UpdateWaves = "50 20 100"', "UpdateWaves in .* is '50 20 100' but must be growing percentages"),
        ('ManagedClusters = "prod, staging"', "ManagedClusters in .* is 'prod, staging' but must be at most 60"),
        ('UpdateWindows = "0 2 * * * for 4h in Europe/Atlantis"', "UpdateWindows in .* must be a window"),
        ("DryRun = true", "DryRun in .* is True, and SAM would make another text of it: put it in quotes"),
        ("UpdateWaves = [10, 30, 100]", r"UpdateWaves in .* is \[10, 30, 100\], and SAM would make another text"),
        ("AgentLostMinutes = 10", "AgentLostMinutes in .* is 10, and SAM"),
        ('UpdateWave = "100"', "UpdateWave in .* is no parameter of the template, and SAM would leave it out"),
        ("""UpdateAlarms = '"high"'""", "UpdateAlarms in .* SAM would take the quotes or backslashes away"),
        (r"UpdateAlarms = 'a\ b'", "UpdateAlarms in .* SAM would take the quotes or backslashes away"),
    ],
)
def test_a_parameter_that_would_not_arrive_or_cannot_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    assert deploys(config(tmp_path, line), []) == 1
    assert re.search(why, said(capsys))


def test_one_text_for_all_parameters_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CONFIG.replace("[prod.deploy.parameters.parameter_overrides]", "[prod.deploy.parameters]")

    assert deploys(config(tmp_path, 'parameter_overrides = "DryRun=true"', text=text), []) == 1
    assert "is no table, and SAM would cut it at blanks: write [prod.deploy.parameters.parameter_overrides]" in said(
        capsys
    )


@pytest.mark.parametrize("value", ['it\'s "high" here', "a b  c", "0 2 * * *", "", "'a' b"])
def test_quotes_inside_a_value_arrive(value: str) -> None:
    assert objection_to("UpdateAlarms", value) is None


# Where it would be deployed


def test_without_a_region_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", REGION)

    assert main("prod", config(tmp_path)) == 1
    assert said(capsys).startswith("Not deployed: no Region is set: set AWS_DEFAULT_REGION (AWS_REGION is not read)")


def test_without_credentials_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("prod", config(tmp_path)) == 1
    assert said(capsys).startswith("Not deployed: no AWS credentials are found: log in")


def test_a_profile_that_does_not_exist_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    assert main("prod", config(tmp_path)) == 1
    assert "nobody" in said(capsys)


class Expired(Account):
    def client(self, service: str) -> Any:
        client = super().client(service)
        stubber = Stubber(client)
        stubber.add_client_error("get_caller_identity", "ExpiredToken")
        stubber.activate()
        return client


@pytest.mark.usefixtures("logged_in")
def test_credentials_that_aws_does_not_take_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("prod", config(tmp_path), Expired) == 1
    assert said(capsys).startswith("Not deployed: AWS does not take your credentials (ExpiredToken")


# A second stack


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        ("", "", "every cluster tagged ballast:managed=true"),
        ("prod,web", "web,api", "web"),
        ("prod", "", "prod"),
        ("", "prod", "prod"),
    ],
)
def test_a_second_stack_on_the_same_clusters_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ours: str, theirs: str, shared: str
) -> None:
    path = config(tmp_path, f'ManagedClusters = "{ours}"')

    assert deploys(path, [a_stack("other", theirs)], tagged={"prod": True}) == 1
    assert said(capsys) == (
        f"Not deployed: stack other in {REGION} already manages {shared}, and two stacks would undo each other's work: "
        "set ManagedClusters so that no cluster is in both, or remove other.\n"
    )


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(
    ("ours", "stacks", "tagged"),
    [
        ("", [], {}),
        ("", [a_stack("ballast-prod")], {}),
        ("prod", [a_stack("other", "web,api")], {}),
        ("prod", [a_stack("other", "")], {"prod": False}),
        ("", [a_stack("other", "prod")], {"prod": False}),
        ("", [a_stack("never-made", status="REVIEW_IN_PROGRESS"), a_stack("failed", status="ROLLBACK_COMPLETE")], {}),
        ("", [{**a_stack("no-ballast"), "Parameters": []}], {}),
    ],
)
def test_what_is_nobody_elses_is_deployed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ours: str, stacks: list[dict[str, Any]], tagged: dict[str, bool]
) -> None:
    assert deploys(config(tmp_path, f'ManagedClusters = "{ours}"'), stacks, tagged) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("logged_in")
def test_where_the_file_names_no_clusters_those_of_the_deployed_stack_count(tmp_path: Path) -> None:
    """SAM keeps the value of a parameter that is not given."""
    path, web = config(tmp_path), a_stack("other", "web")

    assert deploys(path, [a_stack("ballast-prod", "prod"), web]) == 0
    assert deploys(path, [a_stack("ballast-prod", "prod,web"), web]) == 1


@pytest.mark.usefixtures("logged_in")
def test_what_may_not_be_asked_is_said_and_not_taken_for_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploys(config(tmp_path), "AccessDenied") == 0
    assert said(capsys) == (
        "Whether another stack manages the same clusters is not known: AWS answered AccessDenied to DescribeStacks.\n"
    )


def test_a_stack_is_known_by_parameters_that_the_template_has() -> None:
    assert load(ROOT / "template.yaml")["Parameters"].keys() >= OURS


def test_named_clusters_that_nobody_tagged_are_not_shared() -> None:
    assert shared_clusters(frozenset({"a"}), frozenset(), ["b"]) is None


def test_make_deploy_asks_before_it_builds() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndeploy:")[2].partition("\n\n")[0].splitlines()

    assert [re.sub(r"^\t@?", "", line).split(" ")[0:3] for line in recipe[1:]] == [
        ["$(PYTHON)", "-m", "tools.before_deploy"],
        ["$(MAKE)", "--no-print-directory", "build"],
        ["$(SAM)", "deploy", "--config-env"],
    ]
