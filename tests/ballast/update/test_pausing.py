"""What a pause and its end do, and what whoever said so reads at once: what goes on, and what is left in which state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.aws.ledger_items import Books
from ballast.facts.view import Cluster
from ballast.records.command import Command, CommandKind
from ballast.records.fingerprint import of_pause
from ballast.records.pause import Pause, read_tag
from ballast.records.rollout import RolloutState, Stage
from ballast.update.pausing import Ruling, rule, unknown
from tests.ballast.update.rollouts import a_rollout, an_update
from tests.builders import a_brake, a_cluster, a_disruption, a_policy, a_voluntary, after

PROD, STAGE = a_cluster(), a_cluster(name="stage")
EMPTY = Books((), (), (), ())
HALTED = a_rollout(state=RolloutState.HALTED, halted_reason="the canary failed")
TAG = read_tag("incident 4711")


def said(kind: CommandKind, cluster: str | None = "prod", **changes: Any) -> Command:
    return Command(kind, cluster, "jo", after(1), **({"id": "c-1"} | changes))


def ruled(command: Command, *clusters: Cluster, at: float = 1, **books: Books) -> Ruling | None:
    clusters = clusters or (PROD,)
    return rule(command, clusters, {c.name: books.get(c.name, EMPTY) for c in clusters}, after(at))


def lines(ruling: Ruling | None) -> tuple[str, ...]:
    assert ruling is not None
    return ruling.lines


def test_a_pause_ends_after_four_hours_or_as_it_was_said() -> None:
    usual, short = (
        ruled(said(CommandKind.PAUSE)),
        ruled(said(CommandKind.PAUSE, span=timedelta(hours=1), reason="noise")),
    )

    assert usual is not None
    assert usual.ok
    assert [(p.until, p.said) for p in usual.changes] == [(after(241), "c-1")]
    assert usual.lines == (
        "prod is paused until 2026-11-23 13:01 UTC. Nothing voluntary begins, and nothing is under way.",
    )
    assert short is not None
    assert [(p.until, p.reason, p.by) for p in short.changes] == [(after(61), "noise", "jo (unverified)")]


def test_it_says_what_goes_on_and_what_is_left_in_which_state() -> None:
    books = Books(
        (a_disruption(), a_voluntary(), a_voluntary(instance_id="i-2")),
        (),
        (a_rollout(refreshing="web"),),
        (an_update(2, stage=Stage.REBOOTING), an_update(3)),
    )

    assert lines(ruled(said(CommandKind.PAUSE), prod=books)) == (
        (
            "prod is paused until 2026-11-23 13:01 UTC. Nothing voluntary begins; "
            "goes on: 1 drain of instances that go anyway; "
            "goes on: 1 instance rebooted for an update, until it is verified; "
            "goes back to ACTIVE: 1 instance that nothing forces to drain; "
            "serves on: 1 instance prepared for an update; "
            "is cancelled: the instance refresh of web."
        ),
    )


def test_without_a_cluster_all_are_paused() -> None:
    ruling = ruled(said(CommandKind.PAUSE, None), PROD, STAGE)

    assert ruling is not None
    assert [p.cluster for p in ruling.changes] == ["prod", "stage"]


def test_a_pause_heard_twice_ends_no_later() -> None:
    first, second = ruled(said(CommandKind.PAUSE)), ruled(said(CommandKind.PAUSE), at=30)

    assert first == second


def test_resume_ends_the_pause_and_leaves_what_is_halted_and_says_so() -> None:
    ruling = ruled(said(CommandKind.RESUME), prod=replace(EMPTY, pause=a_brake(), rollouts=(HALTED,)))

    assert ruling is not None
    [over] = ruling.changes
    assert not over.holds(after(1))
    assert ruling.lines == (
        "The pause of prod is over; what waited goes on within minutes.",
        (
            "The rollout of 1.64.0 to aws-ecs-2 x86_64 in prod stays halted (the canary failed): "
            "`ballast resume --cluster prod` once more goes on with it."
        ),
    )


def test_resume_heard_twice_does_not_go_on_to_what_is_halted() -> None:
    books = replace(EMPTY, pause=a_brake(), rollouts=(HALTED,))
    first = ruled(said(CommandKind.RESUME), prod=books)
    assert first is not None

    again = ruled(said(CommandKind.RESUME), at=2, prod=replace(books, pause=first.changes[0]))
    another = ruled(said(CommandKind.RESUME, id="c-2"), at=2, prod=replace(books, pause=first.changes[0]))

    assert again == replace(first, changes=())
    assert another is None  # the rollouts obey it


@pytest.mark.parametrize("pause", [None, a_brake(0)])
def test_where_nothing_is_paused_resume_is_for_what_is_halted(pause: Pause | None) -> None:
    assert ruled(said(CommandKind.RESUME), prod=replace(EMPTY, pause=pause)) is None


def test_a_word_about_one_rollout_is_for_that_rollout() -> None:
    paused = replace(EMPTY, pause=a_brake())

    assert ruled(said(CommandKind.RESUME, variant="aws-ecs-2"), prod=paused) is None
    assert ruled(said(CommandKind.HALT), prod=paused) is None


def test_resume_cannot_take_a_tag_away_and_says_so() -> None:
    tagged = a_cluster(a_policy(paused=TAG))

    alone, with_word = (
        ruled(said(CommandKind.RESUME), tagged, prod=replace(EMPTY, pause=p)) for p in (None, a_brake())
    )

    assert alone is not None
    assert with_word is not None
    assert (alone.ok, with_word.ok) == (False, True)
    assert alone.lines == ("prod stays paused by the cluster's tag ballast:paused=incident 4711: take it away.",)
    assert with_word.lines[-1] == alone.lines[0]


def test_resume_of_all_where_nothing_is_paused_asks_for_a_cluster() -> None:
    ruling = ruled(said(CommandKind.RESUME, None), PROD, STAGE)

    assert ruling == Ruling(("Nothing is paused. Name a cluster to go on with its halted rollouts.",), ok=False)


def test_a_cluster_that_is_not_managed_is_named_beside_those_that_are() -> None:
    clusters = {"prod": 1, "stage": 1}

    assert unknown(said(CommandKind.HALT), clusters) is None
    assert unknown(said(CommandKind.PAUSE, None), clusters) is None
    assert unknown(said(CommandKind.HALT, "dev"), clusters) == (
        "Ballast looks after no cluster dev here, but after prod, stage."
    )
    assert unknown(said(CommandKind.HALT, "dev"), {f"c{n:02}": 1 for n in range(12)}) == (
        "Ballast looks after no cluster dev here, but after c00, c01, c02, c03, c04, c05, c06, c07, c08, c09 and 2 more."
    )
    assert unknown(said(CommandKind.PAUSE, None), {}) == "Ballast looks after no cluster in this account and Region."


@pytest.mark.parametrize("kind", [CommandKind.PAUSE, CommandKind.RESUME])
@pytest.mark.parametrize("until", [0, 90])
def test_what_was_said_earlier_changes_no_pause_that_somebody_spoke_of_since(kind: CommandKind, until: int) -> None:
    """A command that died behind its record comes again: until then it ended, or put on, the pause that came later."""
    later = a_brake(until, said="c-2", said_at=after(2))

    ruling = ruled(said(kind), at=3, prod=replace(EMPTY, pause=later, rollouts=(HALTED,)))

    assert ruling == Ruling(("Nothing was changed for prod: what was said later, at 09:02:00 UTC, stands.",), ok=False)


def test_a_word_for_all_is_obeyed_where_nobody_spoke_since() -> None:
    later = replace(EMPTY, pause=a_brake(said="c-2", said_at=after(2)))

    paused, resumed = (
        ruled(said(kind, None), PROD, STAGE, at=3, prod=later, stage=replace(EMPTY, pause=a_brake(cluster="stage")))
        for kind in (CommandKind.PAUSE, CommandKind.RESUME)
    )

    assert paused is not None
    assert resumed is not None
    assert [[p.cluster for p in ruling.changes] for ruling in (paused, resumed)] == [["stage"], ["stage"]]
    assert [ruling.lines[-1].partition(":")[0] for ruling in (paused, resumed)] == ["Nothing was changed for prod"] * 2


def test_a_command_dated_ahead_makes_none_that_follows_an_earlier_one() -> None:
    """Who sends events chooses their time: a forged pause of the next minutes must not take resume away."""
    forged = ruled(said(CommandKind.PAUSE, id="x", span=timedelta(days=1)), at=0)
    assert forged is not None

    assert ruled(said(CommandKind.RESUME), at=1, prod=replace(EMPTY, pause=forged.changes[0])) is not None
    assert forged.changes[0].said_at == after(0)


def test_who_was_shown_one_pause_ends_no_other_and_goes_on_with_nothing() -> None:
    pause = replace(a_brake(), cluster="prod")
    other = replace(pause, by="al")
    resume = said(CommandKind.RESUME, plan=of_pause(pause))

    shown = ruled(resume, prod=Books((), (), (), (), pause=pause))
    another = ruled(resume, prod=Books((), (), (HALTED,), (), pause=other))
    over = ruled(resume, prod=Books((), (), (HALTED,), ()))

    assert shown is not None
    assert [p.cluster for p in shown.changes] == ["prod"]
    again = ruled(resume, prod=Books((), (), (HALTED,), (), pause=shown.changes[0]))
    assert again is not None
    assert again.changes == ()
    for refused in (another, over):
        assert refused == Ruling(
            ("The pause that was shown is over, or another has taken its place: nothing was changed.",), ok=False
        )
