"""At the end: what the deployed roles were asked, the same roles for clusters by name, and a removal that leaves nothing."""

from __future__ import annotations

import pytest

from tests.e2e.account import change
from tests.e2e.looking import Account
from tests.e2e.removing import left_over, remove


def test_no_function_was_refused_or_asked_what_nobody_knows(here: Account) -> None:
    assert here.refused() == []


def test_each_function_was_heard_of(here: Account) -> None:
    assert {c.caller for c in list(here.gateway.calls)} >= set(here.stack.of("AWS::Lambda::Function"))


def test_roles_for_clusters_by_name_allow_the_same_calls(here: Account) -> None:
    recorded = [call for call in list(here.gateway.calls) if call.caller and call.outcome == "ok"]
    names = ",".join(sorted(here.clusters))
    change(here, {**here.parameters, "ManagedClusters": names})

    with here.world() as world:
        roles = here.stack.roles(world)
        for call in recorded:
            roles.check(call.caller, call.service, call.operation, call.params)
    assert recorded


def test_the_roles_of_other_clusters_refuse_them(here: Account) -> None:
    change(here, {**here.parameters, "ManagedClusters": "another"})
    [drained, *_] = [c for c in here.calls("UpdateContainerInstancesState", "DrainInstance") if c.outcome == "ok"]

    with here.world() as world, pytest.raises(Exception, match="AccessDenied"):
        here.stack.roles(world).check(drained.caller, drained.service, drained.operation, drained.params)


def test_a_removal_leaves_nothing(here: Account) -> None:
    remove(here)

    assert left_over(here) == []
