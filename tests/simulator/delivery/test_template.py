from __future__ import annotations

from pathlib import Path

import pytest

from simulator.delivery.template import Stack
from tests.simulator.delivery.small_stack import TEMPLATE


def load(folder: Path, text: str = TEMPLATE, **parameters: str) -> Stack:
    path = folder / "template.yaml"
    path.write_text(text)
    return Stack.load(path, parameters, stack="ballast", account="123456789012", region="us-east-1")


def test_a_function_has_the_variables_of_globals_and_its_own(tmp_path: Path) -> None:
    [function] = load(tmp_path).functions

    assert function.environment == {
        "TABLE": "ballast-Table",
        "QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/ballast-Events",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "DEAD_LETTERS": "https://sqs.us-east-1.amazonaws.com/123456789012/ballast-DeadLetters",
        "TOPIC": "arn:aws:sns:us-east-1:123456789012:ballast-Topic",
    }
    assert function.code == tmp_path / "functions/drain"
    assert function.timeout_s == 60


def test_a_source_is_read_with_its_batching_and_its_parameters(tmp_path: Path) -> None:
    [function] = load(tmp_path, Window="5").functions
    [source] = function.sources

    assert (source.queue, source.batch_size, source.window_s) == ("Events", 100, 5.0)
    assert source.max_concurrency == 4
    assert source.reports_item_failures


def test_a_queue_knows_its_dead_letter_queue(tmp_path: Path) -> None:
    queues = {queue.name: queue for queue in load(tmp_path).queues}

    assert queues["Events"].visibility_timeout_s == 360
    assert queues["Events"].dead_letter_queue == "DeadLetters"
    assert queues["Events"].max_receive_count == 3


def test_a_disabled_rule_has_no_targets(tmp_path: Path) -> None:
    rules = {rule.name: rule for rule in load(tmp_path).rules}

    assert rules["Changed"].queues == ("Events",)
    assert rules["Sweep"].queues == ()
    assert rules["Sweep"].every_s == 60


INTRINSICS = """
Parameters:
  Names: { Type: CommaDelimitedList, Default: "" }
Conditions:
  Named: !Not [!Equals [!Join ["", !Ref Names], ""]]
  Both: !And [!Condition Named, !Or [!Equals [a, b], !Equals [a, a]]]
Mappings: { Sizes: { us-east-1: { big: "7" } } }
Resources:
  Topic: { Type: AWS::SNS::Topic, Condition: Named }
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: f
      Handler: handler.handler
      Environment:
        Variables:
          JOINED: !Join [",", !Ref Names]
          SECOND: !Select [1, !Split ["|", "a|b"]]
          SUB: !Sub ["${AWS::Region} ${X} ${!Raw} ${Topic.TopicName}", { X: !Ref AWS::StackName }]
          MAYBE: !If [Named, "yes", !Ref AWS::NoValue]
          BOTH: !If [Both, "yes", "no"]
          SIZE: !FindInMap [Sizes, !Ref AWS::Region, big]
"""


def test_intrinsic_functions_are_evaluated(tmp_path: Path) -> None:
    [function] = load(tmp_path, INTRINSICS, Names="a, b").functions

    assert function.environment == {
        "JOINED": "a,b",
        "SECOND": "b",
        "SUB": "us-east-1 ballast ${Raw} ballast-Topic",
        "MAYBE": "yes",
        "BOTH": "yes",
        "SIZE": "7",
    }


def test_a_condition_that_does_not_hold_removes_resource_and_value(tmp_path: Path) -> None:
    stack = load(tmp_path, INTRINSICS)

    assert stack.topics == ()
    assert "MAYBE" not in stack.functions[0].environment
    assert stack.functions[0].environment["BOTH"] == "no"


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"Wnidow": "1"}, "no parameter Wnidow"),
        ({"Window": "9"}, "Window is 9, which is out of its range"),
        ({"Mode": "fast"}, "Mode is 'fast'; allowed are slow, quick"),
        ({"Id": "9"}, "Id is '9', which does not match"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(tmp_path: Path, parameters: dict[str, str], complaint: str) -> None:
    declared = """
  Window: { Type: Number, Default: 1, MaxValue: 5 }
  Mode: { Type: String, Default: slow, AllowedValues: [slow, quick] }
  Id: { Type: String, Default: "", AllowedPattern: "|[A-Z]+" }"""
    text = TEMPLATE.replace("\n  Window: { Type: Number, Default: 1 }", declared)

    with pytest.raises(ValueError, match=complaint):
        load(tmp_path, text, **parameters)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("rate(1 minute)", "cron(0 1 * * ? *)", "only rates"),
        ("Type: SQS\n", "Type: Schedule\n", "only SQS"),
        ("source: [aws.ec2, aws.ecs, ballast]", "source: aws.ec2", "source must be"),
        ("Arn: !GetAtt Events.Arn }]\n  Sweep", "Arn: !GetAtt Topic.Arn }]\n  Sweep", "is no AWS::SQS"),
        ("!Ref Topic }", "!Ref Topik }", "no resource or parameter Topik"),
    ],
)
def test_what_the_simulator_cannot_follow_is_refused(tmp_path: Path, was: str, becomes: str, complaint: str) -> None:
    assert was in TEMPLATE

    with pytest.raises(ValueError, match=complaint):
        load(tmp_path, TEMPLATE.replace(was, becomes))
