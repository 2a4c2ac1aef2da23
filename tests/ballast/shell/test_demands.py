"""What tasks ask of a host is looked up for those that could go elsewhere."""

from __future__ import annotations

from dataclasses import replace

from ballast.facts.demands import Demands
from ballast.shell.demands import see_demands
from tests.ballast.shell.looked import looked
from tests.builders import ARN, a_daemon, a_service, a_task


def test_tasks_of_services_have_the_demands_of_their_definition_and_daemons_none() -> None:
    with looked() as found:
        world = found.fleet.world
        world.add_service("prod", "web", desired=2, awsvpc=True, distinct_instance=True)
        definition = f"{ARN.replace('eu-central-1', 'us-east-1')}task-definition/web:1"
        tasks = {"i-1": (a_task(definition=definition), a_daemon(definition="never:1"))}
        services = {"web": a_service("web"), "api": a_service("api")}
        services["web"] = replace(services["web"], constraints=replace(services["web"].constraints, distinct=True))

        seen, placed = see_demands("prod", tasks, services)

        assert [task.demands and task.demands.own_interface for task in seen["i-1"]] == [True, None]
        assert isinstance(seen["i-1"][0].demands, Demands)
        assert placed["web"].constraints.hosts is not None
        assert len(placed["web"].constraints.hosts) == 2
        assert placed["api"].constraints.hosts is None
