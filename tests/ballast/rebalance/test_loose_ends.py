"""What no part settles ends all the same: moves of groups that are no more, shortages that are long over."""

from __future__ import annotations

from dataclasses import replace

from ballast.rebalance.acts import Do, GoOn
from ballast.rebalance.loose_ends import forgotten, orphans, settled
from ballast.records.rebalancing import Shortage
from tests.ballast.rebalance.builders import a_move, a_snapshot, an_instance, before, ground, minutes, some_tasks
from tests.builders import CLUSTER, NOW

INSTANCE = an_instance(1, *some_tasks(2))
ORPHAN = a_move(INSTANCE, provider="old", group="old", deadline=before(61))


def test_a_round_that_only_settles_begins_nothing() -> None:
    empty, busy = an_instance(1), an_instance(2, *some_tasks(1))
    seen = a_snapshot(empty, busy)

    assert settled(ground(seen)).acts == ()
    moving = replace(seen, moves=(a_move(busy),))
    assert [act.do for act in settled(ground(moving)).acts if isinstance(act, GoOn)] == [Do.DROP]


def test_a_move_of_no_part_is_undone_where_its_instance_is_registered_and_forgotten_where_it_is_not() -> None:
    registered = replace(a_snapshot(INSTANCE), moves=(ORPHAN,))
    gone = replace(a_snapshot(an_instance(2)), moves=(ORPHAN,))

    assert [act.do for act in orphans(ground(registered))] == [Do.UNDO]
    assert [act.do for act in orphans(ground(gone))] == [Do.FINISH]


def test_unknown_is_not_gone_so_it_is_waited_for() -> None:
    seen = replace(a_snapshot(an_instance(2)), moves=(replace(ORPHAN, deadline=before(59)),))

    assert list(orphans(ground(seen))) == []


def test_one_that_its_group_does_not_have_any_more_ends_at_once_though_its_provider_is_gone() -> None:
    other = an_instance(2)
    for lost, ends in ((an_instance(1), [Do.FINISH]), (other, [])):
        move = a_move(lost, provider="old")
        seen = replace(a_snapshot(other), moves=(move,))

        assert [act.do for act in orphans(ground(seen))] == ends


def test_a_move_whose_group_was_deleted_under_its_provider_ends_as_soon_as_its_instance_is_gone() -> None:
    """Chaos seed 54219: it was waited for that the group can be read, for ever."""
    without = replace(a_snapshot(an_instance(2)), groups=(), moves=(a_move(INSTANCE),))
    deleted = replace(without, deleted=frozenset({a_move(INSTANCE).group}))
    there = replace(deleted, instances=(INSTANCE,))

    assert [[act.do for act in orphans(ground(seen))] for seen in (without, deleted, there)] == [[], [Do.FINISH], []]
    assert [act.do for act in settled(ground(deleted)).acts if isinstance(act, GoOn)] == [Do.WAIT, Do.FINISH]


def test_a_group_that_cannot_be_read_for_an_hour_after_the_deadline_of_a_move_is_not_waited_for_any_longer() -> None:
    for instance, ends in ((INSTANCE, Do.UNDO), (an_instance(2), Do.FINISH)):
        late, later = (a_move(INSTANCE, deadline=before(passed)) for passed in (59, 61))
        seen = replace(a_snapshot(instance), groups=())

        assert list(orphans(ground(replace(seen, moves=(late,))))) == []
        assert [act.do for act in orphans(ground(replace(seen, moves=(later,))))] == [ends]


def test_a_shortage_is_forgotten_two_hours_after_its_last_failure() -> None:
    short = Shortage(CLUSTER, "web", None, None, None, "unknown", before(121), before(118))
    fresh = replace(short, group="other", failed_at=before(119))

    assert forgotten(ground(replace(a_snapshot(INSTANCE), shortages=(short, fresh)))) == (short,)
    assert forgotten(ground(replace(a_snapshot(INSTANCE), shortages=(replace(short, until=NOW + minutes(1)),)))) == ()
