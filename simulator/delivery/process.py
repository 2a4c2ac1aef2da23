"""What must be different in this process while a deployment runs? Environment, time, sleep and log output."""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import SupportsIndex

from aws_lambda_powertools.utilities.parameters import base as parameters

import ballast.clock
from simulator.clock import Clock
from simulator.delivery.execution import current
from simulator.delivery.template import FunctionSpec

BASE = {
    "AWS_ACCESS_KEY_ID": "simulated",
    "AWS_SECRET_ACCESS_KEY": "simulated",
    "AWS_SESSION_TOKEN": "simulated",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


def _virtual_datetime(clock: Clock) -> type[datetime]:
    """Powertools keeps a parameter for some seconds of real time; here they are virtual ones."""

    class VirtualDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> VirtualDatetime:
            moment = clock.utc.astimezone(tz)
            return cls.fromisoformat((moment if tz else moment.replace(tzinfo=None)).isoformat())

    return VirtualDatetime


class Process:
    """Entered once for a deployment; `enter` switches to the variables of one function."""

    def __init__(self, clock: Clock, region: str, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._base = BASE | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        self._own: Mapping[str, str] = {}
        self._variables: Mapping[str, str] = {}

    def start(self) -> None:
        self._environ = dict(os.environ)
        self._utc_now = ballast.clock.utc_now
        self._sleep = time.sleep
        self._random = random.getstate()
        self._datetime = getattr(parameters, "datetime")  # noqa: B009 - no export
        self._logging_disabled = logging.root.manager.disable
        for name in [n for n in os.environ if n.startswith(("AWS_", "POWERTOOLS_"))]:
            del os.environ[name]
        os.environ.update(self._base)
        self._own = dict(os.environ)
        ballast.clock.utc_now = lambda: self._clock.utc
        time.sleep = self._virtual_sleep
        random.seed(self._seed)  # SDKs take the jitter of their retries from the global generator
        setattr(parameters, "datetime", _virtual_datetime(self._clock))  # noqa: B010 - no export
        parameters.clear_caches()  # type: ignore[no-untyped-call]  # as Powertools ships it
        logging.disable(logging.CRITICAL)

    def stop(self) -> None:
        os.environ.clear()
        os.environ.update(self._environ)
        ballast.clock.utc_now = self._utc_now
        time.sleep = self._sleep
        random.setstate(self._random)
        setattr(parameters, "datetime", self._datetime)  # noqa: B010 - as above
        parameters.clear_caches()  # type: ignore[no-untyped-call]  # as Powertools ships it
        logging.disable(self._logging_disabled)

    def enter(self, function: FunctionSpec) -> None:
        """Make the function's variables the current ones; two functions may use one name differently."""
        if self._variables is function.environment:
            return
        for name in self._variables:
            if name in self._own:
                os.environ[name] = self._own[name]
            else:
                os.environ.pop(name, None)
        for name, value in function.environment.items():
            if name not in self._base:
                os.environ[name] = value
        self._variables = function.environment

    def _virtual_sleep(self, seconds: float | SupportsIndex) -> None:
        execution = current()
        if execution is None:
            self._sleep(seconds)
        else:
            execution.sleep(float(seconds))
