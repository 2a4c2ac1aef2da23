"""A value that is stored comes back the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.codec import from_item, from_plain, to_item, to_plain
from ballast.facts.view import Cluster, Provider
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption
from ballast.records.watch import Watch, WatchKind
from tests.builders import NOW, a_cluster, a_disruption, a_policy, a_scale_in, a_watch
from tests.strategies import disruptions


@given(disruptions())
def test_a_disruption_comes_back_the_same(disruption: Disruption) -> None:
    assert from_item(Disruption, to_item(disruption)) == disruption


@given(st.sampled_from(WatchKind), st.booleans(), st.integers(0, 10**6))
def test_a_watch_comes_back_the_same(kind: WatchKind, told: bool, revision: int) -> None:  # noqa: FBT001
    watch = a_watch(kind=kind, told=told, revision=revision)

    assert from_item(Watch, to_item(watch)) == watch


def test_a_cluster_comes_back_without_its_policy_which_is_in_its_tags() -> None:
    cluster = a_cluster(
        a_policy(budget="3"),
        tags={"ballast:budget": "3"},
        providers=(Provider("p", "web", managed_draining=True), Provider("by-ecs", None, managed_draining=True)),
        daemon_services=("logs", "metrics"),
    )

    item = to_item(cluster)

    assert "policy" not in item
    assert from_item(Cluster, item) == replace(cluster, policy=Policy())


def test_what_is_none_is_left_out_and_times_are_text() -> None:
    item = to_item(a_disruption(deadline=None), item="drain#x")

    assert "deadline" not in item
    assert item["started_at"] == {"S": NOW.isoformat()}
    assert item["item"] == {"S": "drain#x"}


def test_attributes_of_a_later_version_are_ignored() -> None:
    item: dict[str, Any] = {**to_item(a_scale_in()), "mood": {"S": "calm"}}

    assert from_item(Disruption, item) == a_scale_in()


def test_sets_come_back_frozen_and_json_keeps_what_is_none() -> None:
    assert isinstance(from_plain(frozenset[str], {"a", "b"}), frozenset)
    assert to_plain(a_disruption(deadline=None))["deadline"] is None
    assert from_plain(Disruption, to_plain(a_disruption(deadline=None))) == a_disruption(deadline=None)
