"""`python -m simulator serve`: a scenario's world on a port, until Ctrl-C."""

from __future__ import annotations

import time
from contextlib import suppress

from simulator.serve.bus import bus_at
from simulator.serve.gateway import Gateway
from simulator.serve.running import Running
from simulator.stage import MANAGED


def serve(port: int, *, emulator: str, speed: float, seed: int) -> int:
    """A cluster `prod` of four Spot and four on-demand instances; what happens is told to the emulator's event bus."""
    running = Running(bus_at(emulator) if emulator else None, seed=seed, speed=speed)
    with running.still() as world:
        world.add_cluster("prod", MANAGED)
        world.add_group("spot", "prod", desired=4, spot=True, capacity_provider="spot")
        world.add_group("web", "prod", desired=4, capacity_provider="web")
        world.add_service("prod", "api", desired=8)
    gateway = Gateway(running, port, emulator=emulator)
    print(f"The world answers at {gateway.url}, {speed:g} virtual seconds a second. Ctrl-C ends it.", flush=True)
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)
    gateway.stop()
    running.stop()
    return 0
