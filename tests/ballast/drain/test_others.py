"""What others do: drains that hang, agents that are lost, ghosts, tags that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.drain.others import due_drains, plan_watches, round_of
from ballast.facts.view import ABSENT, Provider, View
from ballast.plans.actions import DeregisterContainerInstance, RecordWatch, Tell
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Severity
from tests.ballast.drain.watched import AGENT, look, the_notice, told
from tests.builders import (
    CLUSTER,
    INSTANCE_ID,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_instance,
    a_membership,
    a_policy,
    a_standalone_task,
    a_view,
    a_watch,
    acts,
    after,
    codes,
)

TAG = ("ballast:budget", "half", "a whole number")
FOREIGN = a_view(instance=a_draining_instance())


def test_a_drain_of_somebody_else_is_remembered_silently() -> None:
    assert [plan.actions for plan in look(foreign=(FOREIGN,))] == [(RecordWatch(None, a_watch()),)]


def test_a_drain_of_somebody_else_is_not_told_while_it_may_still_end() -> None:
    assert look(a_watch(), foreign=(FOREIGN,), at=59) == ()


def test_a_drain_of_somebody_else_that_lasts_is_one_ticket_naming_what_holds_it() -> None:
    view = a_view(instance=a_draining_instance(), tasks=(a_standalone_task("export-1"),))

    [plan] = look(a_watch(), foreign=(view,), at=60)

    assert acts(plan) == (RecordWatch(a_watch(), told(a_watch())),)
    ticket = the_notice(plan)
    assert (ticket.code, ticket.severity) == ("ForeignDrainStuck", Severity.TICKET)
    assert "standalone task export-1" in ticket.why
    assert look(told(a_watch()), foreign=(view,), at=600) == ()


@pytest.mark.parametrize(("is_told", "notices"), [(True, ["ForeignDrainEnded"]), (False, [])])
def test_the_end_of_a_drain_is_told_only_where_its_hanging_was(is_told: bool, notices: list[str]) -> None:  # noqa: FBT001
    watch = a_watch(told=is_told)

    [plan] = look(watch, at=70)

    assert acts(plan) == (RecordWatch(watch, None),)
    assert codes(plan) == notices


def test_ecs_managed_instances_get_a_week() -> None:
    by_ecs = (Provider("web-provider", None, managed_draining=True),)
    week = timedelta(days=7) / timedelta(minutes=1)

    assert look(a_watch(), foreign=(FOREIGN,), at=week - 1, providers=by_ecs) == ()
    assert codes(*look(a_watch(), foreign=(FOREIGN,), at=week, providers=by_ecs)) == ["ForeignDrainStuck"]


@pytest.mark.parametrize(
    ("watch", "at", "due"),
    [
        (a_watch(), 59, False),
        (a_watch(), 60, True),
        (a_watch(told=True), 60, False),
        (AGENT, 60, False),
    ],
)
def test_what_holds_a_drain_is_looked_up_only_when_it_is_to_be_told(watch: Watch, at: float, due: bool) -> None:  # noqa: FBT001
    assert due_drains(a_cluster(), [watch], after(at)) == (frozenset({INSTANCE_ID}) if due else frozenset())


def test_a_ghost_is_deregistered_and_not_watched() -> None:
    ghost = a_view(instance=a_draining_instance(agent_connected=False), ec2_state="terminated")

    [plan] = look(foreign=(ghost,), lost=(ghost,))

    assert ghost.instance
    assert plan.actions == (DeregisterContainerInstance(CLUSTER, ghost.instance.arn),)


ABSENT_WATCH = a_watch(kind=WatchKind.ABSENT)


def absent(**changes: Any) -> View:
    return a_view(instance=a_container_instance(agent_connected=False), **({"ec2_state": ABSENT} | changes))


def test_one_that_ec2_does_not_know_is_looked_at_again() -> None:
    plans = look(AGENT, lost=(absent(in_no_group=True),))

    assert [plan.actions for plan in plans] == [(RecordWatch(None, ABSENT_WATCH),)]


def test_and_deregistered_when_a_minute_later_neither_ec2_nor_its_group_knows_it() -> None:
    unsure = (absent(), absent(membership=a_membership()))

    gone, *_ = look(AGENT, ABSENT_WATCH, lost=(absent(in_no_group=True),), at=1)

    assert gone.actions == (
        DeregisterContainerInstance(CLUSTER, a_container_instance().arn),
        RecordWatch(ABSENT_WATCH, None),
    )
    assert all(look(AGENT, ABSENT_WATCH, lost=(view,), at=1) == () for view in unsure)


def test_an_answer_that_knows_it_forgets_the_absence() -> None:
    plans = look(AGENT, ABSENT_WATCH, lost=(absent(ec2_state="running"),), at=1)

    assert [plan.actions for plan in plans] == [(RecordWatch(ABSENT_WATCH, None),)]


OLD = a_container_instance(7, instance_id=INSTANCE_ID, agent_connected=False)


def test_a_record_that_is_left_over_is_told_once_and_is_no_lost_agent() -> None:
    twice = a_view(others=(OLD,), ec2_state="running")
    watch = a_watch(kind=WatchKind.STALE_RECORD)

    seen = round_of(a_cluster(), (twice,), (watch,))
    assert (seen.stale_records, seen.agents_lost, seen.drained_by_others) == ((twice,), (), ())
    [told] = plan_watches(seen, after(1))
    assert [action.notice.code for action in told.actions if isinstance(action, Tell)] == ["StaleRecord"]
    again = round_of(a_cluster(), (twice,), (replace(watch, told=True),))
    assert plan_watches(again, after(90)) == ()


def test_a_left_over_record_is_not_over_because_its_instance_is_drained() -> None:
    drained = a_view(a_disruption(), instance=a_draining_instance(), others=(OLD,))

    seen = round_of(a_cluster(), (), (a_watch(kind=WatchKind.STALE_RECORD, told=True),), (drained,))

    assert (seen.stale_records, seen.drained_by_others) == ((drained,), ())
    assert plan_watches(seen, after(9)) == ()


def test_an_instance_with_a_left_over_record_may_be_drained_by_others_all_the_same() -> None:
    twice = a_view(instance=a_draining_instance(), others=(OLD,))

    assert round_of(a_cluster(), (twice,), ()).drained_by_others == (twice,)


def test_an_instance_that_runs_is_no_ghost() -> None:
    plans = look(lost=(a_view(instance=a_container_instance(agent_connected=False), ec2_state="running"),))

    assert [plan.actions for plan in plans] == [(RecordWatch(None, AGENT),)]


def test_an_unreadable_tag_is_one_ticket_naming_tag_and_value() -> None:
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half", told=True)

    [plan] = look(policy=a_policy(unreadable=(TAG,)))

    assert acts(plan) == (RecordWatch(None, watch),)
    ticket = the_notice(plan)
    assert (ticket.code, ticket.severity) == ("PolicyUnreadable", Severity.TICKET)
    assert ticket.what == "The tag ballast:budget=half of cluster prod cannot be read."
    assert ticket.why == "Expected a whole number."
    assert look(watch, policy=a_policy(unreadable=(TAG,)), at=60) == ()


def test_an_unreadable_parameter_is_named_as_one_and_its_ticket_closes_when_it_is_corrected_or_overridden() -> None:
    wrong = ("UpdateWaves", "50 20 100", "growing percentages")
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="UpdateWaves=50 20 100", told=True)

    [plan] = look(policy=a_policy(unreadable=(wrong,)))
    [after_it] = look(watch)

    assert acts(plan) == (RecordWatch(None, watch),)
    assert the_notice(plan).what == "The parameter UpdateWaves=50 20 100, which cluster prod goes by, cannot be read."
    assert the_notice(plan).next == "Correct the parameter and deploy again; until then its default holds."
    assert the_notice(after_it).what == "The parameter UpdateWaves of cluster prod is corrected, or a tag overrides it."


def test_a_tag_that_is_corrected_closes_its_ticket() -> None:
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half", told=True)

    [plan] = look(watch)

    assert acts(plan) == (RecordWatch(watch, None),)
    assert codes(plan) == ["PolicyReadable"]


def test_another_wrong_value_is_another_ticket() -> None:
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=third", told=True)

    assert codes(*look(watch, policy=a_policy(unreadable=(TAG,)))) == ["PolicyUnreadable", "PolicyReadable"]


OUTCOME = ("ballast:scale-in-outcome", "maybe", "wait or force")
WAVES = ("UpdateWaves", "50 20 100", "growing percentages")


def test_several_that_cannot_be_read_are_one_ticket_that_names_them_all() -> None:
    [plan] = look(policy=a_policy(unreadable=(WAVES, TAG, OUTCOME)))

    notice = the_notice(plan)
    assert notice.what == (
        "The tags ballast:budget=half and ballast:scale-in-outcome=maybe of cluster prod "
        "and the parameter UpdateWaves=50 20 100, which it goes by, cannot be read."
    )
    assert notice.why == (
        "Expected for UpdateWaves growing percentages; for ballast:budget a whole number; "
        "for ballast:scale-in-outcome wait or force."
    )
    [(_, watch)] = [(r.before, r.after) for r in acts(plan) if isinstance(r, RecordWatch)]
    assert watch is not None
    assert look(watch, policy=a_policy(unreadable=(TAG, OUTCOME, WAVES)), at=60) == ()


def test_one_of_several_that_is_corrected_has_the_rest_told_anew() -> None:
    both = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half; ballast:scale-in-outcome=maybe")

    anew, closed = look(both, policy=a_policy(unreadable=(OUTCOME,)))

    assert the_notice(anew).what == "The tag ballast:scale-in-outcome=maybe of cluster prod cannot be read."
    assert the_notice(closed).what == "The tag ballast:budget of cluster prod is corrected or gone."
    assert the_notice(closed).impact == "Ballast still begins no voluntary drain in this cluster."
    [over] = look(both)
    assert the_notice(over).what == (
        "The tags ballast:budget and ballast:scale-in-outcome of cluster prod are corrected or gone."
    )


def test_one_that_is_added_has_all_told_anew() -> None:
    one = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half", told=True)

    anew, closed = look(one, policy=a_policy(unreadable=(TAG, OUTCOME)))

    assert "ballast:budget=half and ballast:scale-in-outcome=maybe" in the_notice(anew).what
    assert the_notice(closed).what == "What cannot be read of the settings of cluster prod has changed."
    assert (the_notice(closed).code, the_notice(closed).closes_incident) == ("PolicyReadable", True)


def test_of_many_long_ones_each_is_named() -> None:
    many = tuple((f"ballast:tag-{n}", "x" * 256, "a number") for n in range(8))

    assert all(f"ballast:tag-{n}=" in the_notice(*look(policy=a_policy(unreadable=many))).what for n in range(8))


def test_nothing_to_see_is_nothing_to_do() -> None:
    assert look() == ()
