"""What the Serverless Application Repository asks of a template, so that it can be published there."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator

from ballast import __version__
from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.application import application

TEMPLATE = load(ROOT / "template.yaml")
SAID = TEMPLATE["Metadata"]["AWS::ServerlessRepo::Application"]
# Those of ours that are on its list: https://docs.aws.amazon.com/serverlessrepo/latest/devguide/list-supported-resources.html
SUPPORTED = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Document",
    "AWS::Serverless::Function",
    "AWS::Serverless::LayerVersion",
}
MIB = 1024 * 1024


def test_it_carries_the_version_of_the_package() -> None:
    assert SAID["SemanticVersion"] == __version__


def test_a_new_version_is_written_by_make_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.application.__version__", "9.8.7")

    assert "SemanticVersion: 9.8.7" in application(ROOT)


def test_its_call_takes_what_is_said() -> None:
    """`sam publish` makes one CreateApplication of it."""
    shape = botocore.session.get_session().get_service_model("serverlessrepo").operation_model("CreateApplication")
    assert shape.input_shape is not None

    assert not ParamValidator().validate(dict(SAID), shape.input_shape).has_errors()
    assert set(shape.input_shape.required_members) == {"Author", "Description", "Name"}


def test_what_is_said_has_the_form_that_its_documentation_asks_for() -> None:
    """https://docs.aws.amazon.com/serverlessrepo/latest/devguide/applications.html"""
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,140}", SAID["Name"])
    assert re.fullmatch(r"[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?", SAID["Author"])
    assert 1 <= len(SAID["Description"]) <= 256
    assert len(SAID["Labels"]) <= 10
    assert all(re.fullmatch(r"[a-zA-Z0-9+\-_:/@]{1,127}", label) for label in SAID["Labels"])


@pytest.mark.parametrize("name", ["LicenseUrl", "ReadmeUrl"])
def test_licence_and_readme_are_files_that_it_takes(name: str) -> None:
    path: Path = ROOT / SAID[name]

    assert 0 < path.stat().st_size < 5 * MIB


def test_every_resource_is_one_that_it_deploys() -> None:
    assert {each["Type"] for each in TEMPLATE["Resources"].values()} <= SUPPORTED
