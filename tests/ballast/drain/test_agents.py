"""Which ECS agents are lost, whether the cause is common, and which are back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.others import Round, plan_watches
from ballast.facts.view import InstanceStatus, View
from ballast.plans.actions import RecordWatch
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Severity
from tests.ballast.drain.watched import AGENT, look, the_notice, told
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_draining_instance,
    a_view,
    a_watch,
    acts,
    after,
    codes,
)

ALL_AGENTS = a_watch(kind=WatchKind.AGENTS_LOST, subject="*", told=True)
LOST = a_view(instance=a_container_instance(agent_connected=False))


def lost_agents(count: int) -> tuple[View, ...]:
    instances = (a_container_instance(n, agent_connected=False) for n in range(count))
    return tuple(a_view(instance_id=i.instance_id, instance=i) for i in instances)


def watched(views: tuple[View, ...], **changes: Any) -> tuple[Watch, ...]:
    return tuple(a_watch(kind=WatchKind.AGENT_LOST, subject=v.instance_id, **changes) for v in views)


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


def test_only_active_instances_count_as_lost() -> None:
    registering = a_view(instance=a_container_instance(status=InstanceStatus.REGISTERING, agent_connected=False))

    assert look(lost=(registering,)) == ()
    assert after(0) == NOW
