"""What runs, what is published, what changed: one thing in trouble holds up no other."""

from __future__ import annotations

from tests.released import AFTER, ARCH, BEFORE, VARIANT, watching


def test_a_variant_without_parameters_is_a_ticket_and_the_others_go_on() -> None:
    with watching() as watched:
        watched.releases.publish("aws-ecs-9", ARCH, "1.70.0", long_ago=True)
        watched.world.add_group("new", "prod", desired=1, bottlerocket=("aws-ecs-9", ARCH, "1.70.0"))
        del watched.releases.lines["aws-ecs-9", ARCH]
        watched.check()
        watched.check()

        assert watched.available == [(None, BEFORE)]
        assert [n["code"] for n in watched.notices] == ["BottlerocketReleaseAvailable", "BottlerocketReleaseUnknown"]


def test_an_attribute_that_no_parameter_can_have_costs_the_others_nothing() -> None:
    with watching() as watched:
        watched.world.ec2.instances[watched.instances("prod")[0]].os = ("my own {variant}", ARCH)
        watched.check()

        assert watched.available == [(None, BEFORE)]
        [unknown] = [n for n in watched.notices if n["code"] == "BottlerocketReleaseUnknown"]
        assert "'my own {variant}'" in unknown["why"]


def test_a_cluster_that_cannot_be_looked_into_holds_up_no_other_and_is_tried_again() -> None:
    with watching() as watched:
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        watched.releases.recall(VARIANT, ARCH)
        gone = watched.world.clusters.pop("staging")
        watched.check()

        [page] = [notice for notice in watched.notices if notice["severity"] == "page"]
        assert "Not looked into: staging." in page["impact"]
        assert len(watched.deployment.queues["ReleaseChecks"]) == 1
        watched.world.clusters["staging"] = gone
        watched.run(400)
        assert len(watched.deployment.queues["ReleaseChecks"]) == 0
