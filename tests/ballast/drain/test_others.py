"""What others do: drains that hang, agents that are lost, ghosts, tags that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.drain.others import Round, due_drains, plan_watches, round_of
from ballast.facts.view import ABSENT, InstanceStatus, Provider, View
from ballast.plans.actions import DeregisterContainerInstance, RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Notice, Severity
from tests.builders import (
    CLUSTER,
    INSTANCE_ID,
    NOW,
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

AGENT = a_watch(kind=WatchKind.AGENT_LOST)
ALL_AGENTS = a_watch(kind=WatchKind.AGENTS_LOST, subject="*", told=True)
TAG = ("ballast:budget", "half", "a whole number")
LOST = a_view(instance=a_container_instance(agent_connected=False))
FOREIGN = a_view(instance=a_draining_instance())


def look(
    *watches: Watch,
    foreign: tuple[View, ...] = (),
    lost: tuple[View, ...] = (),
    at: float = 0,
    connected: bool | None = None,
    **cluster: Any,
) -> tuple[Plan, ...]:
    """`connected`: what ECS says of the agent of the instance, where it lists that."""
    listed = {} if connected is None else {INSTANCE_ID: connected}
    return plan_watches(Round(a_cluster(**cluster), foreign, lost, watches, connected=listed), after(at))


def lost_agents(count: int) -> tuple[View, ...]:
    instances = (a_container_instance(n, agent_connected=False) for n in range(count))
    return tuple(a_view(instance_id=i.instance_id, instance=i) for i in instances)


def watched(views: tuple[View, ...], **changes: Any) -> tuple[Watch, ...]:
    return tuple(a_watch(kind=WatchKind.AGENT_LOST, subject=v.instance_id, **changes) for v in views)


def told(watch: Watch) -> Watch:
    return a_watch(kind=watch.kind, subject=watch.subject, told=True, revision=watch.revision + 1)


def the_notice(*plans: Plan) -> Notice:
    [notice] = [a.notice for plan in plans for a in plan.actions if isinstance(a, Tell)]
    return notice


# Drains of others


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


# Agents


def test_a_blip_of_an_agent_is_silent() -> None:
    assert [plan.actions for plan in look(lost=(LOST,))] == [(RecordWatch(None, AGENT),)]
    assert look(AGENT, lost=(LOST,), at=9) == ()
    assert [plan.actions for plan in look(AGENT, at=9)] == [(RecordWatch(AGENT, None),)]


def test_a_lost_agent_is_one_ticket_after_ten_minutes() -> None:
    [plan] = look(AGENT, lost=(LOST,), at=10)

    assert acts(plan) == (RecordWatch(AGENT, told(AGENT)),)
    assert (the_notice(plan).code, the_notice(plan).severity) == ("AgentLost", Severity.TICKET)
    assert look(told(AGENT), lost=(LOST,), at=20) == ()


def test_an_agent_that_comes_back_closes_its_ticket() -> None:
    [plan] = look(told(AGENT), at=30, connected=True)

    assert codes(plan) == ["AgentBack"]
    assert the_notice(plan).closes_incident


def test_an_agent_whose_instance_is_drained_by_us_is_still_lost() -> None:
    assert look(told(AGENT), at=30, connected=False) == ()


def test_an_agent_whose_instance_went_is_not_called_back() -> None:
    [plan] = look(told(AGENT), at=30)

    assert acts(plan) == (RecordWatch(told(AGENT), None),)
    notice = the_notice(plan)
    assert (notice.code, notice.closes_incident) == ("InstanceLeft", True)
    assert notice.what == f"{INSTANCE_ID} left the cluster, 30 min after its ECS agent was found disconnected."


def test_where_nobody_looked_nothing_is_concluded() -> None:
    assert plan_watches(Round(a_cluster(), (), (), (told(AGENT),)), after(30)) == ()


def test_a_draining_instance_without_an_agent_is_watched_as_a_drain_only() -> None:
    view = a_view(instance=a_draining_instance(agent_connected=False))

    assert [plan.actions for plan in look(foreign=(view,), lost=(view,))] == [(RecordWatch(None, a_watch()),)]


@pytest.mark.parametrize(
    ("lost", "instances", "pages"),
    [(2, 5, False), (3, 5, True), (3, 15, True), (3, 16, False), (19, 100, False), (20, 100, True)],
)
def test_a_fifth_of_all_agents_and_at_least_three_is_a_page(lost: int, instances: int, pages: bool) -> None:  # noqa: FBT001
    views = lost_agents(lost)

    plans = look(*watched(views), lost=views, at=10, instances=instances)

    assert codes(*plans) == (["AgentsLost"] if pages else ["AgentLost"] * lost)
    assert len([a for plan in plans for a in acts(plan)]) == (1 if pages else lost)


def test_many_lost_agents_are_one_page_naming_five_of_them() -> None:
    views = lost_agents(7)

    first, *rest = look(*watched(views), lost=views, at=10)

    page = the_notice(first)
    assert (page.severity, page.incident) == (Severity.PAGE, ALL_AGENTS.incident)
    assert page.what.startswith("7 of 10 ECS agents are disconnected: i-00000000000000000, ")
    assert page.what.endswith(" and 2 more.")
    assert acts(first) == (RecordWatch(None, ALL_AGENTS),)
    assert codes(*rest) == []
    assert look(ALL_AGENTS, *watched(views, told=True), lost=views, at=11) == ()


def test_when_most_agents_are_back_the_page_is_closed() -> None:
    views = lost_agents(2)

    [plan] = look(ALL_AGENTS, *watched(views, told=True), lost=views, at=30)

    assert acts(plan) == (RecordWatch(ALL_AGENTS, None),)
    assert codes(plan) == ["AgentsBack"]


ZONE, AMI = "ecs.availability-zone", "ecs.ami-id"


def lost_in(*zones: str, ami: str = "ami-1") -> tuple[View, ...]:
    """An instance without its agent for each zone."""
    instances = (
        a_container_instance(n, agent_connected=False, attributes={ZONE: zone, AMI: f"{ami}{n}"})
        for n, zone in enumerate(zones)
    )
    return tuple(a_view(instance_id=i.instance_id, instance=i) for i in instances)


def test_agents_of_a_zone_that_are_lost_together_are_one_ticket_which_names_it() -> None:
    views = lost_in("a", "b", "a", "a")

    first, other = look(*watched(views), lost=views, at=10, instances=100)

    ticket = the_notice(first)
    watch = a_watch(kind=WatchKind.AGENTS_LOST, subject=f"{ZONE}=a", told=True)
    assert (ticket.code, ticket.severity, ticket.incident) == ("AgentsLost", Severity.TICKET, watch.incident)
    assert ticket.what.startswith("3 ECS agents of zone a were lost within minutes, the first of them 10 min ago, ")
    assert acts(first) == (RecordWatch(None, watch),)
    assert (codes(other), the_notice(other).instance) == (["AgentLost"], views[1].instance_id)
    told_of = [replace(w, told=w.subject == views[1].instance_id) for w in watched(views)]
    assert codes(*look(watch, *told_of, lost=views, at=11, instances=100)) == []


def test_agents_of_an_ami_that_are_lost_together_are_one_ticket() -> None:
    views = tuple(
        a_view(instance_id=i.instance_id, instance=replace(i, attributes={ZONE: zone, AMI: "ami-new"}))
        for i, zone in zip((v.instance for v in lost_agents(3) if v.instance), "abc", strict=True)
    )

    [plan] = look(*watched(views), lost=views, at=10, instances=100)

    assert the_notice(plan).what.startswith("3 ECS agents of AMI ami-new were lost within minutes")


def test_the_first_that_has_lasted_speaks_for_those_that_followed_it_and_not_for_later_ones() -> None:
    views = lost_in("a", "a", "a", "a")
    soon = [replace(w, since=after(4 if n else 0)) for n, w in enumerate(watched(views))]
    late = [*soon[:2], *(replace(w, since=after(6)) for w in soon[2:])]

    [plan] = look(*soon, lost=views, at=10, instances=100)
    assert the_notice(plan).what.startswith("4 ECS agents of zone a")
    assert codes(*look(*late, lost=views, at=10, instances=100)) == ["AgentLost"]


def test_the_ticket_of_a_zone_speaks_for_those_that_were_lost_then_until_the_last_is_back() -> None:
    views = lost_in("a", "a")
    zone = a_watch(kind=WatchKind.AGENTS_LOST, subject=f"{ZONE}=a", told=True)
    one, later = watched(views)

    [told_singly] = look(zone, one, replace(later, since=after(60)), lost=views, at=90, instances=100)
    assert (codes(told_singly), the_notice(told_singly).instance) == (["AgentLost"], views[1].instance_id)

    back, *_ = look(zone, lost=(), at=90, instances=100)
    assert (codes(back), acts(back)) == (["AgentsBack"], (RecordWatch(zone, None),))
    assert the_notice(back).what == (
        "None of the ECS agents of zone a that were lost is disconnected now, after 90 min."
    )


def test_a_page_takes_the_place_of_the_ticket_of_a_zone_and_names_what_all_have_in_common() -> None:
    views = lost_in(*"aaaa")
    zone = a_watch(kind=WatchKind.AGENTS_LOST, subject=f"{ZONE}=a", told=True)

    page, over = look(zone, *watched(views), lost=views, at=30, instances=10)

    assert (codes(page), codes(over)) == (["AgentsLost"], ["AgentsBack"])
    assert the_notice(page).why.endswith("They have in common: zone a.")


# Ghosts


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


# Records that are left over

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


# Tags


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


def test_only_active_instances_count_as_lost() -> None:
    registering = a_view(instance=a_container_instance(status=InstanceStatus.REGISTERING, agent_connected=False))

    assert look(lost=(registering,)) == ()
    assert after(0) == NOW
