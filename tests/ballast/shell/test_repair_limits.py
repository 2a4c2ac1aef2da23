"""What the books say of repair to those who replace what is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.aws.ledger_items import Books
from ballast.drain.pace import why_not_yet
from ballast.policy.policy import Policy, Repair
from ballast.records.kept import Unread
from ballast.records.repair import Repairs
from ballast.records.watch import Watch, WatchKind
from ballast.shell.repair_limits import limits_of, memories_of
from tests.builders import CLUSTER, GROUP, NOW, a_cluster

ON = a_cluster(Policy(repair=Repair.ON))
BOOKS = Books((), (), (), (), repairs=(Repairs(CLUSTER, GROUP),))


def watch(kind: WatchKind, subject: str) -> Watch:
    return Watch(CLUSTER, kind, subject, NOW)


def test_of_a_group_whose_memory_nobody_can_read_none_begins() -> None:
    found = memories_of(CLUSTER, replace(BOOKS, unread=(Unread(CLUSTER, "repairs#batch", "of a newer version"),)), NOW)

    assert found[GROUP] == Repairs(CLUSTER, GROUP)
    assert "rests" in (why_not_yet(found["batch"], 100, Policy(), NOW) or "")


def test_what_is_held_and_which_groups_launch_in_vain_is_told() -> None:
    watches = (watch(WatchKind.REPAIR_HELD, "*"), watch(WatchKind.LAUNCHES_FAIL, "batch"))
    found = limits_of(ON, replace(BOOKS, watches=watches), NOW)

    assert (found.held, found.failing) == (True, frozenset({"batch"}))
    assert limits_of(ON, BOOKS, NOW).held is False


@pytest.mark.parametrize("repair", [Repair.OFF, Repair.REPORT])
def test_where_repair_does_not_act_it_sets_no_pace(repair: Repair) -> None:
    assert limits_of(a_cluster(Policy(repair=repair)), BOOKS, NOW).memories is None
    assert limits_of(ON, BOOKS, NOW).memories == {GROUP: Repairs(CLUSTER, GROUP)}
