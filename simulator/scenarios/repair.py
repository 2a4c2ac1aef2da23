"""The agent of one instance of three goes and stays away: it is replaced, and its tasks run elsewhere before it goes."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage

REPAIR = "ballast:repair"
ON = MANAGED | {REPAIR: "on"}
RIGHTS = {"RepairRights": "on"}  # of the stack
ROOM = 1024  # CPU units of a task of which two leave room for two more
NO_ROOM = 1792  # two fill an instance


def fleet(stage: Stage, instances: int = 3, *, cpu: int = ROOM, maximum: int | None = None) -> None:
    """Two tasks of `api` on each instance, and a daemon."""
    world = stage.world
    world.add_cluster("prod", ON)
    world.add_group("web", "prod", desired=instances, maximum=maximum or instances + 3, capacity_provider="web")
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    world.add_service("prod", "api", desired=2 * instances, cpu=cpu, memory_mib=1024)
    world.age_group("web")
    world.tell_health()


def build(stage: Stage) -> None:
    fleet(stage)
    lost = stage.instances("web")[0]
    stage.at(5, lambda: stage.world.disconnect_agent(lost))


SCENARIO = Scenario("repair", "The agent of one instance of three stays away: it is replaced", 45, build, RIGHTS)
