"""Where an instance is looked for, and in which order."""

from __future__ import annotations

from tests.deployed import deployed, spent


def test_with_many_clusters_the_group_of_an_instance_tells_which_of_them_to_ask() -> None:
    with deployed(DryRun="false") as fleet:
        for number in range(20):
            fleet.world.add_cluster(f"other-{number}", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))

        assert spent(fleet, "UpdateContainerInstancesState") == [
            "DescribeAutoScalingInstances",
            "ListContainerInstances",
            "DescribeContainerInstances",
            "UpdateContainerInstancesState",
        ]


def test_an_instance_in_no_group_is_looked_for_in_every_cluster() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        loose = fleet.world.add_instance("other").id
        fleet.run(80)
        fleet.send(fleet.a_spot_warning(loose))

        assert fleet.status(loose) == "DRAINING"


def test_while_its_group_cannot_be_looked_up_a_warning_is_acted_on_all_the_same() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.world.refuse_calls("autoscaling", "DescribeAutoScalingInstances", "throttled")
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))

        assert fleet.status(fleet.instance_ids[0]) == "DRAINING"


def test_a_warning_comes_again_while_the_cluster_that_may_have_its_instance_does_not_answer() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.world.refuse("prod", for_s=30, operations=["ListContainerInstances"])
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))
        assert fleet.status(fleet.instance_ids[0]) == "ACTIVE"

        fleet.run(100)
        assert fleet.status(fleet.instance_ids[0]) == "DRAINING"
        assert fleet.deployment.dead_letters == []
