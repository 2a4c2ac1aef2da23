"""Where a scenario plays: one clock, one world, Ballast deployed in front of it, and acts at their times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from traceback import extract_stack
from typing import Any, Self

from ballast.aws.seal import Seal
from ballast.words.notice import DETAIL_TYPE, Notice
from simulator.claims import watch_claims
from simulator.clock import EPOCH, Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.failures import FailureLog
from simulator.moves import rebalances, watch_moves
from simulator.repairs import repairs_at_first, watch_repairs
from simulator.world import World

TEMPLATE = Path("template.yaml")
MANAGED = {"ballast:managed": "true"}
SLACK_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ballast-slack-AbCdEf"  # noqa: S105 - a name
SIGNING = "5imulated5imulated5imulated"
BUTTONS = {"SlackDeciders": "U0123456789,U0123456780"}  # with them messages have buttons
LIVE = {
    "DryRun": "false",
    "UpdateLaunchTemplates": "follow",
    "InstanceRoleArns": "arn:aws:iam::123456789012:role/ecsInstanceRole",
    "SlackChannel": "C0123456789",
    "SlackSecretArn": SLACK_SECRET,
    "Rebalance": "off",  # the report reads each cluster every five minutes
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """`build` sets the scene and says what happens when; `parameters` are the template's, over LIVE.

    `ends` says whether the story has come to its end before its `minutes` are over; it is asked every virtual minute.
    """

    name: str
    title: str
    minutes: float
    build: Callable[[Stage], None]
    parameters: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = NO_FAULTS
    realistic_polling: bool = True  # a quiet queue with a batching window may wait for 20 s
    ends: Callable[[Stage], bool] | None = None


class Stage:
    """A context manager; inside it boto3 talks to the world."""

    def __init__(
        self, scenario: Scenario, seed: int, *, epoch: datetime = EPOCH, template: Path = TEMPLATE,
        handlers: Mapping[str, Callable[[Any, Any], Any]] | None = None,
    ) -> None:  # fmt: skip
        """`epoch` is what the virtual clock shows at the start; `handlers` stand in for functions, by logical id."""
        self.scenario = scenario
        self.seed = seed
        self._event_numbers = count(1)
        self._undo = ExitStack()
        self._asked_minute = 0
        self._has_ended = False
        self.usd_per_hour_before = 0.0  # what the scene cost
        self.switched_on: set[str] = set()  # clusters in which rebalancing was on at first
        self.repaired: set[str] = set()  # … and repair
        self.rng = Random(seed)
        self.clock = Clock(epoch)
        self.world = World(self.clock, Random(self.rng.getrandbits(64)))
        self.failures = FailureLog(self.clock)
        self.deployment = Deployment(
            self.world,
            self.clock,
            Random(self.rng.getrandbits(64)),
            template=template,
            handlers=handlers,
            parameters={**LIVE, **scenario.parameters},
            faults=scenario.faults,
            realistic_polling=scenario.realistic_polling,
            secrets={SLACK_SECRET: json.dumps({"bot_token": "xoxb-simulated", "signing_secret": SIGNING})},
        )
        self._seal = Seal(self.deployment.stack.names.physical("Ledger"))
        self.world.install_documents(self.deployment.stack.documents)
        watch_moves(self)
        watch_repairs(self)
        watch_claims(self)

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self.deployment)
            undo.enter_context(self.failures)
            self.scenario.build(self)
            self.usd_per_hour_before = float(self.world.usd_per_hour())
            self.switched_on = {name for name in self.world.clusters if rebalances(self, name)}
            self.repaired = repairs_at_first(self)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def at(self, minutes: float, act: Callable[[], object]) -> None:
        """Do something when the virtual clock shows `minutes` after the start.

        Raises at once what would be hard to find later: a time that is none, or something that cannot be called.
        """
        if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes < float("inf"):
            raise ValueError(f"stage.at: {minutes!r} is no number of minutes from 0 up")
        if not callable(act):
            raise TypeError("stage.at: the second argument must be something to call, such as lambda: world.…")
        caller = extract_stack(limit=2)[0]
        place = f"staged at {caller.filename}:{caller.lineno}"
        self.clock.at(minutes * 60, lambda: _do(act, place))

    def play(self, minutes: float | None = None) -> None:
        """Let the clock run up to `minutes` after the start; up to the end of the story when not said."""
        if minutes is not None:
            self.clock.run_until(60 * minutes)
            return
        while not self.ended:
            self.run_on(60)

    def run_on(self, seconds: float) -> None:
        """Let the clock run so far, but not past the minutes of the scenario."""
        self.clock.run_until(min(60 * self.scenario.minutes, self.clock.now_s + seconds))

    @property
    def ended(self) -> bool:
        """Whether the story is over: its minutes are, or it `ends` before them."""
        minute = int(self.clock.now_s // 60)
        if self.scenario.ends and minute != self._asked_minute and not self._has_ended:
            self._asked_minute, self._has_ended = minute, self.scenario.ends(self)
        return self._has_ended or self.clock.now_s >= 60 * self.scenario.minutes

    def instances(self, group: str) -> list[str]:
        """EC2 ids of the instances of a group, in the order of their launch."""
        return list(self.world.groups.groups[group].members)

    def check_releases(self) -> None:
        """Have watch_bottlerocket look, as its hourly schedule does."""
        event = {**self._event("Scheduled Event", "aws.events"), "detail": {}}
        self.deployment.queues["ReleaseChecks"].send(json.dumps(event))

    def command(self, kind: str, cluster: str | None = "prod", **changes: Any) -> None:
        """Send what the command line sends: approve, halt, pause, resume or rollback."""
        self.announce("Ballast Update Command", {"command": kind, "cluster": cluster, "by": "jo", **changes})

    def announce(self, detail_type: str, detail: Mapping[str, Any], *, event_id: str | None = None) -> None:
        """Put an event of source `ballast` on the bus, as anybody may who has events:PutEvents."""
        event = {**self._event(detail_type, "ballast"), "detail": dict(detail)}
        self.deployment.bus.put({**event, "id": event_id or event["id"]})

    def tell(self, notice: Notice) -> None:
        """Put a notice on the bus as Ballast's functions do, signed; what `announce` puts is anybody's."""
        self.announce(DETAIL_TYPE, self.signed(DETAIL_TYPE, notice.to_detail()))

    def signed(self, detail_type: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """The detail as Ballast's functions send it: with the signature of this deployment."""
        return self._seal.signed(detail_type, detail)

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


def _do(act: Callable[[], object], place: str) -> None:
    """What fails says where it was staged, which its traceback may not."""
    try:
        act()
    except Exception as error:
        error.add_note(place)
        raise
