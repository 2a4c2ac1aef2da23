"""A small application, a world that answers little, and a deployment of both, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Self

from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.world.core.errors import AwsError

CONTAINER_INSTANCE = "arn:aws:ecs:us-east-1:123456789012:container-instance/c/1"
TEMPLATE = """
Parameters:
  Window: { Type: Number, Default: 1 }
  Batch: { Type: Number, Default: 100 }
Globals:
  Function:
    Handler: handler.handler
    Environment:
      Variables: { TABLE: !Ref Table, QUEUE: !Ref Events, POWERTOOLS_LOG_LEVEL: INFO }
Resources:
  Drain:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/drain
      Timeout: 60
      Environment: { Variables: { DEAD_LETTERS: !Ref DeadLetters, TOPIC: !Ref Topic } }
      Events:
        Events:
          Type: SQS
          Properties:
            Queue: !GetAtt Events.Arn
            BatchSize: !Ref Batch
            MaximumBatchingWindowInSeconds: !Ref Window
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: { MaximumConcurrency: 4 }
  Changed:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [aws.ec2, aws.ecs, ballast] }
      Targets: [{ Id: Events, Arn: !GetAtt Events.Arn }]
  Sweep:
    Type: AWS::Events::Rule
    Properties:
      State: DISABLED
      ScheduleExpression: rate(1 minute)
      Targets: [{ Id: Events, Arn: !GetAtt Events.Arn }]
  Events:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 3 }
  DeadLetters: { Type: AWS::SQS::Queue }
  Topic: { Type: AWS::SNS::Topic }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: id, AttributeType: S }
      KeySchema:
        - { AttributeName: id, KeyType: HASH }
"""

type Handler = Callable[[Mapping[str, Any], Any], Any]


class SmallWorld:
    """Remembers what it was asked and answers from `answers`, by operation."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[tuple[float, str, Mapping[str, Any]]] = []
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        self.answers: dict[str, dict[str, Any] | AwsError] = {
            "ListContainerInstances": {"containerInstanceArns": [CONTAINER_INSTANCE]},
            "UpdateContainerInstancesState": {"containerInstances": [], "failures": []},
            "DescribeInstances": {"Reservations": []},
            "DescribeAutoScalingGroups": {"AutoScalingGroups": []},
        }

    def handle(
        self, service: str, operation: str, params: Mapping[str, Any], *, actor: str = "ballast"
    ) -> dict[str, Any]:
        self.asked.append((self.clock.now_s, f"{actor}:{service}:{operation}", dict(params)))
        answer = self.answers[operation]
        if isinstance(answer, AwsError):
            raise answer
        return answer

    def check_refused(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """No call is refused."""

    def subscribe(self, listener: Callable[[dict[str, Any]], None]) -> None:
        self.listeners.append(listener)

    def emit(self, **changes: Any) -> None:
        event = an_event(**changes)
        for listener in self.listeners:
            listener(event)


def an_event(**changes: Any) -> dict[str, Any]:
    event = {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000001",
        "detail-type": "EC2 Spot Instance Interruption Warning",
        "source": "aws.ec2",
        "account": "123456789012",
        "time": "2026-11-23T09:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"instance-id": "i-1", "instance-action": "terminate"},
    }
    return event | changes


class Ballast:
    """A deployment of the small stack around one handler (None: the one in its folder)."""

    def __init__(
        self,
        folder: Path,
        handler: Handler | None,
        *,
        faults: Faults = NO_FAULTS,
        seed: int = 1,
        template: str = TEMPLATE,
        parameters: Mapping[str, str] | None = None,
        realistic_polling: bool = False,
    ) -> None:
        """Queues are read after their window, so that times are exact; `realistic_polling` is the simulator's own way."""
        path = folder / "template.yaml"
        path.write_text(template)
        self.clock = Clock()
        self.world = SmallWorld(self.clock)
        self.deployment = Deployment(
            self.world,
            self.clock,
            Random(seed),  # noqa: S311 - chance, not secrecy
            template=path,
            parameters=parameters,
            faults=faults,
            handlers={"Drain": handler} if handler else {},
            realistic_polling=realistic_polling,
        )

    def __enter__(self) -> Self:
        self.deployment.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.deployment.__exit__(*error)

    def run(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now_s + seconds)


def bodies(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The EventBridge events of a batch."""
    return [json.loads(record["body"]) for record in event["Records"]]
