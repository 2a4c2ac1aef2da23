"""The picture of the stack shows what the template has, also what it does not have yet."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.architecture import architecture

TEMPLATE = (ROOT / "template.yaml").read_text(encoding="utf-8")
WITH_A_URL = """
  AnswerPeople:
    Type: AWS::Serverless::Function
    Properties:
      Description: Answers people & nobody else.
      CodeUri: functions/answer_people
      FunctionUrlConfig: { AuthType: NONE }
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Sid: Read # what is under way
              Effect: Allow
              Action: dynamodb:Query
              Resource: !GetAtt Ledger.Arn
            - Sid: Scale # a service, when somebody says so
              Effect: Allow
              Action: ecs:UpdateService
              Resource: "*"
"""


def words(svg: str) -> set[str]:
    """Each text of it, as XML reads it."""
    texts = (node for node in ET.fromstring(svg).iter() if node.tag.endswith("text"))  # noqa: S314 - our own
    return {" ".join("".join(node.itertext()).split()) for node in texts}


def test_every_function_queue_rule_table_and_topic_of_the_template_is_in_it() -> None:
    shown = " ".join(words(architecture(ROOT)))
    kinds = {"AWS::Events::Rule", "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::SNS::Topic"}
    resources = load(ROOT / "template.yaml")["Resources"].items()
    named = {name for name, each in resources if each["Type"] in kinds}
    functions = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}

    assert {name for name in named | functions if not re.search(rf"\b{name}\b", shown)} == set()


def test_what_may_change_something_is_told_from_what_may_only_ask() -> None:
    shown = words(architecture(ROOT))

    assert {"changes Auto Scaling, ECS", "asks EC2, zonal shifts"} <= shown


def test_a_function_behind_a_url_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE.replace("\nResources:\n", f"\nResources:\n{WITH_A_URL}", 1))

    shown = words(architecture(tmp_path))

    assert {"answer_people", "Answers people & nobody else.", "Function URL", "HTTPS", "changes ECS"} <= shown
