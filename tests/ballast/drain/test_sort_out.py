"""Which cluster an event is about: the one that has its instance, one that did not say, or none; and where to look first."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    Irrelevant,
    SpotInterrupted,
)
from ballast.drain.sort_out import (
    MANY_INSTANCES,
    by_instance,
    home_of,
    likely_clusters,
    may_be_a_step,
    may_be_in,
    sort_out,
    wants_group,
)
from ballast.facts.sightings import Listed
from ballast.facts.view import Cluster
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.event import Sweep
from tests.builders import NOW, a_cluster, a_container_instance, a_disruption, a_terminating, after

A = a_container_instance(1)
B = a_container_instance(2, cluster="staging")
C = a_container_instance(3)


def warned(instance_id: str) -> SpotInterrupted:
    return SpotInterrupted(instance_id, "terminate", NOW)


def changed(instance_id: str, cluster: str) -> ContainerInstanceChanged:
    return ContainerInstanceChanged(instance_id, cluster, NOW)


def retired(*instance_ids: str) -> ChangeScheduled:
    return ChangeScheduled(instance_ids, "arn", "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED", after(60), over=(), at=NOW)


def test_each_instance_goes_to_the_cluster_that_has_it_with_all_that_is_said_of_it() -> None:
    first, second, other = warned(A.instance_id), changed(A.instance_id, "prod"), warned(B.instance_id)

    known = sort_out([first, other, second], {"prod": Listed((A,)), "staging": Listed((B,)), "idle": Listed()})

    assert known.by_cluster == {"prod": [A], "staging": [B]}
    assert known.about == {A.instance_id: [first, second], B.instance_id: [other]}
    assert (known.unsure, known.elsewhere) == ([], {})


def test_an_instance_that_no_cluster_has_is_elsewhere() -> None:
    event = warned(A.instance_id)
    assert sort_out([event], {"prod": Listed()}).elsewhere == {A.instance_id: [event]}
    assert sort_out([event], {}).elsewhere == {A.instance_id: [event]}


@pytest.mark.parametrize("silent", [None, Listed(complete=False)])
def test_while_a_cluster_does_not_say_an_instance_may_be_in_it_and_is_not_elsewhere(silent: Listed | None) -> None:
    event, at_home = warned(A.instance_id), warned(B.instance_id)

    known = sort_out([event, at_home], {"prod": silent, "staging": Listed((B,))})

    assert known.unsure == [event]
    assert known.elsewhere == {}
    assert known.by_cluster == {"staging": [B]}


def test_one_that_is_seen_without_its_agent_is_looked_at_there_and_its_event_comes_again() -> None:
    event, ghost = warned(A.instance_id), a_container_instance(1, agent_connected=False)

    known = sort_out([event], {"prod": Listed((ghost,)), "staging": None})

    assert known.by_cluster == {"prod": [ghost]}
    assert known.unsure == [event]


def test_the_connected_and_newest_record_is_the_instance_in_whatever_order_they_are_listed() -> None:
    event = warned(A.instance_id)
    old = a_container_instance(
        4, instance_id=A.instance_id, agent_connected=False, running_tasks=9, registered_at=after(9)
    )
    new = a_container_instance(5, instance_id=A.instance_id, cluster="staging", registered_at=NOW)

    for records in permutations((old, new)):
        found = {record.cluster: Listed((record,)) for record in records}
        known = sort_out([event], found)
        assert known.by_cluster == {"staging": [new]}
        assert sorted(known.seen.records[A.instance_id], key=lambda r: r.cluster) == [old, new]


def test_an_event_that_names_another_cluster_is_not_unsure() -> None:
    event = changed(A.instance_id, "staging")
    known = sort_out([event], {"prod": None, "staging": Listed()})
    assert known.unsure == []
    assert known.elsewhere == {A.instance_id: [event]}


def test_an_event_about_several_instances_is_sorted_for_each_of_them() -> None:
    event = retired(A.instance_id, B.instance_id, C.instance_id)

    known = sort_out([event], {"prod": Listed((A,)), "staging": Listed((B,))})

    assert known.by_cluster == {"prod": [A], "staging": [B]}
    assert known.elsewhere == {C.instance_id: [event]}


def test_the_sweep_and_what_asks_for_nothing_are_about_no_instance() -> None:
    events: list[Event] = [Sweep(NOW), Irrelevant("a launch")]
    assert by_instance(events) == {}
    assert sort_out(events, {"prod": None}).unsure == []


def test_only_where_every_event_is_of_ecs_are_other_clusters_ruled_out() -> None:
    impaired = ContainerInstanceImpaired(A.instance_id, "prod", ("AGENT: silent",), NOW)
    assert may_be_in("staging", [warned(A.instance_id)])
    assert may_be_in("prod", [impaired])
    assert not may_be_in("staging", [impaired])
    assert may_be_in("staging", [warned(A.instance_id), impaired])  # an old record of it may be what is impaired


# Where to look first

CLUSTERS = {
    "prod": a_cluster(name="prod", groups=("web", "shared")),
    "staging": a_cluster(name="staging", groups=("test", "shared")),
    "tools": a_cluster(name="tools", groups=()),
}


def where(*events: Event, groups: dict[str, str] | None = None) -> list[str]:
    likely = likely_clusters(by_instance(events), groups or {}, CLUSTERS)
    return [name for name, ids in likely.items() if ids]


def test_the_group_tells_in_which_clusters_to_look_first() -> None:
    assert where(warned(A.instance_id), groups={A.instance_id: "web"}) == ["prod"]
    assert where(warned(A.instance_id), groups={A.instance_id: "shared"}) == ["prod", "staging"]
    assert where(a_terminating(instance_id=A.instance_id, group="test", cluster=None)) == ["staging"]


def test_without_a_group_of_ours_all_are_asked() -> None:
    assert where(warned(A.instance_id)) == ["prod", "staging", "tools"]
    assert where(warned(A.instance_id), groups={A.instance_id: "new"}) == ["prod", "staging", "tools"]


def test_ecs_and_the_metadata_of_our_hook_name_the_cluster() -> None:
    assert where(changed(A.instance_id, "tools")) == ["tools"]
    assert where(a_terminating(instance_id=A.instance_id, group="new", cluster="tools")) == ["tools"]
    assert not wants_group([changed(A.instance_id, "tools")])


def test_the_end_of_an_instance_in_no_group_is_left_to_the_sweep() -> None:
    assert where(InstanceStateChanged(A.instance_id, "terminated", NOW)) == []
    assert where(InstanceStateChanged(A.instance_id, "stopping", NOW)) == ["prod", "staging", "tools"]


def test_who_is_in_no_cluster_is_looked_after_by_the_first_cluster_of_its_group() -> None:
    assert home_of("shared", "staging", CLUSTERS) is CLUSTERS["prod"]
    assert home_of("new", "tools", CLUSTERS) is CLUSTERS["tools"]
    assert home_of("new", None, CLUSTERS) is None


SEEN = a_cluster(refreshed_at=NOW, daemon_services=("logs",), instances=3)
LARGE = a_cluster(refreshed_at=NOW, daemon_services=("logs",), instances=MANY_INSTANCES)
BY_ROLLOUT = a_disruption(reason=Reason.BOTTLEROCKET_UPDATE, forced=False)


@pytest.mark.parametrize(
    ("tasks_left", "cluster", "disruption", "looked_at"),
    [
        pytest.param(2, SEEN, a_disruption(), False, id="more than its daemons are left"),
        pytest.param(1, SEEN, a_disruption(), True, id="what is left may be a daemon"),
        pytest.param(0, SEEN, a_disruption(), True, id="it may be empty"),
        pytest.param(None, SEEN, a_disruption(), True, id="its agent went"),
        pytest.param(0, SEEN, None, False, id="nothing is being done to it"),
        pytest.param(0, SEEN, BY_ROLLOUT, True, id="its rollout drains it"),
        pytest.param(0, SEEN, replace(BY_ROLLOUT, phase=Phase.DRAINED), False, id="its rollout has it empty"),
        pytest.param(0, SEEN, a_disruption(phase=Phase.DRAINED), True, id="EC2 takes it, empty"),
        pytest.param(0, LARGE, BY_ROLLOUT, False, id="its rollout drains it with many others"),
        pytest.param(0, LARGE, a_disruption(), True, id="it goes, among many others"),
        pytest.param(2, replace(SEEN, refreshed_at=None), a_disruption(), True, id="its daemons are not known yet"),
    ],
)
def test_an_instance_is_looked_at_when_ecs_tells_what_may_be_a_step_of_its_drain(
    tasks_left: int | None, cluster: Cluster, disruption: Disruption | None, *, looked_at: bool
) -> None:
    event = ContainerInstanceChanged(A.instance_id, cluster.name, NOW, tasks_left)
    known = {A.instance_id: disruption} if disruption else {}

    assert may_be_a_step(event, {cluster.name: cluster}, known) is looked_at


@pytest.mark.parametrize("event", [warned(A.instance_id), retired(A.instance_id), Sweep(NOW), changed("i-0", "other")])
def test_everything_else_is_looked_at_whatever_is_known(event: Event) -> None:
    assert may_be_a_step(event, {SEEN.name: SEEN}, {})
