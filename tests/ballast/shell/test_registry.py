"""Which clusters Ballast looks after, and what belongs to each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.shell.registry import look_up_parts, refresh_registry
from tests.ballast.shell.looked import looked, moved_to_a_cluster_of_others


def test_what_belongs_to_a_cluster_is_looked_up_and_kept() -> None:
    with looked() as found:
        prod = found.cluster()

    assert (prod.groups, prod.provider_names, prod.instances) == (("web",), ("web",), 3)
    assert [provider.name for provider in prod.providers] == ["web"]
    assert prod.refreshed_at


def test_a_group_whose_instances_joined_by_themselves_is_found_by_them_and_daemons_by_their_services() -> None:
    with looked() as found:
        found.fleet.world.add_group("loose", "prod", desired=1)
        found.fleet.world.add_service("prod", "logs", daemon=True)

        parts = look_up_parts(found.ledger, found.cluster(), found.now)

        assert (parts.cluster.groups, parts.cluster.daemon_services) == (("loose", "web"), ("logs",))
        assert parts.cluster.hooks_at is None  # the new group may lack our hook
        assert found.cluster() == parts.cluster


def test_a_group_without_a_provider_stays_the_clusters_while_it_lacks_all_that_it_wants() -> None:
    with looked() as found:
        world = found.fleet.world
        world.add_group("loose", "prod", desired=1)
        world.fail_launches("loose", for_s=3600)
        found.fleet.run(1)
        known = look_up_parts(found.ledger, found.cluster(), found.now).cluster
        [only] = world.groups.groups["loose"].members
        world.terminate_instance(only)
        found.fleet.run(300)

        bare = look_up_parts(found.ledger, known, found.now).cluster
        assert world.groups.groups["loose"].members == {}
        assert bare.groups == ("loose", "web")

        world.set_desired("loose", 0)
        assert look_up_parts(found.ledger, bare, found.now).cluster.groups == ("web",)


def test_a_group_that_has_instances_in_another_cluster_by_now_is_that_ones() -> None:
    with looked("other") as found:
        world = found.fleet.world
        world.add_group("loose", "prod", desired=1)
        known = look_up_parts(found.ledger, found.cluster(), found.now).cluster
        [moved] = world.groups.groups["loose"].members
        old = world.host(moved).arn
        world.move_agent(moved, "other")
        gone = {"cluster": "prod", "containerInstance": old, "force": True}
        world.handle("ecs", "DeregisterContainerInstance", gone, actor="somebody")

        assert known.groups == ("loose", "web")
        assert look_up_parts(found.ledger, known, found.now).cluster.groups == ("web",)


def test_a_group_of_which_a_cluster_of_others_has_instances_is_shared() -> None:
    with looked() as found:
        moved_to_a_cluster_of_others(found)

        assert look_up_parts(found.ledger, found.cluster(), found.now).cluster.shared_groups == ("web",)


def test_while_a_cluster_of_others_does_not_answer_nobody_knows_which_groups_are_shared_and_it_is_asked_again() -> None:
    with looked() as found:
        moved_to_a_cluster_of_others(found)
        known = look_up_parts(found.ledger, found.cluster(), found.now).cluster
        found.fleet.world.refuse("theirs", "ThrottlingException")

        parts = look_up_parts(found.ledger, known, found.now + timedelta(hours=1))

        assert parts.cluster.shared_groups == ("web",)
        assert parts.cluster.refreshed_at == known.refreshed_at
        assert "clusters of others" in parts.why


def test_a_cluster_is_changed_when_its_tags_or_counts_are_and_then_alone() -> None:
    with looked("other") as found:
        assert refresh_registry(found.ledger, (), found.now).changed == frozenset()

        found.fleet.world.cluster("other").tags["ballast:budget"] = "3"
        found.fleet.world.add_instance("prod")

        assert refresh_registry(found.ledger, (), found.now).changed == {"prod", "other"}
        assert found.cluster("other").policy.budget == "3"


def test_one_that_is_untagged_is_ours_no_more_and_one_that_is_not_answered_for_stays() -> None:
    with looked("other") as found:
        found.fleet.world.cluster("other").tags.clear()
        assert list(refresh_registry(found.ledger, (), found.now).clusters) == ["prod"]
        assert list(found.ledger.clusters()) == ["prod"]

        found.fleet.world.refuse_calls("ecs", "ListClusters")
        assert list(refresh_registry(found.ledger, (), found.now).clusters) == ["prod"]


def test_a_part_that_aws_does_not_tell_stays_as_it_was_and_is_asked_for_again() -> None:
    with looked() as found:
        known = found.cluster()
        found.fleet.world.refuse_calls("ecs", "DescribeCapacityProviders")

        parts = look_up_parts(found.ledger, known, found.now)

        assert parts.why
        assert (parts.cluster.providers, parts.cluster.groups) == (known.providers, known.groups)
        assert parts.cluster.refreshed_at == known.refreshed_at
        assert parts.everybody is not None
        assert len(parts.everybody) == 3


@pytest.mark.parametrize("field", ["arn", "name", "groups", "instances"])
def test_one_that_nobody_could_read_is_written_as_ecs_tells_it_and_obeyed_again(field: str) -> None:
    with looked() as found:
        known = found.cluster()
        found.spoil("#registry", "prod", field)
        assert found.cluster().policy.brake

        found.register()

        assert found.cluster() == known
