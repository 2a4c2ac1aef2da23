"""How does Lambda run a function? Environments, cold starts, timeouts, and what is left after a death.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.clock import Clock
from simulator.delivery.code import Code
from simulator.delivery.execution import Execution, Killed, TimedOut
from simulator.delivery.faults import Dice
from simulator.delivery.names import Names
from simulator.delivery.records import Invocation, Outcome
from simulator.delivery.template import FunctionSpec

COLD_START_S = (0.6, 1.5)
WARM_START_S = (0.003, 0.015)

type Memory = dict[str, Any]  # what an environment keeps of AWS's answers: no other sees it, and it dies with it
type Ended = Callable[[Any, bool], None]  # the response, and whether there is one


@dataclass(slots=True)
class Context:
    """What a handler gets as its second argument."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    clock: Clock
    deadline_s: float
    memory_limit_in_mb: int = 512
    function_version: str = "$LATEST"
    log_group_name: str = "simulated"
    log_stream_name: str = "simulated"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline_s - self.clock.now_s) * 1000))


class Function:
    """One deployed function. All its environments share the module, so `forget` after a death affects them all.

    Each has a memory of its own.
    """

    def __init__(
        self,
        *,
        spec: FunctionSpec,
        code: Code,
        names: Names,
        clock: Clock,
        dice: Dice,
        enter: Callable[[FunctionSpec, Memory], None],
        log: list[Invocation],
    ) -> None:
        """`enter` makes the function's variables and the memory of one of its environments the current ones."""
        self.spec = spec
        self._code = code
        self._names = names
        self._clock = clock
        self._dice = dice
        self._enter = enter
        self._log = log
        self._warm: list[Memory] = []
        self.running: dict[str, Execution] = {}
        self.watchers: list[Callable[[str, Mapping[str, Any]], None]] = []  # hear of each batch

    def invoke(self, event: Mapping[str, Any], ended: Ended) -> None:
        """Start soon, in a warm environment if one is free; `ended` is called when it is over."""
        for watcher in self.watchers:
            watcher(self.spec.name, event)
        cold = not self._warm
        memory = {} if cold else self._warm.pop()
        delay_s = self._dice.between(COLD_START_S if cold else WARM_START_S)
        invocation = Invocation(
            id=self._dice.uuid(),
            function=self.spec.name,
            started_s=self._clock.now_s + delay_s,
            records=len(event.get("Records", ())),
            cold=cold,
        )
        self._log.append(invocation)
        self._clock.after(delay_s, lambda: self._start(invocation, event, memory, ended))

    def warm_up(self, memory: Memory) -> None:
        """As if an environment had run before, which has kept this; the next run is played in it."""
        self._warm.append(memory)

    def stop(self) -> None:
        """End every running invocation."""
        for execution in list(self.running.values()):
            execution.stop(Killed())

    def forget(self) -> None:
        """Lose what the environments keep in memory; call it from outside of all."""
        for memory in self._warm:
            memory.clear()
        self._enter(self.spec, {})
        self._code.forget()

    def _start(self, invocation: Invocation, event: Mapping[str, Any], memory: Memory, ended: Ended) -> None:
        context = Context(
            aws_request_id=invocation.id,
            function_name=self._names.physical(self.spec.name),
            invoked_function_arn=self._names.arn(self.spec.name),
            clock=self._clock,
            deadline_s=self._clock.now_s + self.spec.timeout_s,
        )
        answer: list[Any] = []

        def work() -> None:
            response = self._code.handler(event, context)
            answer.append(json.loads(json.dumps(response)))  # Lambda's answer is JSON

        def finish(error: BaseException | None) -> None:
            deadline.cancel()
            del self.running[invocation.id]
            self._settle(invocation, memory, error)
            ended(answer[0] if answer else None, invocation.outcome is Outcome.OK)

        execution = Execution(
            self._clock,
            work,
            before_resume=lambda: self._enter(self.spec, memory),
            ended=finish,
            function=self.spec.name,
            invocation=invocation.id,
        )
        self.running[invocation.id] = execution
        deadline = self._clock.after(self.spec.timeout_s, lambda: execution.stop(TimedOut()))
        execution.begin()

    def _settle(self, invocation: Invocation, memory: Memory, error: BaseException | None) -> None:
        invocation.ended_s = self._clock.now_s
        match error:
            case None:
                invocation.outcome = Outcome.OK
            case TimedOut():
                invocation.outcome = Outcome.TIMED_OUT
            case Killed():
                invocation.outcome = Outcome.KILLED
            case _:
                invocation.outcome = Outcome.ERROR
                invocation.error = "".join(traceback.format_exception(error))
        if isinstance(error, Killed):
            self._code.forget()
        else:
            self._warm.append(memory)
