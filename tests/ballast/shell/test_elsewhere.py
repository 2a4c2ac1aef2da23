"""What a cluster's sweep has to know of other clusters."""

from __future__ import annotations

from ballast.aws import ecs
from ballast.shell.elsewhere import Elsewhere
from ballast.shell.look import view_instances
from tests.ballast.shell.looked import looked


def test_who_is_connected_elsewhere_is_at_home_there() -> None:
    with looked("other") as found:
        moved, *_ = found.fleet.instance_ids
        found.fleet.world.move_agent(moved, "other")
        views = view_instances(found.cluster(), ecs.list_instances("prod"), ())

        at_home = Elsewhere(found.cluster(), found.ledger).at_home(views)

        assert moved in {v.instance_id for v in views}
        assert {v.instance_id for v in at_home} == {v.instance_id for v in views} - {moved}


def test_others_are_asked_only_of_those_that_no_agent_speaks_for_here() -> None:
    with looked("other") as found:
        views = view_instances(found.cluster(), ecs.list_instances("prod"), ())
        before = found.calls

        assert Elsewhere(found.cluster(), found.ledger).whole(views, found.fleet.instance_ids) == views
        assert found.asked(before) == []


def test_a_held_instance_that_no_cluster_lists_is_for_the_first_cluster_of_its_group() -> None:
    with looked("other") as found:
        held = {"i-0fedcba9876543210": "web"}

        [view] = Elsewhere(found.cluster(), found.ledger).views(held)

        assert (view.cluster.name, view.instance) == ("prod", None)
        assert Elsewhere(found.cluster("other"), found.ledger).views(held) == []
        assert Elsewhere(found.cluster(), found.ledger).views({}) == []


def test_one_that_may_be_in_a_cluster_that_does_not_say_is_nobody_s() -> None:
    with looked("other") as found:
        found.fleet.world.refuse("other", operations=["ListContainerInstances"])

        assert Elsewhere(found.cluster(), found.ledger).views({"i-0fedcba9876543210": "web"}) == []
