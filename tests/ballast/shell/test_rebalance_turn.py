"""What a turn begins with and leaves behind: the books, one function at a time, and when what was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.aws import kept
from ballast.aws.ledger import Ledger
from ballast.aws.rebalance_ledger import books_of
from ballast.aws.table import Table
from ballast.plans.actions import Tell
from ballast.policy.rebalance_settings import Asked
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.unreadable import KEY
from ballast.records.rebalancing import MovePhase, Told
from ballast.shell.execute import Executor, each
from ballast.shell.perform_rebalance import rebalance_performers
from ballast.shell.rebalance_learned import learned_of
from ballast.shell.rebalance_turn import claimed, held, remember, snapshot_of, switch_off
from ballast.words.codes import Code
from tests.ballast.aws.test_ledger import ledger  # noqa: F401 - its fixture
from tests.ballast.aws.test_rebalance_items import HAD, LEARNED, MEMORY, MOVE
from tests.ballast.rebalance.builders import a_snapshot
from tests.ballast.shell.test_rebalance_books import a_turn
from tests.builders import NOW, a_disruption, a_voluntary, minutes

OTHER = "i-0fedcba9876543210"


class Looks:
    """Answers a fleet, and keeps what it was asked with."""

    def snapshot(self, *asked: object) -> object:
        self.asked = asked
        return a_snapshot()

    def again(self, *_: object) -> object:
        raise NotImplementedError


def test_of_two_functions_one_has_the_turn(ledger: Ledger) -> None:  # noqa: F811 - the same
    turn = a_turn(ledger)

    assert claimed(ledger, turn, planned_at=NOW) == Told("prod", NOW, revision=1)
    assert claimed(ledger, turn, planned_at=NOW) is None
    assert a_turn(ledger).planned_at == NOW


def test_what_was_told_is_remembered_forgotten_and_after_a_month_told_again(ledger: Ledger) -> None:  # noqa: F811 - the same
    executor = Executor(rebalance_performers(ledger, []), dry_run=True)  # that is remembered in dry run as well
    remember(executor, None, "prod", {"a": NOW, "b": NOW})
    before = a_turn(ledger).own.told
    remember(executor, before, "prod", {"b": None, "c": NOW + minutes(1)})
    turn = a_turn(ledger)

    assert turn.own.told
    assert dict(turn.own.told.told) == {"a": NOW, "c": NOW + minutes(1)}
    remember(executor, turn.own.told, "prod", {"d": NOW + timedelta(days=31)})
    assert list(books_of(Table(ledger.table), "prod")[1].told.told) == ["d"]  # type: ignore[union-attr] # it is there


def test_what_the_ledger_holds_is_held_against_what_is_decided(ledger: Ledger) -> None:  # noqa: F811 - the same
    drain = a_voluntary(instance_id=MOVE.instance_id)
    for record in (MOVE, MEMORY, drain):
        ledger.write(None, record, budget=5)
    known = held(a_turn(ledger))

    assert known.moves == {MOVE.instance_id: MOVE}
    assert known.drains == {MOVE.instance_id: drain}
    assert (known.memories, known.in_flight) == ({MEMORY.provider: MEMORY}, 1)


def test_nothing_more_is_begun_with_what_another_drain_has_or_may_have(ledger: Ledger) -> None:  # noqa: F811 - the same
    waits = replace(MOVE, phase=MovePhase.LAUNCHING, instance_id=OTHER)
    ledger.write(None, MOVE)
    ledger.write(None, waits)
    ledger.write(None, a_disruption(instance_id=MOVE.instance_id))
    ledger.write(None, a_disruption(instance_id=OTHER))
    looks = Looks()

    seen = snapshot_of(looks, a_turn(ledger), NOW)  # type: ignore[arg-type] # it answers what the test needs

    assert list(seen.taken) == [OTHER]
    assert {move.instance_id for move in looks.asked[1].moves} == {MOVE.instance_id, OTHER}  # type: ignore[attr-defined] # Remembered


def test_a_look_knows_what_instances_had_that_are_gone(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the same
    monkeypatch.setattr(kept, "_all", {})
    ledger.write(None, LEARNED)

    snapshot_of(Looks(), a_turn(ledger), NOW)  # type: ignore[arg-type] # it answers what the test needs

    assert learned_of("prod")["web", "m7i.large"].registered.capacity == HAD


def test_once_it_is_switched_off_what_was_told_is_called_off_and_not_told_again(ledger: Ledger) -> None:  # noqa: F811 - the same
    said: list[str] = []
    telling = each(Tell, lambda action: said.append(action.notice.code))
    executor = Executor((telling, *rebalance_performers(ledger, [])), dry_run=False)
    remember(executor, None, "prod", {"impossible service:api": NOW, f"{KEY}ballast:rebalance=yes": NOW})
    for minute in (5, 6):
        off = replace(a_turn(ledger), asked=Asked(RebalancePolicy(rebalance=Rebalance.OFF)))
        switch_off(executor, off, NOW + minutes(minute))

    assert sorted(said) == [Code.POLICY_READABLE, Code.WAITING_OVER]


def test_what_still_holds_is_not_forgotten_however_long_ago_it_was_told(ledger: Ledger) -> None:  # noqa: F811 - the same
    executor = Executor(rebalance_performers(ledger, []), dry_run=False)
    remember(executor, None, "prod", {"probe web": NOW, "agents": NOW})
    remember(executor, a_turn(ledger).own.told, "prod", {"daily": NOW + timedelta(days=40)}, {"probe web"})

    told = a_turn(ledger).own.told
    assert told
    assert sorted(told.told) == ["daily", "probe web"]
