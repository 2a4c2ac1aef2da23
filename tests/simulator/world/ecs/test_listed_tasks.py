"""Which tasks ListTasks lists: by family those of its task definitions, whoever started them.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"""

from __future__ import annotations

from tests.simulator.world.builders import CLUSTER, a_fleet, ecs, instances_of, tasks_on


def test_a_family_has_the_tasks_of_a_service_and_of_nobody() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=1)
    world.run_task(CLUSTER, "export", on=instances_of(world)[0])
    by_family = {task.spec.family: task.arn for task in tasks_on(world, instances_of(world)[0])}

    assert by_family.keys() == {"shop", "export"}
    for family, arn in by_family.items():
        assert ecs(world, "ListTasks", family=family)["taskArns"] == [arn]
