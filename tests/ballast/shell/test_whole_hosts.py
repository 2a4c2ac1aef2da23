"""A host is empty only when no record of it has tasks, in whichever managed cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.aws import ecs
from ballast.facts.sightings import Sightings
from ballast.facts.view import View
from ballast.shell.find import strangers
from ballast.shell.look import view_instances
from ballast.shell.whole_hosts import see_whole_hosts
from tests.ballast.shell.looked import Looked, looked, moved_to_a_cluster_of_others
from tests.builders import ARN, a_disruption, a_membership, a_scale_in, a_voluntary


def an_empty_view(found: Looked, instance_id: str) -> View:
    """Disrupted, and with nothing left in its own cluster."""
    known = a_disruption(instance_id=instance_id)
    [record] = ecs.find_instances("prod", [instance_id]).instances
    [view] = view_instances(found.cluster(), [record], [known])
    return replace(view, tasks=())


def test_one_that_only_its_own_cluster_has_is_empty() -> None:
    with looked("other") as found:
        view = an_empty_view(found, found.fleet.instance_ids[0])

        assert see_whole_hosts([view], found.ledger, sees_all=True) == [view]


def test_what_another_record_has_left_is_left() -> None:
    with looked("other") as found:
        view = an_empty_view(found, found.fleet.instance_ids[0])
        found.fleet.world.move_agent(view.instance_id, "other")
        task = found.fleet.world.run_task("other", on=view.instance_id)

        [whole] = see_whole_hosts([view], found.ledger, sees_all=True)

        assert [left.arn for left in whole.tasks or ()] == [task.arn]
        assert [record.cluster for record in whole.others] == ["other"]


def test_an_agent_that_came_back_while_the_tasks_were_listed_is_seen_to_be_back() -> None:
    """What ECS has ordered to stop there it hears by now, so it is waited for."""
    with looked() as found:
        world, ill = found.fleet.world, found.fleet.instance_ids[0]
        world.disconnect_agent(ill)
        view = an_empty_view(found, ill)
        older = replace(view.instance, arn=f"{ARN}container-instance/prod/older") if view.instance else None
        view = replace(view, others=tuple(filter(None, [older])))
        world.reconnect_agent(ill)

        [whole] = see_whole_hosts([view], found.ledger, sees_all=True)

        assert view.instance
        assert whole.instance == replace(view.instance, agent_connected=True)
        assert whole.others == view.others


def test_while_a_cluster_does_not_say_its_tasks_are_unknown() -> None:
    with looked("other") as found:
        view = an_empty_view(found, found.fleet.instance_ids[0])
        found.fleet.world.refuse("other", operations=["ListContainerInstances"])

        assert see_whole_hosts([view], found.ledger, sees_all=True)[0].tasks is None


def test_one_that_no_managed_cluster_has_is_unlisted() -> None:
    with looked("other") as found:
        known = a_disruption(instance_id="i-0fedcba9876543210")

        [gone] = see_whole_hosts(
            [View(found.cluster(), known.instance_id, disruption=known)], found.ledger, sees_all=True
        )

        assert (gone.unlisted, gone.tasks) == (True, None)


def test_nobody_is_asked_about_one_that_has_tasks_here() -> None:
    with looked("other") as found:
        view = replace(an_empty_view(found, found.fleet.instance_ids[0]), tasks=None)
        before = found.calls

        assert see_whole_hosts([view], found.ledger, sees_all=True) == [view]
        assert found.asked(before) == []


def test_one_that_our_hook_holds_may_be_in_a_cluster_that_is_not_ours() -> None:
    with looked("other") as found:
        world, moved = found.fleet.world, moved_to_a_cluster_of_others(found)
        task = world.run_task("theirs", on=moved)
        held, voluntary = a_scale_in(instance_id=moved), a_voluntary(instance_id=moved)

        [stranger] = see_whole_hosts([View(found.cluster(), moved, disruption=held)], found.ledger, sees_all=True)
        [unlisted] = see_whole_hosts([View(found.cluster(), moved, disruption=voluntary)], found.ledger, sees_all=True)

        assert (stranger.stranger, stranger.unlisted) == ("theirs", False)
        assert [left.arn for left in stranger.tasks or ()] == [task.arn]
        assert (unlisted.stranger, unlisted.unlisted) == (None, True)


def test_one_that_a_cluster_that_is_not_ours_lists_and_does_not_describe_may_have_tasks_there() -> None:
    """Chaos seed 60064: its hook was let go with three tasks of that cluster, and nobody was told."""
    with looked("other") as found:
        world, moved = found.fleet.world, moved_to_a_cluster_of_others(found)
        world.answer_missing(moved)
        view = View(found.cluster(), moved, disruption=a_scale_in(instance_id=moved))

        [unsure] = see_whole_hosts([view], found.ledger, sees_all=True)

        assert (unsure.stranger, unsure.unlisted, unsure.tasks) == (None, False, None)
        assert strangers([moved], found.ledger.clusters(), sees_all=False).unsure == {moved}


@pytest.mark.parametrize(
    ("code", "sees_all", "is_unsure"),
    [
        ("ThrottlingException", False, True),
        ("AccessDeniedException", True, True),
        ("AccessDeniedException", False, False),  # ManagedClusters is set, so nothing more can be known
    ],
)
def test_one_may_have_tasks_in_a_cluster_of_others_that_does_not_answer_where_the_role_may_look(
    code: str,
    sees_all: bool,  # noqa: FBT001 - a parameter of the table
    is_unsure: bool,  # noqa: FBT001 - the same
) -> None:
    with looked("other") as found:
        moved = moved_to_a_cluster_of_others(found)
        found.fleet.world.refuse("theirs", code)
        view = View(found.cluster(), moved, disruption=a_scale_in(instance_id=moved))

        [seen] = see_whole_hosts([view], found.ledger, sees_all=sees_all)

        assert (seen.tasks, seen.unlisted) == (None, not is_unsure)


def test_nobody_knows_who_is_in_clusters_of_others_while_they_cannot_be_listed() -> None:
    with looked() as found:
        moved = moved_to_a_cluster_of_others(found)
        found.fleet.world.refuse_calls("ecs", "ListClusters", "throttled")

        assert strangers([moved], found.ledger.clusters(), sees_all=False).unsure == {moved}


def test_one_cluster_of_others_that_may_not_be_asked_hides_no_other_but_many_are_not_tried() -> None:
    with looked() as found:
        world, moved = found.fleet.world, moved_to_a_cluster_of_others(found)
        for name in ("a", "b"):
            world.add_cluster(name)
            world.refuse(name)

        assert strangers([moved], found.ledger.clusters(), sees_all=False).records.keys() == {moved}

        world.add_cluster("c")
        world.refuse("c")

        assert strangers([moved], found.ledger.clusters(), sees_all=False) == Sightings({})
        assert strangers([moved], found.ledger.clusters(), sees_all=True) == Sightings({}, frozenset({moved}))


def test_of_many_clusters_those_are_asked_that_use_the_group_where_the_agent_is_connected_here() -> None:
    with looked(*(f"other-{number}" for number in range(12))) as found:
        view = an_empty_view(found, found.fleet.instance_ids[0])
        before = found.calls

        see_whole_hosts([replace(view, membership=a_membership(group="web"))], found.ledger, sees_all=True)
        few = found.calls
        see_whole_hosts([view], found.ledger, sees_all=True)

        assert found.asked(before).count("ListContainerInstances") == 14
        assert found.asked(few).count("ListContainerInstances") == 13
