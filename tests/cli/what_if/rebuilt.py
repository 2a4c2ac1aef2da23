"""The world of a dump, with the product in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ballast.aws import session
from ballast_cli.dump.records import Dump
from ballast_cli.what_if.world.build import build
from simulator.stage import Scenario, Stage


@contextmanager
def rebuilt(dump: Dump, **parameters: str) -> Iterator[Stage]:
    scenario = Scenario("test", "a dump, built", 600, lambda stage: build(stage.world, dump), parameters)
    with Stage(scenario, 1, epoch=dump.taken_at) as stage:
        stage.deployment.faults = replace(stage.deployment.faults, enforces_rate_buckets=False)
        yield stage
    session.client.cache_clear()
