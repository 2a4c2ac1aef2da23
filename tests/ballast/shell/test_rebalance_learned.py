"""What instances had outlives the execution environment that saw them."""

from __future__ import annotations

import pytest

from ballast.aws import kept as memory
from ballast.aws.codec import value
from ballast.aws.ledger import Ledger
from ballast.aws.ledger_changes import item_of
from ballast.aws.table import Table
from ballast.rebalance.learned import Registered
from ballast.rebalance.sizes import least_of
from ballast.shell.execute import Executor
from ballast.shell.perform_rebalance import rebalance_performers
from ballast.shell.rebalance_learned import keep, learned_of, recall
from tests.ballast.aws.test_ledger import ledger  # noqa: F401 - its fixture
from tests.ballast.aws.test_rebalance_items import LEARNED
from tests.ballast.shell.test_rebalance_books import a_turn
from tests.builders import NOW

KEY = ("web", "m7i.large")


@pytest.fixture(autouse=True)
def _a_new_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_all", {})


def sees(mib: int) -> None:
    known = learned_of("prod")
    known[KEY] = least_of(known.get(KEY), Registered({"cpu": 2048, "memory": mib}, {}), NOW)


def keeps(ledger: Ledger) -> int:  # noqa: F811 - the fixture's value
    """The revision that is stored afterwards."""
    turn = a_turn(ledger)
    recall(turn)
    keep(Executor(rebalance_performers(ledger, []), dry_run=True), turn)
    learned = a_turn(ledger).own.learned
    return -1 if learned is None else learned.revision


def test_a_new_environment_knows_what_an_earlier_one_saw(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the same
    sees(7650)
    keeps(ledger)
    monkeypatch.setattr(memory, "_all", {})

    recall(a_turn(ledger))

    assert learned_of("prod")[KEY].registered.capacity == {"cpu": 2048, "memory": 7650}
    assert learned_of("other") == {}


def test_it_is_written_once_and_again_only_where_it_has_changed(ledger: Ledger) -> None:  # noqa: F811 - the same
    revisions = []
    for mib in (7650, 7650, 7700, 7600):
        recall(a_turn(ledger))
        sees(mib)
        turn = a_turn(ledger)
        keep(Executor(rebalance_performers(ledger, []), dry_run=False), turn)
        learned = a_turn(ledger).own.learned
        revisions.append(learned.revision if learned else None)

    assert revisions == [0, 0, 0, 1]


def test_where_nothing_was_seen_nothing_is_written(ledger: Ledger) -> None:  # noqa: F811 - the same
    assert keeps(ledger) == -1


def test_what_nobody_can_read_is_not_known_and_stays_as_it_is(ledger: Ledger) -> None:  # noqa: F811 - the same
    table = Table(ledger.table)
    table.write(table.put({**item_of(LEARNED), "sizes": value("many")}))
    sees(7650)

    assert keeps(ledger) == -1
    assert [unread.item for unread in a_turn(ledger).own.unread] == ["registered"]
