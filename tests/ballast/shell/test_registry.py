"""Which clusters Ballast looks after, and what belongs to each."""

from __future__ import annotations

from ballast.shell.registry import look_up_parts, refresh_registry
from tests.ballast.shell.looked import looked


def test_what_belongs_to_a_cluster_is_looked_up_and_kept() -> None:
    with looked() as found:
        prod = found.cluster()

    assert (prod.groups, prod.provider_names, prod.instances) == (("web",), ("web",), 3)
    assert [provider.name for provider in prod.providers] == ["web"]
    assert prod.refreshed_at


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
