"""The function as it is deployed: its queue and its hourly rule from the template, a simulated AWS behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.delivery.faults import Faults, KillPoint
from tests.builders import load_event
from tests.released import AFTER, ARCH, BEFORE, CHECK, VARIANT, watching


def test_a_release_is_announced_once_and_told_for_both_clusters() -> None:
    with watching() as watched:
        watched.check()
        watched.check()
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        watched.check()

        assert watched.available == [(None, BEFORE), (BEFORE, AFTER)]
        first, second = watched.notices
        assert (first["code"], second["code"]) == ("BottlerocketReleaseAvailable",) * 2
        assert second["impact"] == f"Running in prod, staging: 4 on {BEFORE}."
        assert watched.calls("GetParameters") == 4  # both parameters in one call


def test_the_schedule_of_the_template_checks_by_itself() -> None:
    with watching() as watched:
        watched.run(3700)

        assert watched.available[0] == (None, BEFORE)
        assert not watched.deployment.dead_letters


def test_a_recall_pages_once_with_the_instances_that_run_the_recalled_version() -> None:
    with watching() as watched:
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        updated, _ = watched.instances("prod")
        watched.runs(updated, AFTER)
        watched.releases.recall(VARIANT, ARCH)
        watched.check()
        watched.check()

        [event] = watched.said("Bottlerocket Release Recalled")
        [page] = [notice for notice in watched.notices if notice["severity"] == "page"]
        assert (event["version"], event["recalledVersion"]) == (BEFORE, AFTER)
        assert f"This one runs it: {updated} (prod)." in page["impact"]


def test_an_unreadable_message_is_dead_lettered_and_the_check_beside_it_is_done() -> None:
    bad = {
        "not json": "The message is not JSON",
        json.dumps(
            load_event("ballast_update_command")
        ): "'Ballast Update Command' from 'ballast' asks for no check of releases",
        json.dumps(load_event("asg_instance_launch_successful")): "asks for no check of releases",
    }
    with watching() as watched:
        watched.check(*bad, json.dumps(CHECK))

        letters = {letter.body: letter.attributes["ERROR_MESSAGE"] for letter in watched.deployment.dead_letters}
        assert letters.keys() == bad.keys()
        assert all(why in letters[body] for body, why in bad.items())
        assert watched.available == [(None, BEFORE)]
        assert len(watched.deployment.queues["ReleaseChecks"]) == 0


def number_of_calls() -> int:
    with watching() as watched:
        watched.check()
        return sum(call.function == "WatchBottlerocket" for call in watched.deployment.calls)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_function_killed_at_any_call_neither_loses_nor_doubles_an_announcement(when: Any) -> None:
    calls = number_of_calls()
    assert calls >= 6
    for number in range(1, calls + 1):
        with watching(Faults(kill_at=KillPoint(number, when, "WatchBottlerocket"))) as watched:
            watched.check(wait_s=400)  # the message comes back when its visibility times out
            watched.check()

            assert {tuple(one) for one in watched.available} == {(None, BEFORE)}, f"killed {when} call {number}"
            assert len({notice["id"] for notice in watched.notices}) == 1
            assert len(watched.deployment.queues["ReleaseChecks"]) == 0
