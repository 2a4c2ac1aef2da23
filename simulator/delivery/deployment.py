"""Ballast as deployed: the template's rules, queues and functions around the real handlers, in front of a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, Self

from simulator.clock import Clock
from simulator.delivery import botocore_bridge, slack_bridge
from simulator.delivery.aws_world import AwsWorld
from simulator.delivery.bus import Bus
from simulator.delivery.code import Code
from simulator.delivery.faults import NO_FAULTS, Dice, Faults
from simulator.delivery.front_door import FrontDoor
from simulator.delivery.functions import Function
from simulator.delivery.operating import Operating
from simulator.delivery.passive import PassiveServices
from simulator.delivery.polling import EventSource
from simulator.delivery.process import Process
from simulator.delivery.queues import Message, Queue
from simulator.delivery.records import Call, DeadLetter, Invocation, Publication
from simulator.delivery.slack import Workspace
from simulator.delivery.tables import Tables
from simulator.delivery.template import FunctionSpec, Stack
from simulator.delivery.throttling import RateLimits
from simulator.iam.roles import Roles

ACCOUNT = "123456789012"
REGION = "us-east-1"


class Deployment:
    """A context manager: inside it boto3 and slack_sdk talk to the simulator and the clock drives the handlers.

    One deployment at a time. `secrets` (text by ARN) is the scenario's to fill; `faults` may be replaced at any time.
    """

    def __init__(
        self,
        world: AwsWorld,
        clock: Clock,
        rng: Random,
        *,
        template: Path = Path("template.yaml"),
        parameters: Mapping[str, str] | None = None,
        faults: Faults = NO_FAULTS,
        secrets: Mapping[str, str] | None = None,
        handlers: Mapping[str, Callable[[Any, Any], Any]] | None = None,
        realistic_polling: bool = True,
    ) -> None:
        """`handlers` replaces functions, by logical id.

        Without `realistic_polling` a quiet queue waits no longer than its batching window (see polling).
        """
        self._realistic_polling = realistic_polling
        self.clock = clock
        self.stack = Stack.load(template, parameters or {}, stack="ballast", account=ACCOUNT, region=REGION)
        self._dice = Dice(rng, faults)
        self._handlers = handlers or {}
        self.process = Process(clock, REGION, seed=rng.getrandbits(64))
        self.roles = Roles(self.stack, world)
        self.dead_letters: list[DeadLetter] = []
        self.invocations: list[Invocation] = []
        self.queues = {spec.name: Queue(spec, clock, self._dice, redrive=self._redrive) for spec in self.stack.queues}
        self.bus = Bus(
            rules=self.stack.rules,
            names=self.stack.names,
            send=lambda queue, body: self.queues[queue].send(body),
            clock=clock,
            dice=self._dice,
        )
        self.sources: list[EventSource] = []
        self._passive = PassiveServices(
            clock=clock,
            dice=self._dice,
            names=self.stack.names,
            bus=self.bus,
            queues=self.queues,
            dead_letter=self._dead_letter,
            topics=self.stack.topics,
            secrets=dict(secrets or {}),
            others=Operating(self.stack, clock, self.sources, parameters or {}).handle,
        )
        self.front_door = FrontDoor(
            clock=clock,
            dice=self._dice,
            world=world.handle,
            tables=Tables(self.stack.tables, ACCOUNT, REGION),
            passive=self._passive,
            limits=RateLimits(clock),
            allow=self.roles.check,
            refuse=world.check_refused,
        )
        self.slack = Workspace(clock, self._dice)
        self.functions: dict[str, Function] = {}
        self._undo = ExitStack()
        world.subscribe(self.bus.put)

    @property
    def faults(self) -> Faults:
        return self._dice.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._dice.faults = faults

    @property
    def secrets(self) -> dict[str, str]:
        return self._passive.secrets

    @property
    def messages(self) -> list[Publication]:
        """What was published to SNS."""
        return self._passive.messages

    @property
    def calls(self) -> list[Call]:
        return self.front_door.calls

    @property
    def aws_calls(self) -> Counter[str]:
        """Attempts by service:Operation."""
        return self.front_door.aws_calls

    @property
    def in_flight(self) -> int:
        """Events on their way, messages in queues and running invocations: 0 when all is quiet."""
        running = sum(len(function.running) for function in self.functions.values())
        return self.bus.in_transit + sum(len(queue) for queue in self.queues.values()) + running

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """What the handlers handed to CloudWatch, in embedded metric format."""
        return self.process.metrics

    def __enter__(self) -> Self:
        if botocore_bridge.bridge.front_door is not None:
            raise RuntimeError("Another deployment is active; leave it first.")
        with ExitStack() as undo:
            self.process.start()
            undo.callback(self.process.stop)
            botocore_bridge.bridge.open(self.front_door)
            undo.callback(botocore_bridge.bridge.close)
            slack_bridge.bridge.open(self.slack)
            undo.callback(slack_bridge.bridge.close)
            for spec in self.stack.functions:
                self._start(spec)
            undo.callback(self._end)
            self.bus.start_schedules()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def _start(self, spec: FunctionSpec) -> None:
        self.process.enter(spec, {})
        given = self._handlers.get(spec.name)
        code = Code.load(spec) if given is None else Code(given)
        code.forget()
        function = self.functions[spec.name] = Function(
            spec=spec,
            code=code,
            names=self.stack.names,
            clock=self.clock,
            dice=self._dice,
            enter=self.process.enter,
            log=self.invocations,
        )
        self.sources += [
            EventSource(
                spec=source,
                queue=self.queues[source.queue],
                queue_arn=self.stack.names.arn(source.queue),
                function=function,
                clock=self.clock,
                dice=self._dice,
                waits_when_quiet=self._realistic_polling,
            )
            for source in spec.sources
        ]

    def _end(self) -> None:
        self.bus.open = False
        for function in self.functions.values():
            function.stop()
        for function in self.functions.values():
            function.forget()

    def _redrive(self, queue: str, message: Message) -> None:
        self._dead_letter(queue, message.body, message.attributes)

    def _dead_letter(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        self.dead_letters.append(DeadLetter(self.clock.now_s, queue, body, attributes))
