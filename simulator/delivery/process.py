"""What must be different in this process while a deployment runs? Variables, time, chance, and what handlers print."""

from __future__ import annotations

import json
import logging
import os
import random
import time
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, tzinfo
from typing import Any, SupportsIndex

from aws_lambda_powertools.metrics import base as metrics
from aws_lambda_powertools.metrics.provider.cloudwatch_emf import cloudwatch
from aws_lambda_powertools.utilities.parameters import base as parameters
from botocore.useragent import UserAgentString

import ballast.clock
from ballast.aws import kept, seal
from simulator.clock import Clock
from simulator.delivery.execution import current
from simulator.delivery.functions import Memory
from simulator.delivery.template import FunctionSpec

BASE = {
    "AWS_ACCESS_KEY_ID": "simulated",
    "AWS_SECRET_ACCESS_KEY": "simulated",
    "AWS_SESSION_TOKEN": "simulated",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
MISSING = object()


def _virtual_datetime(clock: Clock) -> type[datetime]:
    """Powertools keeps a parameter for some seconds of real time; here they are virtual ones."""

    class VirtualDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> VirtualDatetime:
            moment = clock.utc.astimezone(tz)
            return cls.fromisoformat((moment if tz else moment.replace(tzinfo=None)).isoformat())

    return VirtualDatetime


class Process:
    """Started once for a deployment; `enter` switches to the variables of one function.

    `metrics` is what handlers handed to CloudWatch, in embedded metric format.
    """

    def __init__(self, clock: Clock, region: str, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._base = BASE | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        self._own: Mapping[str, str] = {}
        self._variables: Mapping[str, str] = {}
        self._undo = ExitStack()
        self._real_sleep = time.sleep
        self.metrics: list[dict[str, Any]] = []

    def start(self) -> None:
        self._undo.callback(_restore_environ, dict(os.environ))
        for name in [n for n in os.environ if n.startswith(("AWS_", "POWERTOOLS_"))]:
            del os.environ[name]
        os.environ.update(self._base)
        self._own = dict(os.environ)

        self._undo.callback(logging.disable, logging.root.manager.disable)
        logging.disable(logging.CRITICAL)
        self._undo.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", message="No application metrics to publish")

        self._real_sleep = time.sleep
        self._replace(time, "sleep", self._virtual_sleep)
        self._replace(kept, "_all", {})
        self._replace(ballast.clock, "utc_now", lambda: self._clock.utc)
        self._replace(parameters, "datetime", _virtual_datetime(self._clock))
        # Nobody reads it, and building it is a third of the time of a call.
        self._replace(UserAgentString, "to_string", lambda _: "simulated")
        # Both print metrics to standard output, where CloudWatch would read them.
        self._replace(metrics, "print", self._keep_metrics)
        self._replace(cloudwatch, "print", self._keep_metrics)
        self._replace(seal, "urandom", random.Random(self._seed).randbytes)  # the same run signs the same
        # SDKs take the jitter of their retries from the global generator.
        self._undo.callback(random.setstate, random.getstate())
        random.seed(self._seed)

    def stop(self) -> None:
        self._undo.close()
        self._variables = {}

    def enter(self, function: FunctionSpec, memory: Memory) -> None:
        """Make these the current ones: the variables of a function, and what one of its environments has kept."""
        vars(kept)["_all"] = memory
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

    def _replace(self, module: Any, name: str, value: Any) -> None:
        self._undo.callback(_put_back, module, name, vars(module).get(name, MISSING))
        setattr(module, name, value)

    def _virtual_sleep(self, seconds: float | SupportsIndex) -> None:
        execution = current()
        if execution is None:
            self._real_sleep(seconds)
        else:
            execution.sleep(float(seconds))

    def _keep_metrics(self, text: str, *_: Any, **__: Any) -> None:
        self.metrics.append(json.loads(text))


def _put_back(module: Any, name: str, value: Any) -> None:
    if value is MISSING:
        delattr(module, name)
    else:
        setattr(module, name, value)


def _restore_environ(before: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)
