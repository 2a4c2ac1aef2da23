"""How a running rollout goes on: what it says, what it stages ahead, and when a wave has ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.capacity import ZonalShift
from ballast.facts.fleet import Fleet, Host
from ballast.facts.zones import ZONE
from ballast.plans.actions import Claim, Tell
from ballast.plans.plan import Plan
from ballast.plans.update_actions import RunCommand
from ballast.policy.updates import Strategy, UpdatePolicy
from ballast.policy.windows import read_windows
from ballast.records.document import Document
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.rollout.progress import plan_progress, wants_batch
from tests.ballast.update.rollouts import AFTER, a_fleet, a_host, a_rollout, an_update, documents, kept, told
from tests.builders import a_group, a_policy, after

POLICY = a_policy(budget="2", updates=UpdatePolicy(strategy=Strategy.IN_PLACE, waves=(50, 100)))


def ten(*hosts: Host) -> Fleet:
    """The hosts given, and untouched ones up to ten."""
    given = {host.id: host for host in hosts}
    others = (a_host(number) for number in range(1, 11))
    return a_fleet(*(given.get(host.id, host) for host in others), policy=POLICY)


def at(number: int, stage: Stage, **changes: object) -> Host:
    return a_host(number, update=replace(an_update(number), stage=stage, **changes))  # type: ignore[arg-type]


def progress(fleet: Fleet, rollout: Rollout, minutes: float = 10) -> Plan:
    return plan_progress(fleet, rollout, after(minutes))


def begun(plan: Plan) -> list[str]:
    return [action.update.instance_id for action in plan.actions if isinstance(action, RunCommand)]


def test_the_record_of_a_rollout_is_claimed_before_its_first_host_is_asked() -> None:
    first, *rest = progress(ten(), a_rollout()).actions

    assert isinstance(first, Claim)
    assert first.before == a_rollout()
    assert [type(action) for action in rest] == [Claim, RunCommand]


@pytest.mark.parametrize(("staged", "more"), [(0, 4), (1, 3), (3, 1), (4, 0), (5, 0)])
def test_two_budgets_are_staged_ahead_and_no_more(staged: int, more: int) -> None:
    fleet = ten(*(at(number, Stage.STAGING) for number in range(1, staged + 1)))

    assert len(documents(progress(fleet, a_rollout(wave=2)))) == more


def test_no_instance_is_staged_beyond_the_share_of_the_wave() -> None:
    fleet = ten(*(at(number, Stage.DONE) for number in range(1, 5)))

    assert len(documents(progress(fleet, a_rollout(wave=1)))) == 1


@pytest.mark.parametrize(("minutes", "again"), [(29, []), (30, [Document.CHECK])])
def test_an_instance_that_failed_is_tried_again_once_its_pause_is_over(minutes: float, again: list[Document]) -> None:
    fleet = ten(at(1, Stage.FAILED, retry_at=after(30), attempts=1))

    assert documents(progress(fleet, a_rollout(), minutes)) == again


def test_a_wave_waits_for_the_instance_that_is_to_be_tried_again() -> None:
    waits = ten(at(1, Stage.FAILED, retry_at=after(30)))
    given_up = ten(at(1, Stage.FAILED, retry_at=None))

    assert progress(waits, a_rollout(total=10)).actions == ()
    assert kept(progress(given_up, a_rollout())).wave_done_at == after(10)


def test_a_wave_waits_for_what_an_earlier_rollout_has_not_let_go() -> None:
    earlier = at(2, Stage.UNSTAGING, rollout="1.62.1/20260601T000000Z")

    assert kept(progress(ten(at(1, Stage.DONE), earlier), a_rollout())).wave_done_at is None


def test_nothing_begins_outside_the_window_and_the_count_is_still_kept() -> None:
    closed = a_policy(updates=replace(POLICY.updates, windows=read_windows("0 2 * * * for 4h in UTC")))
    fleet = ten(at(1, Stage.STAGING))
    fleet = replace(fleet, cluster=replace(fleet.cluster, policy=closed))

    found = plan_progress(fleet, a_rollout(), after(10))

    assert documents(found) == []
    assert "the next maintenance window opens at" in found.reason
    assert kept(found).total == 10
    assert plan_progress(fleet, kept(found), after(11)).actions == ()


def test_a_change_of_the_count_is_told_once() -> None:
    fleet = ten(at(1, Stage.RETURNING), a_host(2, version=AFTER))

    found = progress(fleet, a_rollout())

    assert told(found) == ["BottlerocketRolloutProgress"]
    assert (kept(found).told, kept(found).on_target) == (1, 1)
    assert progress(fleet, kept(found)).actions == ()


def test_a_wave_that_is_complete_bakes_and_says_so() -> None:
    found = progress(ten(at(1, Stage.DONE)), a_rollout())

    assert kept(found).wave_done_at == after(10)
    [notice] = [action.notice for action in found.actions if isinstance(action, Tell)]
    assert "canary is complete and bakes" in notice.what


@pytest.mark.parametrize(
    ("state", "ends_as"), [(RolloutState.RUNNING, "done"), (RolloutState.ROLLING_BACK, "rolled_back")]
)
def test_a_rollout_ends_once_every_instance_has_been_seen_to(state: RolloutState, ends_as: str) -> None:
    fleet = ten(*(at(number, Stage.DONE) for number in range(1, 10)), at(10, Stage.EXCLUDED, since=after(9)))

    over = kept(progress(fleet, a_rollout(state=state, wave=2)))

    assert (over.state, over.ended_at, over.on_target, over.excluded) == (ends_as, after(10), 9, 1)


def test_a_rollout_of_one_instance_needs_neither_waves_nor_bakes() -> None:
    fleet = a_fleet(at(1, Stage.DONE), policy=POLICY)

    assert kept(progress(fleet, a_rollout())).state is RolloutState.DONE


def test_an_instance_out_of_reach_keeps_a_rollout_from_nothing() -> None:
    away = a_host(10, online=False)
    fleet = ten(*(at(number, Stage.DONE) for number in range(1, 10)), away)

    assert kept(progress(fleet, a_rollout(wave=2))).state is RolloutState.DONE


def in_zone(number: int, zone: str, stage: Stage | None = None, **changes: object) -> Host:
    update = replace(an_update(number), stage=stage, **changes) if stage else None  # type: ignore[arg-type]
    return a_host(number, instance={"attributes": {ZONE: zone}}, update=update)


def test_nothing_begins_in_a_zone_that_is_shifted_away_from_and_the_wave_waits_for_it() -> None:
    away = (a_group(shift=ZonalShift(frozenset({"us-east-1a"}))),)
    fleet = a_fleet(in_zone(1, "us-east-1a"), in_zone(2, "us-east-1b"), policy=POLICY, capacity=away)
    last = a_fleet(in_zone(1, "us-east-1a"), in_zone(2, "us-east-1b", Stage.DONE), policy=POLICY, capacity=away)

    assert begun(progress(fleet, a_rollout(wave=2))) == ["i-00000000000000002"]
    waits = progress(last, a_rollout(wave=2))
    assert waits.reason == (
        "i-00000000000000001 waits: it is in us-east-1a, "
        "and a zonal shift moves Auto Scaling group web away from us-east-1a"
    )
    assert (begun(waits), kept(waits).state) == ([], RolloutState.RUNNING)


def test_a_zonal_shift_excludes_nobody_and_what_failed_is_not_tried_again_meanwhile() -> None:
    away = (a_group(shift=ZonalShift(frozenset({"us-east-1a"}))),)
    failed = in_zone(1, "us-east-1a", Stage.FAILED, retry_at=after(1))
    fleet = a_fleet(failed, in_zone(2, "us-east-1a", Stage.STAGED), policy=POLICY, capacity=away)

    assert not progress(fleet, a_rollout(wave=2, total=2), 600).actions


@pytest.mark.parametrize(
    ("hosts", "changes", "looked_at"),
    [
        pytest.param(
            (at(1, Stage.STAGED), at(2, Stage.STAGED)), {}, True, id="as many as the budget allows are staged"
        ),
        pytest.param((at(1, Stage.STAGED), at(2, Stage.FAILED)), {}, True, id="nobody else is about to be staged"),
        pytest.param((at(1, Stage.STAGED), at(2, Stage.STAGING)), {}, False, id="others are about to be staged"),
        pytest.param(
            (at(1, Stage.STAGED), at(2, Stage.DRAINING, since=after(9))), {}, False, id="the last batch is not back"
        ),
        pytest.param((at(1, Stage.STAGING),), {}, False, id="nobody is staged"),
        pytest.param(
            (at(1, Stage.STAGED), at(2, Stage.STAGED)), {"wave_done_at": after(9)}, False, id="the wave bakes"
        ),
    ],
)
def test_tasks_are_looked_at_only_when_a_batch_may_begin(
    hosts: tuple[Host, ...], changes: dict[str, object], *, looked_at: bool
) -> None:
    assert wants_batch(ten(*hosts), a_rollout(wave=1, **changes), after(10)) is looked_at
