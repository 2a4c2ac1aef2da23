"""What is learned from a host before and while the target is put on its disk."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.facts.fleet import Report
from ballast.facts.host_answer import HostAnswer, HostProblem, HostUpdateSettings, UpdateState, UpdateStatus
from ballast.plans.actions import Claim
from ballast.plans.update_actions import RunCommand
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.stage import plan_again, plan_begin, plan_checking, plan_staging
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_host,
    a_rollout,
    a_status,
    an_update,
    asked,
    documents,
    kept,
    reported,
)
from tests.builders import NOW, after

READY = a_status(state=UpdateState.READY, staging=AFTER, staging_boots_next=True, chosen=AFTER)


def test_an_instance_is_taken_up_with_the_wave_and_the_version_that_it_runs() -> None:
    begun: InstanceUpdate = kept(plan_begin(a_host(), a_rollout(wave=2), after(1)))

    assert (begun.stage, begun.wave, begun.began_from, begun.target) == (Stage.CHECKING, 2, BEFORE, AFTER)
    assert begun.rollout == a_rollout().id


def test_an_instance_that_an_earlier_rollout_had_updated_is_taken_up_on_its_old_record() -> None:
    earlier = an_update(rollout="1.62.1/20260601T000000Z", stage=Stage.DONE, revision=9)

    claim, command = plan_begin(a_host(update=earlier), a_rollout(), after(1)).actions

    assert isinstance(claim, Claim)
    assert isinstance(command, RunCommand)
    assert claim.before == earlier
    assert command.update.revision == earlier.revision + 1


def test_another_attempt_begins_anew_and_keeps_what_it_has_to_put_back() -> None:
    failed = an_update(stage=Stage.FAILED, attempts=1, harmed=True, version_lock="1.60.0", ignore_waves=True)

    again: InstanceUpdate = kept(plan_again(a_host(update=failed), failed, after(5)))

    assert (again.stage, again.since, again.harmed, again.attempts) == (Stage.CHECKING, after(5), False, 1)
    assert (again.version_lock, again.ignore_waves) == ("1.60.0", True)


def test_a_second_check_does_not_mistake_our_own_settings_for_the_hosts() -> None:
    ours = HostAnswer(a_status(state=UpdateState.AVAILABLE), HostUpdateSettings(AFTER, ignore_waves=True))
    update = asked(Document.CHECK, Stage.CHECKING, version_lock="1.60.0", ignore_waves=False)

    found = plan_checking(a_host(report=Report(ended=True, answer=ours)), update, after(1))

    assert documents(found) == [Document.STAGE]
    assert (kept(found).version_lock, kept(found).ignore_waves) == ("1.60.0", False)


def test_a_check_that_is_on_its_way_is_waited_for() -> None:
    assert plan_checking(a_host(), asked(Document.CHECK, Stage.CHECKING), after(1)).actions == ()


@pytest.mark.parametrize("problem", [HostProblem.NOT_ALLOWED, HostProblem.GONE, HostProblem.FAILED])
def test_a_check_that_fails_for_good_ends_the_attempt_in_the_hosts_own_words(problem: HostProblem) -> None:
    host = a_host(report=reported(problem=problem, words="no route to the repository"))

    given_up = kept(plan_checking(host, asked(Document.CHECK, Stage.CHECKING), after(1)))

    assert (given_up.stage, given_up.then, given_up.why) == (
        Stage.UNSTAGING,
        Stage.FAILED,
        "no route to the repository",
    )


def test_a_host_whose_answer_nobody_can_read_is_left_out_and_costs_the_rollout_nothing() -> None:
    host = a_host(report=reported(problem=HostProblem.UNREADABLE, words="its answer cannot be read: …"))

    left = kept(plan_checking(host, asked(Document.CHECK, Stage.CHECKING), after(1)))

    assert (left.stage, left.then, left.why) == (Stage.UNSTAGING, Stage.EXCLUDED, "its answer cannot be read: …")


def test_a_host_that_is_ready_counts_as_staged_although_its_last_command_failed() -> None:
    host = a_host(report=reported(READY, HostProblem.NOT_ALLOWED, "Update action not allowed"))

    assert kept(plan_staging(host, asked(Document.STAGE, Stage.STAGING), after(1))).stage is Stage.STAGED


def test_a_download_that_is_on_its_way_is_waited_for() -> None:
    assert plan_staging(a_host(), asked(Document.STAGE, Stage.STAGING), after(19)).actions == ()


@pytest.mark.parametrize("problem", [HostProblem.BUSY, HostProblem.UNSURE])
def test_a_host_that_says_where_it_is_and_is_busy_is_asked_again(problem: HostProblem) -> None:
    on_offer = a_status(state=UpdateState.AVAILABLE, chosen=AFTER)
    host = a_host(report=reported(on_offer, problem, "Update lock held"))

    found = plan_staging(host, asked(Document.STAGE, Stage.STAGING), after(5))

    assert documents(found) == [Document.STAGE if problem is HostProblem.BUSY else Document.CHECK]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (a_status(state=UpdateState.AVAILABLE, chosen="1.65.0"), "another version is on offer"),
        (a_status(state=UpdateState.STAGED, staging="1.65.0"), "another version is staged"),
        (a_status(state=UpdateState.STAGED, staging=AFTER), "the target is on disk and does not boot next"),
        (a_status(active="1.66.0", state=UpdateState.AVAILABLE, chosen="1.65.0"), "an older version is on offer"),
        (a_status(), "the list of updates was not fetched since it booted"),
    ],
)
def test_a_host_that_would_not_boot_the_target_is_never_counted_as_staged(status: UpdateStatus, why: str) -> None:
    quiet: dict[str, Any] = {"words": ""}

    given_up = kept(plan_staging(a_host(report=reported(status, **quiet)), asked(Document.STAGE, Stage.STAGING), NOW))

    assert (given_up.stage, given_up.then) == (Stage.UNSTAGING, Stage.FAILED)
    assert given_up.why.startswith(f"the target could not be staged: {why}")


@pytest.mark.parametrize("lock", ["v1.62.1+abcdef0", "1.63.0-rc.1", "v1.62.1-beta.2+b7", "latest"])
def test_a_version_lock_of_any_valid_form_is_kept_as_it_is(lock: str) -> None:
    checked = asked(Document.CHECK, Stage.CHECKING, version_lock=None, ignore_waves=None)
    answer = reported(a_status(), settings=HostUpdateSettings(lock))

    found = plan_checking(a_host(report=answer), checked, after(1))

    assert documents(found) == [Document.STAGE]
    assert kept(found).version_lock == lock


@pytest.mark.parametrize("lock", ["$(reboot); x", "1.62.1 x", "next", "", "1.62.1\n"])
def test_a_host_whose_version_lock_could_not_be_put_back_is_left_alone_and_says_why(lock: str) -> None:
    checked = asked(Document.CHECK, Stage.CHECKING, version_lock=None, ignore_waves=None)
    answer = reported(a_status(), settings=HostUpdateSettings(lock))

    found = plan_checking(a_host(report=answer), checked, after(1))

    assert documents(found) == []
    assert (kept(found).stage, kept(found).then) == (Stage.UNSTAGING, Stage.EXCLUDED)
    assert "could not be put back" in str(kept(found).why)
