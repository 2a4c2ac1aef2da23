"""What on-call reads about instances that are ill."""

from __future__ import annotations

from ballast.policy.policy import Policy, Repair
from ballast.records.watch import Watch, WatchKind
from ballast.words import repair as say
from ballast.words import watching
from ballast.words.notice import Severity
from tests.ballast.repair.builders import an_id, an_ill
from tests.builders import CLUSTER, GROUP, NOW, a_cluster, a_draining_view, a_task, a_view, a_voluntary, after

LOST = an_ill(minutes=11)


def test_what_they_share_is_named() -> None:
    assert say.shared("zone=eu-central-1a") == "they share zone eu-central-1a"
    assert say.shared("launch template=lt-1:7") == "they share launch template lt-1:7"
    assert say.shared("*") == "many fell ill at once"


def test_where_nothing_is_done_it_says_what_would_let_ballast_do_it() -> None:
    assert "Repair is report" in say.repair_would(a_cluster(), LOST, NOW, granted=True).next
    assert "RepairRights" in say.repair_would(a_cluster(), LOST, NOW, granted=False).next
    assert "no Auto Scaling group" in say.repair_would(a_cluster(), an_ill(group=None), NOW, granted=True).next


def test_a_bad_launch_template_is_named_with_its_version() -> None:
    watch = Watch(CLUSTER, WatchKind.LAUNCHES_FAIL, GROUP, NOW, members=(an_id(1), an_id(2), an_id(3)))

    told = say.launches_fail(a_cluster(), watch, "lt-1:7", "ami-1", NOW)

    assert told.severity is Severity.PAGE
    assert "launch template lt-1 version 7 with image ami-1:" in told.why
    assert "its launch configuration" in say.launches_fail(a_cluster(), watch, None, None, NOW).why


def test_one_task_and_several_are_told_apart() -> None:
    one = a_draining_view(tasks=(a_task("a"),))
    several = a_draining_view(tasks=(a_task("a"), a_task("b")))

    assert "told its one task on" in say.unheard_replaced(one, a_voluntary(), NOW).what
    assert "told all 2 tasks on" in say.unheard_replaced(several, a_voluntary(), NOW).what


def test_what_found_no_moment_says_what_was_in_the_way() -> None:
    told = say.repair_failed(a_view(), a_voluntary(signal="agent_lost"), "the disruption budget is 0", after(61))

    assert told.why == "It waited because the disruption budget is 0."
    assert say.repair_failed(a_view(), a_voluntary(), None, NOW).why == "It was put off until then."


def test_while_repair_is_on_a_lost_agent_or_an_impaired_host_needs_nobody() -> None:
    on, off = a_cluster(Policy(repair=Repair.ON)), a_cluster()
    watch = Watch(CLUSTER, WatchKind.AGENT_LOST, an_id(1), NOW)

    assert watching.agent_lost(a_view(cluster=on), watch, after(11)).severity is Severity.INFO
    assert watching.agent_lost(a_view(cluster=off), watch, after(11)).severity is Severity.TICKET
    assert watching.instance_impaired(on, an_id(1), [], NOW, NOW).severity is Severity.INFO
    assert watching.instance_impaired(off, an_id(1), [], NOW, NOW).severity is Severity.TICKET
