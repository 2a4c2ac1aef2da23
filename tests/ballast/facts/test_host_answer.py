"""What Bottlerocket hosts answer means: every sample, every kind of refusal, and any text at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ballast.aws.ecs import container_instance
from ballast.facts.host_answer import (
    HostAnswer,
    HostProblem,
    HostUpdateSettings,
    LastCommand,
    UpdateState,
    UpdateStatus,
    read_answer,
)
from ballast.records.release import Version
from ballast.update.instance.ask import Meaning, meaning

SAMPLES = Path(__file__).parents[2] / "samples" / "bottlerocket"
DEFAULTS = HostUpdateSettings()
SSM_VERDICT = "\nfailed to run commands: exit status 1"
LOG_LINE = "15:37:54 \x1b[0m\x1b[34m[INFO] \x1b[0mDownloading and applying update to disk...\n"

# Sample, version lock, target; then the version that runs, the state, and what they mean for the target.
STATUSES = """
update-check-available.composed.json                       latest  1.64.0  1.62.1  Available  AVAILABLE
update-check-available-arm64-nvidia.composed.json          latest  1.64.0  1.62.1  Available  AVAILABLE
update-check-available.docs.json                           latest  1.15.0  1.14.0  Available  AVAILABLE
update-check-available-downgrade-versionlock.composed.json 1.62.1  1.62.1  1.64.0  Available  AVAILABLE
update-check-available-recalled-release.composed.json      latest  1.21.1  1.21.0  Available  RECALLED
update-check-after-boot-fallback.composed.json             1.64.0  1.64.0  1.62.1  Available  AVAILABLE
update-check-ready.composed.json                           latest  1.64.0  1.62.1  Ready      READY
update-check-ready.docs.json                               latest  1.15.0  1.14.0  Ready      READY
update-check-staged-after-cancel.composed.json             latest  1.64.0  1.62.1  Staged     STAGED
update-check-idle-uptodate.composed.json                   latest  1.64.0  1.64.0  Idle       ON_TARGET
update-check-idle-locked-dummy.composed.json               v1.62.1 1.64.0  1.62.1  Idle       LOCKED
update-check-idle-waiting-for-wave.composed.json           latest  1.63.0  1.62.1  Idle       WAITING_FOR_WAVE
updates-status-idle-never-refreshed.docs.json              latest  0.4.0   0.3.2   Idle       NEVER_REFRESHED
updates-status-prepare-failed.composed.json                latest  1.64.0  1.62.1  Available  PREPARE_FAILED
updates-status-refresh-failed.composed.json                latest  1.64.0  1.62.1  Idle       REFRESH_FAILED
update-check-minimal-available.tests.json                  latest  1.1.1   1.0.5   Available  OFFERED_OTHER
update-check-minimal-idle.tests.json                       latest  1.1.1   1.1.1   Idle       ON_TARGET
update-check-minimal-ready.tests.json                      latest  1.1.1   1.0.5   Ready      NOT_STAGED
update-check-minimal-staged.tests.json                     latest  1.2.0   1.1.1   Staged     NOT_STAGED
"""
ROWS = [row.split() for row in STATUSES.strip().splitlines()]

# Sample: which problem each of its lines that is neither a comment nor progress stands for.
REFUSALS = {
    "apiclient-stderr.composed.txt": [
        HostProblem.UNSURE,
        HostProblem.FAILED,
        HostProblem.BUSY,
        HostProblem.UNSURE,
        HostProblem.GONE,
        HostProblem.NOT_ALLOWED,
        HostProblem.FAILED,
        HostProblem.NEVER_REFRESHED,
    ],
    "apiclient-stderr.docs.txt": [HostProblem.NOT_ALLOWED, HostProblem.BUSY],
}

# Read below, each by a test of its own.
OTHERS = {
    "ecs-container-instance-bottlerocket.composed.json",
    "ssm-describe-instance-information.composed.json",  # by the adapter's tests, as are the parameters
    "ssm-get-command-invocation-check.composed.json",
    "ssm-get-parameters.composed.json",
}


def read(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def status_of(name: str) -> UpdateStatus:
    answer = read_answer(read(name), "", succeeded=True)
    assert answer.problem is None
    assert answer.status is not None
    return answer.status


def refusals(name: str) -> list[str]:
    lines = read(name).replace(r"\u001B", "\x1b").splitlines()
    return [line for line in lines if not line.startswith(("#", "---")) and "[INFO]" not in line]


def test_no_sample_is_left_out() -> None:
    told = {row[0] for row in ROWS} | REFUSALS.keys() | OTHERS

    assert {path.name for path in SAMPLES.iterdir()} == told | {"README.md"}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_status_means_what_is_documented(row: list[str]) -> None:
    name, lock, target, active, state, means = row
    status = status_of(name)

    assert (status.active, status.state) == (active, state)
    assert meaning(status, HostUpdateSettings(lock), target) is Meaning[means]


@pytest.mark.parametrize(
    ("line", "problem"),
    [pair for name, kinds in REFUSALS.items() for pair in zip(refusals(name), kinds, strict=True)],
)
def test_a_refusal_is_told_apart_below_progress_and_above_the_verdict_of_ssm(line: str, problem: HostProblem) -> None:
    answer = read_answer("", f"{LOG_LINE}{line}\n{SSM_VERDICT}", succeeded=False)

    assert answer.problem is problem
    assert answer.words is not None
    assert answer.words.removeprefix("…") in " ".join(line.split())


def test_the_progress_of_real_hosts_is_no_reason() -> None:
    text = read("apiclient-stderr.docs.txt").replace(r"\u001B", "\x1b")
    lines = [line for line in text.splitlines() if "[INFO]" in line]

    answer = read_answer("", "\n".join([*lines, "Update lock held: Status 423 when POSTing /x"]), succeeded=False)

    assert (len(lines), answer.words) == (7, "Update lock held: Status 423 when POSTing /x")


def test_what_run_command_gives_back_is_read_whatever_the_log_says() -> None:
    invocation = json.loads(read("ssm-get-command-invocation-check.composed.json"))

    answer = read_answer(
        invocation["StandardOutputContent"],
        invocation["StandardErrorContent"],
        succeeded=invocation["Status"] == "Success",
    )

    assert answer == HostAnswer(status_of("update-check-available.composed.json"), None)


def test_a_container_instance_tells_variant_and_architecture_but_no_version() -> None:
    instance = container_instance("prod", json.loads(read("ecs-container-instance-bottlerocket.composed.json")))

    assert (instance.variant, instance.arch) == ("aws-ecs-2", "x86_64")


def test_the_public_parameter_holds_version_and_commit() -> None:
    parameters = json.loads(read("ssm-get-parameters.composed.json"))["Parameters"]
    [value] = [each["Value"] for each in parameters if each["Name"].endswith("/image_version")]

    assert str(Version.parse(value)) == "1.62.1"


def test_the_last_status_and_the_last_settings_count_among_other_lines() -> None:
    stdout = "\n".join(
        [
            read("update-check-available.composed.json"),
            "Update already applied {so to say}.",
            '{"os": {"version_id": "1.62.1"}}',
            '{"settings": {"updates": {"version-lock": "latest"}}}',
            read("update-check-ready.composed.json"),
            '{"settings": {"updates": {"ignore-waves": true, "seed": 7, "version-lock": "v1.64.0"}}}',
        ]
    )

    answer = read_answer(stdout, "", succeeded=True)

    assert answer.status == status_of("update-check-ready.composed.json")
    assert answer.settings == HostUpdateSettings("v1.64.0", ignore_waves=True)


def test_a_command_that_failed_in_the_end_still_tells_the_status_that_it_printed_first() -> None:
    stderr = f"{LOG_LINE}Failed to prepare update: Status 423 when POSTing /actions/prepare-update: Update lock held"

    answer = read_answer(read("update-check-available.composed.json"), stderr, succeeded=False)

    assert answer.problem is HostProblem.BUSY
    assert answer.status == status_of("update-check-available.composed.json")


def test_every_field_that_may_be_null_or_lack_may_and_unknown_ones_do_no_harm() -> None:
    stdout = json.dumps(
        {
            "update_state": "Idle",
            "available_updates": None,
            "active_partition": None,
            "staging_partition": {"image": {"version": "1.64.0", "compression": "zstd"}},
            "most_recent_command": {
                "cmd_type": "refresh",
                "cmd_status": "Unknown",
                "exit_status": None,
                "stderr": None,
            },
            "in_place_updates": False,
        }
    )

    status = read_answer(stdout, "", succeeded=True).status

    assert status is not None
    assert (status.active, status.staging, status.staging_boots_next, status.available) == (None, "1.64.0", False, ())
    assert status.last_command is not None
    assert status.last_command.succeeded is None


def test_the_words_of_a_refusal_are_plain_and_short() -> None:
    stderr = (
        "\x1b[1;31mFailed to apply update:\x1b[?25l " + "a reason\tof its own, " * 20 + "\x07the root of it\x1b[0m\r\n"
    )

    words = read_answer("", stderr + SSM_VERDICT, succeeded=False).words

    assert words is not None
    assert words.endswith("a reason of its own, the root of it")
    assert len(words) == 200


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        ("", "the command failed without a word"),
        (SSM_VERDICT, "failed to run commands: exit status 1"),
        (LOG_LINE + SSM_VERDICT, "15:37:54 [INFO] Downloading and applying update to disk..."),
        (
            "sh: apiclient: command not found\nfailed to run commands: exit status 127",
            "sh: apiclient: command not found",
        ),
    ],
)
def test_a_failure_without_a_reason_says_what_there_is(stderr: str, words: str) -> None:
    assert read_answer("", stderr, succeeded=False) == HostAnswer(None, None, HostProblem.FAILED, words)


@pytest.mark.parametrize("log", [(LOG_LINE * 200)[:8000], LOG_LINE + "\n---Error truncated----"])
def test_a_log_that_fills_what_ssm_keeps_leaves_the_end_unknown(log: str) -> None:
    assert read_answer("", log, succeeded=False).problem is HostProblem.UNSURE


@pytest.mark.parametrize(
    ("stdout", "words"),
    [
        ('{"update_state": "Confused"}', "'Confused' is not a valid UpdateState"),
        ('{"update_state": "Idle", "active_partition": {"image": {"arch": "x86_64"}}}', "lacks 'version'"),
        ('{"update_state": "Idle", "active_partition": {"image": {"version": "new"}}}', "'new' is not a Bottlerocket"),
        ('{"update_state": "Idle", "available_updates": 3}', "cannot be read"),
        ('{"settings": {"updates": [1]}}', "cannot be read"),
        ('{"a":' * 100_000, "cannot be read"),
        ('{"update_state": "Available", "active_par', "neither a status nor settings"),
    ],
)
def test_an_answer_that_cannot_be_read_says_why(stdout: str, words: str) -> None:
    answer = read_answer(stdout, "", succeeded=True)

    assert (answer.status, answer.settings, answer.problem) == (None, None, HostProblem.UNREADABLE)
    assert answer.words is not None
    assert words in answer.words


def test_a_command_that_prints_nothing_may_have_succeeded() -> None:
    assert read_answer("", "06:21:13 [INFO] Rebooting, goodbye...\n", succeeded=True) == HostAnswer(None, None)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Idle", "Ready", "1.64.0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["image", "version", "x"]), inner),
    max_leaves=6,
)
FIELDS = ["update_state", "active_partition", "available_updates", "chosen_update", "most_recent_command", "settings"]


@given(stdout=st.text(), stderr=st.text(), succeeded=st.booleans())
@example(stdout="{" * 1000, stderr="\x1b[\x1b]0;\x9b", succeeded=False)
@example(stdout='{"update_state": ' + "9" * 5000 + "}", stderr="", succeeded=True)
def test_any_text_is_answered_in_words(*, stdout: str, stderr: str, succeeded: bool) -> None:
    answer = read_answer(stdout, stderr, succeeded=succeeded)

    assert (answer.problem is None) == (answer.words is None)
    assert succeeded or answer.problem is not None
    assert len(answer.words or "") <= 200
    assert "\x1b" not in (answer.words or "")


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_any_document_is_read_or_refused(document: dict[str, Any]) -> None:
    answer = read_answer(json.dumps(document), "", succeeded=True)

    assert answer.problem in (None, HostProblem.UNREADABLE)
    if answer.status:
        assert meaning(answer.status, DEFAULTS, "1.64.0") in Meaning


def status(state: UpdateState, **fields: Any) -> UpdateStatus:
    return UpdateStatus(state, active="1.62.1", **fields)


@pytest.mark.parametrize("state", UpdateState)
def test_the_version_that_runs_decides_before_any_state(state: UpdateState) -> None:
    found = status(state, staging="1.64.0", staging_boots_next=True, chosen="1.64.0")

    assert meaning(found, DEFAULTS, "1.62.1") is Meaning.ON_TARGET


@pytest.mark.parametrize("state", [UpdateState.STAGED, UpdateState.READY])
def test_another_version_that_is_staged_is_not_taken_for_the_target(state: UpdateState) -> None:
    found = status(state, staging="1.63.0", staging_boots_next=True, chosen="1.64.0")

    assert meaning(found, DEFAULTS, "1.64.0") is Meaning.STAGED_OTHER


def test_a_prepare_that_wrote_nothing_and_reported_success_is_seen_through() -> None:
    assert meaning(status(UpdateState.STAGED, chosen="1.64.0"), DEFAULTS, "1.64.0") is Meaning.NOT_STAGED


def test_a_lower_offer_is_a_recall_unless_the_lock_asks_for_it() -> None:
    found = status(UpdateState.AVAILABLE, chosen="1.61.0")

    assert meaning(found, DEFAULTS, "1.64.0") is Meaning.RECALLED
    assert meaning(found, HostUpdateSettings("v1.61.0"), "1.64.0") is Meaning.OFFERED_OTHER
    assert meaning(found, DEFAULTS, "1.61.0") is Meaning.AVAILABLE


def test_a_lock_on_the_target_itself_keeps_nothing_away() -> None:
    command = LastCommand("refresh", succeeded=True)
    found = status(UpdateState.IDLE, available=("1.64.0", "1.62.1"), last_command=command)

    assert meaning(found, HostUpdateSettings("1.64.0"), "1.64.0") is Meaning.WAITING_FOR_WAVE
