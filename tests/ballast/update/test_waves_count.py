"""The counts that people read: where each instance stands, and what became of those that are gone."""

from __future__ import annotations

from ballast.facts.fleet import has_arrived, versions
from ballast.records.rollout import Stage
from ballast.update.waves import counted, left_out
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_rollout, an_update
from tests.builders import NOW

EARLIER = "1.62.1/20260601T000000Z"


def test_every_instance_counts_once() -> None:
    fleet = a_fleet(
        a_host(1, version=AFTER),
        a_host(2, update=an_update(2, stage=Stage.DONE)),
        a_host(3, update=an_update(3, stage=Stage.FAILED)),
        a_host(4, update=an_update(4, stage=Stage.EXCLUDED)),
        a_host(5, instance={"tags": {"ballast:do-not-disrupt": "true"}}),
        a_host(6),
    )

    found = counted(fleet, a_rollout(), NOW)

    assert (found.total, found.on_target, found.failed, found.excluded) == (6, 2, 1, 2)


def test_an_instance_that_its_update_cost_is_among_the_failed_and_not_in_the_total() -> None:
    cost = an_update(9, stage=Stage.FAILED, harmed=True)
    forgotten = an_update(8, stage=Stage.STAGING)
    of_another = an_update(7, stage=Stage.FAILED, harmed=True, rollout=EARLIER)

    found = counted(a_fleet(a_host(1), lost=(cost, forgotten, of_another)), a_rollout(), NOW)

    assert (found.total, found.failed) == (1, 1)


def test_an_instance_under_way_has_not_arrived_whatever_ssm_says() -> None:
    assert not has_arrived(a_host(update=an_update(stage=Stage.RETURNING), version=AFTER), a_rollout())


def test_an_instance_that_is_done_has_arrived_although_ssm_is_minutes_late() -> None:
    assert has_arrived(a_host(update=an_update(stage=Stage.DONE), version=BEFORE), a_rollout())


def test_the_record_of_an_earlier_rollout_says_nothing_of_this_one() -> None:
    earlier = an_update(stage=Stage.DONE, rollout=EARLIER)

    assert not has_arrived(a_host(update=earlier), a_rollout())


def test_who_is_left_out_is_so_for_a_reason_in_words() -> None:
    hosts = (
        a_host(1, update=an_update(1, stage=Stage.EXCLUDED, why="a task cannot move")),
        a_host(2, update=an_update(2, stage=Stage.EXCLUDED)),
        a_host(3, version=None),
        a_host(4, version=AFTER, view={"membership": None}),
        a_host(5),
        a_host(6, update=an_update(6, stage=Stage.FAILED), view={"membership": None}),
    )

    found = left_out(a_fleet(*hosts), a_rollout(), NOW)

    assert [found[host.id] for host in hosts[:2]] == ["a task cannot move", "it could not be drained"]
    assert found[hosts[2].id].startswith("SSM does not know it")
    assert len(found) == 3


def test_the_mix_of_versions_names_what_nobody_knows() -> None:
    fleet = a_fleet(a_host(1), a_host(2, version=None), a_host(3, update=an_update(3, stage=Stage.DONE)))

    assert versions(fleet, a_rollout()) == {BEFORE: 1, "unknown": 1, AFTER: 1}


def test_who_is_out_of_reach_is_named_at_the_end_but_for_a_refresh_that_replaces_it() -> None:
    silent = a_host(1, online=False)
    lost = a_host(2, instance={"agent_connected": False})

    assert left_out(a_fleet(silent, lost), a_rollout(), NOW) == {
        silent.id: "Systems Manager does not reach it",
        lost.id: "its ECS agent is disconnected",
    }
    assert left_out(a_fleet(silent, lost), a_rollout(strategy="replace"), NOW) == {}
