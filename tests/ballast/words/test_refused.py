"""What is said of a command that no rollout heard."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.command import Command, CommandKind
from ballast.words.notice import EVERY_CLUSTER, Severity
from ballast.words.refused import refused_unheard
from tests.ballast.update.rollouts import a_command
from tests.builders import NOW, a_cluster, after

HALT = a_command(CommandKind.HALT)


def test_it_names_the_command_its_cluster_and_why_and_that_nothing_was_changed() -> None:
    told = refused_unheard(HALT, a_cluster(), "It came too late.", Severity.TICKET, NOW)

    assert (told.what, told.impact) == (
        "The command halt for prod was refused. It came too late.",
        "Nothing was changed.",
    )
    assert (told.cluster, told.severity, [link.text for link in told.links]) == (
        "prod",
        Severity.TICKET,
        ["Cluster prod"],
    )


def test_of_a_cluster_that_is_not_ours_it_is_told_without_a_link() -> None:
    told = refused_unheard(HALT, None, "No such cluster.", Severity.INFO, NOW)

    assert (told.cluster, told.links) == (EVERY_CLUSTER, ())


def test_heard_again_it_is_the_same_notice_and_another_command_another() -> None:
    def incident(command: Command) -> str:
        return refused_unheard(command, None, "x", Severity.INFO, after(9)).incident

    assert incident(replace(HALT, id="c-1")) == incident(replace(HALT, id="c-1", at=after(3))) == "command/halt/c-1"
    assert incident(HALT) != incident(replace(HALT, at=after(3)))
