"""The daily report is noted before it is told, and begins the tally anew."""

from __future__ import annotations

from dataclasses import replace

from ballast.aws.ledger import Ledger
from ballast.plans.actions import Tell
from ballast.records.rebalancing import DAILY
from ballast.shell.execute import Executor, each
from ballast.shell.rebalance_report import report
from ballast.shell.rebalance_turn import Means
from ballast.words.codes import Code
from ballast.words.notice import Notice
from tests.ballast.aws.test_ledger import ledger  # noqa: F401 - its fixture
from tests.ballast.aws.test_rebalance_items import TALLY
from tests.ballast.shell.test_rebalance_books import a_turn
from tests.ballast.shell.test_rebalance_turn import Looks
from tests.kinds_of_action import every_kind


def test_it_is_told_once_whoever_comes_second(ledger: Ledger) -> None:  # noqa: F811 - the same
    told: list[Notice] = []
    performers = [each(kind, lambda a: told.append(a.notice) if isinstance(a, Tell) else None) for kind in every_kind()]
    means = Means(ledger, Executor(performers, dry_run=False), [], Looks())  # type: ignore[arg-type] # answers what is asked
    ledger.write(None, TALLY)
    turn = a_turn(ledger)

    report(means, turn)
    report(means, turn)

    assert [notice.code for notice in told] == [Code.REBALANCE_REPORT]
    after = a_turn(ledger).own
    assert after.told
    assert DAILY in after.told.told
    assert after.tally
    assert after.tally == replace(
        TALLY, since=after.tally.since, given_back=0, tasks=0, micro_usd_per_hour=0, revision=1
    )
