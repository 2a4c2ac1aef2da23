"""Where a scenario plays: one clock, one world, Ballast deployed in front of it, and acts at their times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Self

from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.failures import FailureLog
from simulator.world import World

MANAGED = {"ballast:managed": "true"}
SLACK_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ballast-slack-AbCdEf"  # noqa: S105 - a name
LIVE = {"DryRun": "false", "SlackChannel": "C0123456789", "SlackSecretArn": SLACK_SECRET}


@dataclass(frozen=True, slots=True)
class Scenario:
    """`build` sets the scene and says what happens when; `parameters` are the template's, over LIVE."""

    name: str
    title: str
    minutes: float
    build: Callable[[Stage], None]
    parameters: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = NO_FAULTS
    realistic_polling: bool = False  # quiet queues with a batching window may wait for 20 s


class Stage:
    """A context manager; inside it boto3 talks to the world."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self._event_numbers = count(1)
        self.rng = Random(seed)
        self.clock = Clock()
        self.world = World(self.clock, Random(self.rng.getrandbits(64)))
        self.failures = FailureLog(self.clock)
        self.deployment = Deployment(
            self.world,
            self.clock,
            Random(self.rng.getrandbits(64)),
            parameters={**LIVE, **scenario.parameters},
            faults=scenario.faults,
            realistic_polling=scenario.realistic_polling,
            secrets={SLACK_SECRET: '{"bot_token": "xoxb-simulated"}'},
        )
        self.world.install_documents(self.deployment.stack.documents)

    def __enter__(self) -> Self:
        self.deployment.__enter__()
        self.failures.__enter__()
        self.scenario.build(self)
        return self

    def __exit__(self, *problem: object) -> None:
        self.failures.__exit__(*problem)
        self.deployment.__exit__(*problem)

    def at(self, minutes: float, act: Callable[[], object]) -> None:
        """Do something when the virtual clock shows `minutes` after the start."""
        self.clock.at(minutes * 60, lambda: (act(), None)[1])

    def play(self, minutes: float | None = None) -> None:
        """Let the clock run up to `minutes` after the start; all of the scenario when not said."""
        self.clock.run_until(60 * (self.scenario.minutes if minutes is None else minutes))

    def instances(self, group: str) -> list[str]:
        """EC2 ids of the instances of a group, in the order of their launch."""
        return list(self.world.groups.groups[group].members)

    def check_releases(self) -> None:
        """Have watch_bottlerocket look, as its hourly schedule does."""
        event = {**self._event("Scheduled Event", "aws.events"), "detail": {}}
        self.deployment.queues["ReleaseChecks"].send(json.dumps(event))

    def command(self, kind: str, cluster: str = "prod", **changes: Any) -> None:
        """Send what the command line sends: approve, halt, resume or rollback."""
        self.announce("Ballast Update Command", {"command": kind, "cluster": cluster, "by": "jo", **changes})

    def announce(self, detail_type: str, detail: Mapping[str, Any], *, event_id: str | None = None) -> None:
        """Put an event of source `ballast` on the bus, as anybody may who has events:PutEvents."""
        event = {**self._event(detail_type, "ballast"), "detail": dict(detail)}
        self.deployment.bus.put({**event, "id": event_id or event["id"]})

    def _event(self, detail_type: str, source: str) -> dict[str, Any]:
        return {
            "version": "0",
            "id": f"staged-{next(self._event_numbers)}",
            "detail-type": detail_type,
            "source": source,
            "account": self.world.account_id,
            "time": f"{self.world.clock.utc:%Y-%m-%dT%H:%M:%SZ}",
            "region": self.world.region,
            "resources": [],
        }
