"""What follows from what was seen, and what does not where nobody could look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast_cli.doctor.facts import Identity, Nobody, Resource, Stack, Trouble
from ballast_cli.doctor.fleet import ClusterSeen
from ballast_cli.doctor.seen import Unseen
from ballast_cli.doctor.snapshot import FIRST, Snapshot, looked_after, names_of
from tests.builders import NOW, after
from tests.cli.doctor.account import JO

WHO = Identity(JO, "123456789012", "eu-central-1", 2.0)
STACK = Stack("ballast", "CREATE_COMPLETE", "", {"ManagedClusters": "a,b"}, {}, True, after(-60), after(-10))  # noqa: FBT003
S = Snapshot(NOW, "ballast", WHO, stack=STACK, resources=(Resource("Ledger", "t", "ballast-Ledger-1"),))


def test_parameters_and_names_are_those_of_the_stack() -> None:
    assert (S.parameter("ManagedClusters"), S.named, S.physical("Ledger")) == (
        "a,b",
        frozenset("ab"),
        "ballast-Ledger-1",
    )


def test_where_the_stack_is_unseen_or_missing_words_stand_in_the_place_of_names() -> None:
    for stack in (None, Unseen("no")):
        blind = replace(S, stack=stack, resources=FIRST)
        assert (blind.parameter("DryRun"), blind.named, blind.physical("Ledger")) == ("", frozenset(), "LEDGER")
        assert not blind.is_younger(timedelta(days=999))


def test_a_stack_is_as_young_as_its_last_deployment() -> None:
    assert (S.is_younger(timedelta(minutes=11)), S.is_younger(timedelta(minutes=10))) == (True, False)


def test_the_clock_and_who_asks_are_known_only_where_aws_has_told() -> None:
    late = Nobody(Trouble.CLOCK, "no", "eu-central-1", 999.0)

    assert (S.skew_s, S.asker) == (2.0, WHO)
    assert (replace(S, identity=late).skew_s, replace(S, identity=late).asker) == (999.0, FIRST)
    assert replace(S, identity=Nobody(Trouble.NONE, "no")).skew_s == FIRST
    assert isinstance(replace(S, identity=replace(WHO, skew_s=None)).skew_s, Unseen)


@pytest.mark.parametrize(
    ("named", "found"), [(frozenset[str](), ["tagged"]), (frozenset({"plain"}), ["plain"]), (frozenset({"x"}), [])]
)
def test_names_win_over_tags(named: frozenset[str], found: list[str]) -> None:
    clusters = (
        ClusterSeen("tagged", "arn", "ACTIVE", {"ballast:managed": "true"}),
        ClusterSeen("nearly", "arn", "ACTIVE", {"ballast:managed": "True"}),
        ClusterSeen("plain", "arn", "ACTIVE", {}),
    )

    assert [each.name for each in looked_after(clusters, named)] == found


@pytest.mark.parametrize(("written", "names"), [("", set()), ("a", {"a"}), ("a,b", {"a", "b"})])
def test_clusters_are_named_with_commas(written: str, names: set[str]) -> None:
    assert names_of(written) == names
