"""Who may, once, for what is shown: and whatever else is pressed changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.answer.click import Click
from ballast.answer.rule import Deciders, Ruling, rule
from ballast.publish.choices import HOLD, Verb
from ballast.publish.conversation import Conversation
from ballast.records.command import Command, CommandKind, parse_command
from ballast.words.answered import NOT_LISTED
from ballast.words.notice import Severity
from tests.ballast.answer.presses import AL, INCIDENT, JO, PLAN, STRANGER, a_click, waiting
from tests.notification_builders import NOW, a_notice, seconds

ONE = Deciders(frozenset({JO, AL}), 1)
TWO = Deciders(frozenset({JO, AL}), 2)
SOON = NOW + seconds(11)


def ruled(
    known: Conversation | None, click: Click, deciders: Deciders = ONE, late: timedelta = timedelta()
) -> tuple[Conversation | None, Ruling]:
    return rule(known, click, deciders, SOON + late)


def commands(known: Conversation, *clicks: Click, deciders: Deciders = ONE) -> list[Command]:
    found: list[Command] = []
    now: Conversation | None = known
    for click in clicks:
        now, ruling = rule(now, click, deciders, click.at + seconds(1))
        found += [ruling.command] if ruling.command else []
    return found


def test_a_listed_person_approves_exactly_what_was_shown_under_their_name() -> None:
    known = waiting()
    after, ruling = ruled(known, a_click(known))

    command = ruling.command
    assert command is not None
    assert (command.kind, command.cluster, command.variant, command.arch) == (
        CommandKind.APPROVE, "prod", "aws-ecs-2", "x86_64",
    )  # fmt: skip
    assert (command.version, command.plan, command.by, command.at) == (
        "1.64.0",
        PLAN,
        f"jo (Slack {JO})",
        NOW + seconds(10),
    )
    assert parse_command(command.to_detail(), command.at) == command
    assert after is not None
    assert [(press.by, press.left) for press in after.slack.presses] == [(JO, 0)]
    assert ruling.is_shown


def test_nobody_may_where_nobody_is_listed() -> None:
    known = waiting()

    assert ruled(known, a_click(known), Deciders(frozenset(), 1)) == (known, Ruling(says=NOT_LISTED))


@pytest.mark.parametrize(
    ("known", "click", "late", "says"),
    [
        (waiting(), a_click(waiting(), user=STRANGER), timedelta(), "not among the people"),
        (None, a_click(waiting()), timedelta(), "knows no message"),
        (waiting(), a_click(waiting()), timedelta(minutes=16), "more than 15 minutes"),
        (waiting(), a_click(waiting(), after_s=600), timedelta(), "yet to come"),
        (waiting(), replace(a_click(waiting()), ts="1.1"), timedelta(), "not in the message"),
        (waiting(), replace(a_click(waiting()), channel="C2"), timedelta(), "not in the message"),
        (waiting(), replace(a_click(waiting()), choice="0" * 16), timedelta(), "moved on"),
        (waiting(), replace(a_click(waiting()), verb=Verb.HALT), timedelta(), "moved on"),
        (
            waiting(),
            a_click(waiting(), after_s=HOLD.total_seconds() + 60),
            HOLD + seconds(60),
            "held until",
        ),
    ],
)
def test_what_is_refused_changes_nothing_and_says_why_in_one_sentence(
    known: Conversation | None, click: Click, late: timedelta, says: str
) -> None:
    after, ruling = ruled(known, click, late=late)

    assert after == known
    assert ruling.command is None
    assert not ruling.is_shown
    assert says in (ruling.says or "")


def test_who_presses_after_another_reads_who_did() -> None:
    known = waiting()
    once, _ = ruled(known, a_click(known))
    after, ruling = ruled(once, a_click(known, user=AL, after_s=10.5))

    assert after == once
    assert ruling.command is None
    assert f"<@{JO}> pressed this at 2026-11-23 09:00 UTC" in (ruling.says or "")


def test_a_click_that_comes_twice_is_the_same_command_and_writes_nothing_more() -> None:
    known = waiting()
    once, first = ruled(known, a_click(known))
    again, second = ruled(once, a_click(known))

    assert again == once
    assert second.command == first.command


def test_where_two_are_needed_the_second_person_decides_and_the_first_cannot_be_both() -> None:
    known = waiting()
    by_jo, again, by_al = a_click(known), a_click(known, after_s=12), a_click(known, user=AL, after_s=14)

    assert commands(known, by_jo, again, deciders=TWO) == []
    assert [c.by for c in commands(known, by_jo, again, by_al, deciders=TWO)] == [f"jo (Slack {AL})"]


def test_who_was_taken_off_the_list_counts_no_more() -> None:
    known = waiting()
    once, _ = ruled(known, a_click(known), TWO)
    after, ruling = ruled(once, a_click(known, user=AL, after_s=10.5), Deciders(frozenset({AL, "U02"}), 2))

    assert ruling.command is None
    assert "one other person" in (ruling.says or "")
    assert after != once


@pytest.mark.parametrize("verb", [Verb.HALT, Verb.PAUSE])
def test_a_brake_is_one_persons_even_where_two_are_needed(verb: Verb) -> None:
    known = waiting() if verb is Verb.HALT else waiting(asked=None, severity=Severity.PAGE)

    assert [c.kind.value for c in commands(known, a_click(known, verb), deciders=TWO)] == [verb.value]


def test_an_acknowledgement_is_shown_and_commands_nothing() -> None:
    known = waiting(asked=None, severity=Severity.PAGE)
    after, ruling = ruled(known, a_click(known, Verb.ACKNOWLEDGE))

    assert ruling == Ruling(is_shown=True)
    assert after is not None
    assert [press.what for press in after.slack.presses] == ["Acknowledge"]


def test_what_was_asked_of_an_incident_that_is_over_is_decided_by_nobody() -> None:
    known = waiting()
    click = a_click(known)
    over = known.tell(a_notice("BottlerocketRolloutSuperseded", instance=None, incident=INCIDENT, at=SOON, closes=True))

    assert commands(over, click) == []


users = st.sampled_from([JO, AL, STRANGER, "", "U", JO.lower(), f"{JO} ", f"{JO},{AL}"])


@given(st.data())
def test_no_mutation_of_a_click_does_anything_but_the_one_that_was_shown(data: st.DataObject) -> None:
    """Each field as it was or another: only a listed person in that message, in time, for that button, is obeyed."""
    known = waiting()
    sound = a_click(known)
    changes: dict[str, Any] = {
        "user": data.draw(users),
        "channel": data.draw(st.sampled_from([sound.channel, "C2"]) | st.text(max_size=9)),
        "ts": data.draw(st.sampled_from([sound.ts, "1.1"])),
        "verb": data.draw(st.sampled_from(Verb)),
        "choice": data.draw(
            st.sampled_from([sound.choice, a_click(known, Verb.HALT).choice, "0" * 16]) | st.text(max_size=16)
        ),
        "at": sound.at + data.draw(st.sampled_from([0, -1, -2000, 400, 300_000]).map(seconds)),
    }
    click = replace(sound, **changes)
    fits = click.choice == sound.choice and click.verb is Verb.APPROVE
    halts = click.choice == a_click(known, Verb.HALT).choice and click.verb is Verb.HALT
    where = (click.channel, click.ts) == (sound.channel, sound.ts)
    in_time = abs((SOON - click.at).total_seconds()) < 300

    after, ruling = ruled(known, click)

    if click.user in (JO, AL) and where and in_time and (fits or halts):
        assert ruling.command is not None
        assert ruling.command.kind.value == click.verb.value
    else:
        assert (after, ruling.command, ruling.is_shown) == (known, None, False)
        assert ruling.says


@given(
    st.lists(st.tuples(st.sampled_from([JO, AL, STRANGER]), st.integers(1, 5)), max_size=12),
    st.sampled_from([ONE, TWO]),
)
def test_however_often_and_by_whomever_it_is_pressed_it_is_one_command_at_most(
    presses: list[tuple[str, int]], deciders: Deciders
) -> None:
    known = waiting()
    found = commands(known, *(a_click(known, Verb.APPROVE, user, at) for user, at in presses), deciders=deciders)
    listed = {user for user, _ in presses} & {JO, AL}

    assert len({c.id for c in found}) == (len(listed) >= deciders.needed)
    assert len({c.by for c in found}) <= 1
