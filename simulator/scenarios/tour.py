"""The five-minute tour: Spot interruptions, scale-in with a slow task, a retirement and a lost agent in one fleet."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web-spot", "prod", desired=8, spot=True, capacity_provider="spot")
    world.add_group("web-on-demand", "prod", desired=8, capacity_provider="on-demand")
    for number, name in enumerate(("api", "checkout", "search", "mail", "images", "reports")):
        world.add_service("prod", name, desired=6 + number, cpu=256, memory_mib=512, deregistration_delay_s=10)
    world.add_service("prod", "export", desired=2, cpu=256, memory_mib=512, stop_seconds=(400, 500))
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    spot, steady = stage.instances("web-spot"), stage.instances("web-on-demand")
    retires = world.clock.utc + timedelta(days=10)

    for instance_id in spot[:3]:
        stage.at(3, partial(world.warn_spot, instance_id))
    stage.at(9, lambda: world.scale_in("web-on-demand", steady[0]))
    stage.at(14, lambda: world.schedule_retirement([steady[1]], retires))
    stage.at(16, lambda: world.disconnect_agent(steady[2], for_s=90))
    stage.at(18, lambda: world.disconnect_agent(steady[3], for_s=20 * 60))


SCENARIO = Scenario("tour", "A fleet survives Spot interruptions, a scale-in, a retirement and a lost agent", 45, build)
