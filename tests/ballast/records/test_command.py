"""What an operator may tell a rollout: there and back as an event, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.records.command import Command, CommandKind, parse_command, too_late
from tests.builders import NOW

ADMIN = "arn:aws:sts::123456789012:assumed-role/admin/jo"
FULL = Command(CommandKind.ROLLBACK, "prod", ADMIN, NOW, "aws-ecs-2", "arm64", "1.62.1", "it leaks", id="c-1")
PAUSE = Command(CommandKind.PAUSE, None, ADMIN, NOW, span=timedelta(hours=4))


def test_a_test_is_a_ticket_unless_it_says_how_loud_it_is() -> None:
    assert parse_command({"command": "test"}, NOW).severity == "ticket"
    loud = Command(CommandKind.TEST, None, ADMIN, NOW, severity="page")
    assert parse_command(json.loads(json.dumps(loud.to_detail())), NOW) == loud
    assert parse_command({"command": "pause", "severity": "page"}, NOW).severity is None
    with pytest.raises(ValueError, match="severity is 'loud' but must be one of page, ticket, info"):
        parse_command({"command": "test", "severity": "loud"}, NOW)


@pytest.mark.parametrize(
    ("minutes", "heard", "why"),
    [
        (-6, False, "yet to come"),
        (-5, False, None),
        (0, False, None),
        (15, False, None),
        (16, False, "heard too late: a command holds for 15 minutes"),
        (16, True, None),
        (120, True, None),
        (121, True, "could not be carried out within 2 hours"),
    ],
)
def test_a_command_holds_for_a_while_and_one_that_was_heard_for_longer(
    minutes: int,
    heard: bool,  # noqa: FBT001 - a parameter of the table
    why: str | None,
) -> None:
    found = too_late(FULL, NOW + timedelta(minutes=minutes), heard=heard)

    assert (found is None) is (why is None)
    assert why is None or why in str(found)


@pytest.mark.parametrize(
    ("name", "of_event", "found"),
    [("c-1", "e-1", "c-1"), (None, "e-1", "e-1"), (7, "e-1", "e-1"), (None, "e 1", None), (None, {}, None)],
)
def test_a_command_without_an_id_of_its_own_has_that_of_its_event(
    name: object, of_event: object, found: str | None
) -> None:
    assert parse_command({"command": "halt", "cluster": "prod", "id": name}, NOW, of_event).id == found


@pytest.mark.parametrize("command", [FULL, PAUSE, Command(CommandKind.HALT, "prod", ADMIN, NOW)])
def test_a_command_comes_back_from_its_event(command: Command) -> None:
    assert parse_command(json.loads(json.dumps(command.to_detail())), NOW) == command


def test_whoever_puts_the_event_by_hand_may_leave_out_all_but_command_and_cluster() -> None:
    assert parse_command({"command": "resume", "cluster": "prod"}, NOW) == Command(
        CommandKind.RESUME, "prod", "somebody", NOW
    )


def test_words_become_one_line() -> None:
    command = parse_command({**FULL.to_detail(), "reason": " it\n\tleaks "}, NOW)

    assert command.reason == "it leaks"
    assert parse_command({**FULL.to_detail(), "reason": " "}, NOW).reason is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"command": "stop"}, "command is 'stop' but must be one of approve, halt, pause, resume, rollback"),
        ({"command": ["halt"]}, "command is ['halt'] but must be one of"),
        ({"cluster": ""}, "cluster is '' but must be the name of an ECS cluster"),
        ({"cluster": None}, "cluster is None but"),
        ({"cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/prod"}, "but must be the name of an ECS cluster"),
        ({"variant": "AWS ECS"}, "variant is 'AWS ECS' but must look like aws-ecs-2"),
        ({"variant": 2}, "variant is 2 but must look like aws-ecs-2"),
        ({"arch": "aarch64"}, "arch is 'aarch64' but must be x86_64 or arm64"),
        ({"arch": ["arm64"]}, "arch is ['arm64'] but must be x86_64 or arm64"),
        ({"version": "latest"}, "'latest' is not a Bottlerocket version such as 1.64.0"),
        ({"version": ""}, "'' is not a Bottlerocket version"),
        ({"version": 1}, "version is 1 but must be text"),
        ({"reason": {"a": 1}}, "reason is {'a': 1} but must be text"),
        ({"by": "x" * 301}, "by has 301 characters but must have at most 300"),
    ],
)
def test_what_the_command_line_would_not_send_is_refused_in_words(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:  # noqa: PT011 - the sentence is asserted below
        parse_command(FULL.to_detail() | changes, NOW)

    assert sentence in str(wrong.value)


@pytest.mark.parametrize("missing", ["command", "cluster"])
def test_what_is_missing_is_named(missing: str) -> None:
    detail = FULL.to_detail()
    del detail[missing]

    with pytest.raises(KeyError, match=missing):
        parse_command(detail, NOW)


@given(
    st.dictionaries(
        st.sampled_from(list(FULL.to_detail())),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=2)) | st.just({}),
    )
)
def test_a_forged_event_is_refused_or_says_something_sound(changes: dict[str, Any]) -> None:
    try:
        command = parse_command(FULL.to_detail() | changes, NOW)
    except ValueError:
        return
    assert parse_command(command.to_detail(), NOW) == command


@pytest.mark.parametrize(
    ("variant", "arch", "concerned"),
    [
        (None, None, True),
        ("aws-ecs-2", None, True),
        (None, "arm64", True),
        ("aws-ecs-2", "arm64", True),
        ("aws-ecs-1", "arm64", False),
        ("aws-ecs-2", "x86_64", False),
    ],
)
def test_a_command_concerns_every_rollout_that_it_does_not_rule_out(
    variant: str | None,
    arch: str | None,
    concerned: bool,  # noqa: FBT001
) -> None:
    command = Command(CommandKind.HALT, "prod", ADMIN, NOW, variant, arch)

    assert command.concerns("aws-ecs-2", "arm64") is concerned


def test_only_a_pause_and_its_end_may_leave_out_the_cluster_and_then_name_no_rollout() -> None:
    assert parse_command({"command": "pause"}, NOW).cluster is None
    assert parse_command({"command": "resume", "cluster": None}, NOW).cluster is None
    with pytest.raises(ValueError, match="variant and arch need one"):
        parse_command({"command": "resume", "variant": "aws-ecs-2"}, NOW)


@pytest.mark.parametrize("span", [None, "", "forever", 4, "99d", ["4h"]])
def test_a_pause_whose_length_nobody_can_read_is_one_of_the_usual_length(span: object) -> None:
    assert parse_command({"command": "pause", "cluster": "prod", "for": span}, NOW).span is None


@pytest.mark.parametrize("name", ["", "x" * 65, "a/b", "\ud800", 7])
def test_an_id_that_is_none_is_as_if_nobody_had_said_it(name: object) -> None:
    assert parse_command({"command": "halt", "cluster": "prod", "id": name}, NOW).id is None


def test_what_was_shown_to_who_said_it_travels_with_it() -> None:
    command = Command(CommandKind.APPROVE, "prod", ADMIN, NOW, plan="0123456789abcdef")

    assert parse_command(command.to_detail(), NOW).plan == command.plan
    assert "plan" not in replace(command, plan=None).to_detail()


@pytest.mark.parametrize("plan", ["", "x" * 16, "0123456789ABCDEF", "0123456789abcdef0", 7, []])
def test_a_plan_that_is_none_is_refused_since_it_was_to_bind(plan: object) -> None:
    with pytest.raises(ValueError, match="plan is"):
        parse_command({"command": "halt", "cluster": "prod", "plan": plan}, NOW)
