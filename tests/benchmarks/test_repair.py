"""The models of the peers keep to their rules, and what is measured of them is what happened."""

from __future__ import annotations

import pytest

from benchmarks.repair.measuring import OURS, PEERS, Outcome, play
from benchmarks.repair.report import main, show_days
from benchmarks.repair.stories import BROKEN, Story, day, timeline
from simulator.scenarios import scenarios
from simulator.scenarios.repair import fleet
from simulator.stage import Scenario, Stage

KARPENTER, AUTOSCALER, LAMBDA = PEERS


@pytest.mark.parametrize(("peer", "minutes"), [(KARPENTER, 30), (AUTOSCALER, 20), (LAMBDA, 5)])
def test_a_peer_replaces_one_lost_host_after_its_own_time(peer: str, minutes: int) -> None:
    (repaired_s,) = play(peer, timeline("repair")).repaired_s

    assert 0 < repaired_s / 60 - minutes < 4


def test_kubernetes_moves_the_pods_before_and_the_lambda_cuts_them_off() -> None:
    cut_off = {peer: play(peer, timeline("repair")).tasks_cut_off for peer in PEERS}

    assert cut_off == {KARPENTER: 0, AUTOSCALER: 0, LAMBDA: 2}


def test_a_blip_costs_a_healthy_host_only_with_the_lambda() -> None:
    killed = {peer: play(peer, timeline("repair-blip")).healthy_killed for peer in PEERS}

    assert killed == {KARPENTER: 0, AUTOSCALER: 0, LAMBDA: 1}


def test_latches_hold_while_every_agent_seems_gone_and_the_lambda_ends_all_again_and_again() -> None:
    killed = {peer: play(peer, timeline("repair-blind")).healthy_killed for peer in PEERS}

    assert (killed[KARPENTER], killed[AUTOSCALER]) == (0, 0)
    assert killed[LAMBDA] > 10


def two_of_four() -> Story:
    broken: set[str] = set()

    def build(stage: Stage) -> None:
        fleet(stage, 4)
        broken.update(stage.instances("web")[:2])
        for instance in broken:
            stage.at(5, lambda instance=instance: stage.world.disconnect_agent(instance))  # type: ignore[misc]

    return Story(Scenario("two", "Two of four", 240, build, scenarios()["repair"].parameters), broken)


def test_two_broken_of_four_freeze_karpenter_for_hours_and_not_the_cluster_autoscaler() -> None:
    """https://github.com/kubernetes-sigs/karpenter/issues/2739."""
    karpenter, autoscaler = (play(peer, two_of_four()) for peer in (KARPENTER, AUTOSCALER))

    assert (karpenter.left, karpenter.repaired_s) == (2, ())
    assert (autoscaler.left, len(autoscaler.repaired_s)) == (0, 2)


def test_karpenter_launches_a_bad_image_for_ever_and_the_cluster_autoscaler_backs_off() -> None:
    launches = {peer: play(peer, timeline("repair-bad-image")).launches for peer in PEERS}

    assert launches[KARPENTER] > launches[AUTOSCALER] > 3
    assert launches[LAMBDA] == 2  # it knows nothing of what never registers: both are of people


def test_a_lost_zone_of_a_third_is_nothing_to_the_cluster_autoscaler_and_holds_karpenter() -> None:
    killed = {peer: play(peer, timeline("repair-zone")).healthy_killed for peer in PEERS}

    assert (killed[KARPENTER], killed[AUTOSCALER]) == (0, 4)


@pytest.mark.parametrize("name", [name for name, broken in BROKEN.items() if not broken])
def test_ballast_kills_nothing_healthy(name: str) -> None:
    assert play(OURS, timeline(name)).healthy_killed == 0


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    assert play(LAMBDA, day(1), 1) == play(LAMBDA, day(1), 1)
    assert play(LAMBDA, day(1), 1) != play(LAMBDA, day(2), 2)


def test_outcomes_add_up() -> None:
    one, other = Outcome((60.0, 300.0), 1, 2, 3, 4), Outcome((120.0,), 0, 1, 0, 1)

    assert Outcome.sum([one, other]) == Outcome((60.0, 120.0, 300.0), 1, 3, 3, 5)


def test_a_table_that_does_not_exist_is_named() -> None:
    with pytest.raises(SystemExit, match="moon"):
        main(["moon"])


def test_days_have_each_contender_in_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    show_days(0)

    shown = capsys.readouterr().out
    assert all(name in shown for name in (OURS, *PEERS))
