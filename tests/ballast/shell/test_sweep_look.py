"""What the sweep sees of one cluster, and what follows."""

from __future__ import annotations

from ballast.aws import autoscaling, ecs, lifecycle_hooks
from ballast.drain.triggers import OUR_HOOK
from ballast.records.disruption import Reason
from ballast.records.watch import WatchKind
from ballast.shell.look import Observer
from ballast.shell.questions import Questions
from ballast.shell.sweep_look import SweepLook
from tests.ballast.shell.looked import Looked, looked


def look(found: Looked, *, discover: bool = True, listed: bool = True) -> SweepLook:
    members = autoscaling.members_of(tuple(autoscaling.groups(("web",))))
    observer = Observer(found.cluster(), found.ledger, found.now)
    seen = SweepLook(observer, members, found.executor, Questions("prod"))
    seen.run(ecs.list_instances("prod") if listed else None, (), (), discover=discover)
    return seen


def others_act(found: Looked, draining: str, unseen: str) -> None:
    """Somebody drains one, and another loses its agent."""
    world = found.fleet.world
    wanted = {"cluster": "prod", "containerInstances": [world.host(draining).arn], "status": "DRAINING"}
    world.handle("ecs", "UpdateContainerInstancesState", wanted, actor="somebody")
    world.disconnect_agent(unseen)


def test_who_drains_or_has_lost_its_agent_is_listed_whether_or_not_all_were_listed_before() -> None:
    with looked() as found:
        draining, unseen, _ = found.fleet.instance_ids
        others_act(found, draining, unseen)

        for listed in (True, False):
            seen = look(found, listed=listed).listed
            assert seen is not None
            assert {i.instance_id for i in seen} == {draining, unseen}


def test_both_are_watched_from_now_on() -> None:
    with looked() as found:
        draining, unseen, _ = found.fleet.instance_ids
        others_act(found, draining, unseen)

        look(found)

        assert {(w.kind, w.subject) for w in found.ledger.open("prod")[1]} == {
            (WatchKind.FOREIGN_DRAIN, draining),
            (WatchKind.AGENT_LOST, unseen),
        }


def test_a_held_instance_of_which_no_event_told_is_taken_up_but_not_in_dry_run() -> None:
    with looked() as found:
        held = found.fleet.instance_ids[0]
        lifecycle_hooks.put_hook("web", OUR_HOOK, "prod", 900)
        found.fleet.world.scale_in("web", held)
        found.fleet.clock.run_until(found.fleet.clock.now_s + 1)

        look(found, discover=False)
        assert found.ledger.open("prod")[0] == ()

        look(found)
        [known] = found.ledger.open("prod")[0]
        assert (known.instance_id, known.reason) == (held, Reason.LIFECYCLE_HOOK)


def test_a_held_instance_that_serves_another_cluster_which_knows_nothing_of_its_group_is_drained_there() -> None:
    """Chaos seed 62012: its event was lost, its old record was here, and either sweep left it to the other."""
    with looked("other") as found:
        held = found.fleet.instance_ids[0]
        lifecycle_hooks.put_hook("web", OUR_HOOK, "prod", 900)
        found.fleet.world.move_agent(held, "other")
        found.fleet.world.scale_in("web", held)
        found.fleet.clock.run_until(found.fleet.clock.now_s + 1)

        look(found)

        assert found.ledger.open("prod")[0] == ()
        [known] = found.ledger.open("other")[0]
        assert (known.instance_id, known.reason) == (held, Reason.LIFECYCLE_HOOK)
