"""What a decision about a rollout sees of its hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.fleet import has_arrived, on_target, ours, versions
from ballast.facts.group import GroupMembership
from ballast.policy.updates import Strategy
from ballast.records.rollout import Stage
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_rollout, an_update

IN_PLACE = a_rollout()
REPLACE = a_rollout(strategy=Strategy.REPLACE)
OFF = {"agent_connected": False}


def test_who_is_in_a_group_and_not_in_the_cluster_is_unregistered_unless_it_leaves() -> None:
    states = {"i-1": "InService", "i-2": "Pending:Wait", "i-3": "Terminating:Wait", "i-4": "Standby"}
    members = {name: GroupMembership("web", state) for name, state in states.items()}
    host = a_host(1)

    fleet = a_fleet(host, members=members | {host.id: GroupMembership("web", "InService")})

    assert fleet.unregistered == ("i-1", "i-2")


def test_an_update_of_another_rollout_says_nothing_of_this_one() -> None:
    host = a_host(1, update=an_update())

    assert ours(host, IN_PLACE) == host.update
    assert ours(replace(host, update=an_update(rollout="another")), IN_PLACE) is None
    assert ours(a_host(1), IN_PLACE) is None


def test_who_is_under_way_has_arrived_once_its_update_is_done_whatever_ssm_says() -> None:
    done, under_way = an_update(stage=Stage.DONE), an_update(stage=Stage.RETURNING)

    assert has_arrived(a_host(1, version=BEFORE, update=done), IN_PLACE)
    assert not has_arrived(a_host(1, version=AFTER, update=under_way), IN_PLACE)
    assert on_target(a_host(1, version=AFTER, update=under_way), IN_PLACE)


def test_one_that_was_replaced_has_arrived_once_it_serves() -> None:
    assert not has_arrived(a_host(1, version=AFTER, instance=OFF), REPLACE)
    assert has_arrived(a_host(1, version=AFTER), REPLACE)
    assert has_arrived(a_host(1, version=AFTER, instance=OFF), IN_PLACE)


def test_versions_are_counted_as_far_as_they_are_known() -> None:
    done = a_host(4, version=BEFORE, update=an_update(4, stage=Stage.DONE))
    fleet = a_fleet(a_host(1), a_host(2, version=None), a_host(3, version=AFTER), done)

    assert versions(fleet, IN_PLACE) == {AFTER: 2, BEFORE: 1, "unknown": 1}
    assert fleet.updates == (done.update,)


def test_a_host_that_is_not_registered_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="is not registered in prod"):
        _ = a_host(1, view={"instance": None}).instance
