"""What is told once a day, and to whom nothing is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from ballast.plans.actions import Announce, Tell
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.acts import Act, GiveBack, Kept, Page, Round
from ballast.rebalance.explain import Explanation, Kind, Row, explain
from ballast.rebalance.report import daily, metrics
from ballast.rebalance.round import decide
from ballast.rebalance.stays import Stay, Why
from ballast.rebalance.tell import told
from ballast.records.rebalancing import Tally
from ballast.words.money import thousandths
from ballast.words.notice import Notice
from ballast.words.shortened import shortened
from tests.ballast.rebalance.builders import ON, a_move, a_snapshot, an_instance, ground, some_tasks
from tests.ballast.rebalance.test_round_always import World, worlds
from tests.builders import NOW, a_cluster

FULL = Explanation(400_000, (Row(Kind.BOUND, 396_001), Row(Kind.FRAGMENTATION, 3_999)), 0)
LOOSE = Explanation(400_000, (Row(Kind.BOUND, 300_000), Row(Kind.BLOCKED, 100_000, Why.STANDALONE)), 0)
GIVE = GiveBack(replace(a_move(an_instance(1)), saving_usd_per_hour=0.2), 1, {})
DONE = Tally("prod", NOW, given_back=1, tasks=2, micro_usd_per_hour=200_000)
EMPTY = Tally("prod", NOW)


def a_round(*would: Act, acts: tuple[Act, ...] = (), kept: tuple[Kept, ...] = ()) -> Round:
    return Round(acts, would, kept, NOW)


def said(
    explained: Explanation = LOOSE, decided: Round | None = None, done: Tally | None = None, *,
    mode: Rebalance = Rebalance.REPORT, dry_run: bool = False,
) -> tuple[Notice | None, list[Announce]]:  # fmt: skip
    actions = daily(explained, decided or a_round(), done, a_cluster(), NOW, mode=mode, instances=2, dry_run=dry_run)
    notices = [each.notice for each in actions if isinstance(each, Tell)]
    return (notices[0] if notices else None), [each for each in actions if isinstance(each, Announce)]


def test_a_cluster_with_nothing_to_say_is_quiet() -> None:
    assert said(FULL, done=EMPTY) == (None, [])
    assert said(FULL, a_round(acts=(Page("agents", "x."),))) == (None, [])  # that is told by itself
    assert said(Explanation(0, (), 0)) == (None, [])
    assert said(LOOSE, mode=Rebalance.OFF) == (None, [])


@pytest.mark.parametrize(
    ("explained", "decided", "done"),
    [
        (LOOSE, a_round(), None),
        (replace(FULL, unpriced=1), a_round(), None),
        (FULL, a_round(GIVE), None),
        (FULL, a_round(acts=(GIVE,)), None),
        (FULL, a_round(), DONE),
    ],
)
def test_each_of_these_is_worth_a_message(explained: Explanation, decided: Round, done: Tally | None) -> None:
    assert said(explained, decided, done)[0] is not None


def test_in_report_mode_what_would_be_done_is_told_and_announced() -> None:
    notice, events = said(decided=a_round(GIVE))

    assert notice
    assert notice.plan == (f"would {GIVE.line}",)
    assert "save 0.200 USD/h" in notice.next
    assert [(event.detail["act"], event.detail["would"]) for event in events] == [("give_back", True)]


def test_what_is_on_is_done_and_not_told_again() -> None:
    notice, events = said(decided=a_round(acts=(GIVE,)), done=DONE, mode=Rebalance.ON)

    assert notice
    assert (notice.plan, events) == ((), [])
    assert "1 instance was given back" in notice.what


def test_in_dry_run_the_plan_is_told_as_such_and_nothing_is_announced() -> None:
    notice, events = said(decided=a_round(acts=(GIVE,)), done=DONE, mode=Rebalance.ON, dry_run=True)

    assert notice
    assert (notice.dry_run, notice.plan, events) == (True, (f"would {GIVE.line}",), [])
    assert "given back since" not in notice.what


def test_unpriced_instances_and_parts_that_are_left_alone_are_named() -> None:
    kept = (
        Kept("i-2", "gpu", Stay(Why.REFUSED, "an instance refresh runs"), None),
        Kept("i-1", "web", Stay(Why.NEXT, "x"), 0.2),
    )
    notice, _ = said(decided=a_round(kept=kept))

    assert notice
    assert "No price is known of i-2" in notice.what
    assert "Only reported: gpu (an instance refresh runs)." in notice.next


def test_in_china_nothing_names_dollars() -> None:
    china = replace(a_cluster(), arn="arn:aws-cn:ecs:cn-north-1:123456789012:cluster/prod")
    acts = (
        *daily(LOOSE, a_round(GIVE), None, china, NOW, mode=Rebalance.REPORT, instances=2),
        *told(GIVE, china, NOW),
    )
    said = " ".join(str(act.notice) for act in acts if isinstance(act, Tell))

    assert ("USD" in said, "CNY/h" in said) == (False, True)


def test_events_of_a_day_are_bounded() -> None:
    assert len(said(decided=a_round(*[GIVE] * 300))[1]) == 100


def test_there_are_four_metrics_of_a_cluster_and_they_are_parts_of_the_whole() -> None:
    here = ground(a_snapshot(*(an_instance(n, *some_tasks(2)) for n in range(1, 5))), ON)
    found = {m.name: m.value for m in metrics(explain(here, decide(here)), "prod")}

    assert found == {
        "CapacityUsdPerHour": 0.8, "BoundUsdPerHour": 0.2, "FragmentedUsdPerHour": 0.6, "BlockedUsdPerHour": 0.0
    }  # fmt: skip
    assert {tuple(m.beside.items()) for m in metrics(LOOSE, "prod")} == {(("cluster", "prod"),)}


@given(worlds)
@settings(max_examples=15, deadline=None)
def test_whatever_is_decided_can_be_told_and_fits_and_the_report_says_what_is_paid(world: World) -> None:
    snapshot, policy = world
    for mode in (Rebalance.ON, Rebalance.REPORT):
        here = ground(snapshot, replace(policy, rebalance=mode))
        decided = decide(here)
        explained = explain(here, decided)
        actions = list(daily(explained, decided, DONE, a_cluster(), NOW, mode=mode, instances=len(snapshot.instances)))
        actions += [action for act in decided.acts for action in told(act, a_cluster(), NOW)]
        notices = [action.notice for action in actions if isinstance(action, Tell)]

        assert all(Notice.parse({"detail": each.to_detail()}) == replace(each, would=None) for each in notices)
        assert all(shortened(each) == each for each in notices)
        assert all(json.dumps(action.detail) for action in actions if isinstance(action, Announce))
        paid = (explained.micro_usd_per_hour + 500) // 1000
        assert f"costs {thousandths(paid)} USD/h" in notices[0].title
