"""Which cluster an event is about: the one that has its instance, one that we could not look into, or none."""

from __future__ import annotations

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    Irrelevant,
    SpotInterrupted,
)
from ballast.drain.sort_out import by_instance, may_be_in, sort_out
from ballast.records.event import Sweep
from tests.builders import NOW, a_container_instance, after

A, B, C = (a_container_instance(number) for number in (1, 2, 3))


def warned(instance_id: str) -> SpotInterrupted:
    return SpotInterrupted(instance_id, "terminate", NOW)


def changed(instance_id: str, cluster: str) -> ContainerInstanceChanged:
    return ContainerInstanceChanged(instance_id, cluster, NOW)


def retired(*instance_ids: str) -> ChangeScheduled:
    return ChangeScheduled(instance_ids, "arn", "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED", after(60), open=True, at=NOW)


def test_each_instance_goes_to_the_cluster_that_has_it_with_all_that_is_said_of_it() -> None:
    first, second, other = warned(A.instance_id), changed(A.instance_id, "prod"), warned(B.instance_id)

    known = sort_out([first, other, second], {"prod": (A,), "staging": (B,), "idle": ()})

    assert known.by_cluster == {"prod": (A,), "staging": (B,)}
    assert known.about == {A.instance_id: [first, second], B.instance_id: [other]}
    assert (known.unsure, known.elsewhere) == ([], {})


def test_an_instance_that_no_cluster_has_is_elsewhere() -> None:
    event = warned(A.instance_id)
    assert sort_out([event], {"prod": ()}).elsewhere == {A.instance_id: [event]}
    assert sort_out([event], {}).elsewhere == {A.instance_id: [event]}


def test_while_a_cluster_cannot_be_looked_into_an_instance_may_be_in_it_and_is_not_elsewhere() -> None:
    event, at_home = warned(A.instance_id), warned(B.instance_id)

    known = sort_out([event, at_home], {"prod": None, "staging": (B,)})

    assert known.unsure == [event]
    assert known.elsewhere == {}
    assert known.by_cluster == {"staging": (B,)}


def test_an_event_that_names_another_cluster_is_not_unsure() -> None:
    event = changed(A.instance_id, "staging")
    known = sort_out([event], {"prod": None, "staging": ()})
    assert known.unsure == []
    assert known.elsewhere == {A.instance_id: [event]}


def test_an_event_about_several_instances_is_sorted_for_each_of_them() -> None:
    event = retired(A.instance_id, B.instance_id, C.instance_id)

    known = sort_out([event], {"prod": (A,), "staging": (B,)})

    assert known.by_cluster == {"prod": (A,), "staging": (B,)}
    assert known.elsewhere == {C.instance_id: [event]}


def test_the_sweep_and_what_asks_for_nothing_are_about_no_instance() -> None:
    events: list[Event] = [Sweep(NOW), Irrelevant("a launch")]
    assert by_instance(events) == {}
    assert sort_out(events, {"prod": None}).unsure == []


def test_only_an_event_of_ecs_rules_clusters_out() -> None:
    impaired = ContainerInstanceImpaired(A.instance_id, "prod", ("AGENT: silent",), NOW)
    assert may_be_in("staging", [warned(A.instance_id)])
    assert may_be_in("prod", [warned(A.instance_id), impaired])
    assert not may_be_in("staging", [warned(A.instance_id), impaired])
