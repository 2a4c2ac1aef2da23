"""Each invariant of what is told can fail."""

from __future__ import annotations

import pytest

from simulator.invariants import delivery, told
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import Forbidden, Invariant, said_of_a_good_world, sentences, set_status, tell


def cut_off_and(**claim: str) -> Forbidden:
    """A host is taken with its tasks, and a notice about it claims more than was so."""

    def act(stage: Stage) -> None:
        stage.deployment.bus._rules = ()  # only the notice below is told
        stage.world.terminate_instance(stage.instances("web")[0])
        tell(stage, **claim)

    return act


def empty_with_tasks(stage: Stage) -> None:
    stage.at(2, lambda: tell(stage, code="DrainFinished", what="It is empty after 60 s."))


def page_for_an_empty_host(stage: Stage) -> None:
    instance = set_status(stage, "DRAINING", "somebody")
    for task in list(stage.world.host(instance).unfinished.values()):
        stage.world.stop_task(task.arn)
    stage.at(4, lambda: tell(stage, code="DrainStuck", severity="page"))


def nobody_told(stage: Stage) -> None:
    stage.deployment.bus._rules = ()
    set_status(stage, "DRAINING", "ballast")


def page_after_the_end(stage: Stage) -> None:
    tell(stage, closesIncident=True, at="2026-11-23T09:01:00Z")
    stage.at(3, lambda: tell(stage, severity="page", at="2026-11-23T09:03:00Z"))


def two_services_without_a_host(stage: Stage) -> None:
    """Each pages once, in one conversation; publish_notification tells of them itself, past the bus."""
    nowhere = ["attribute:stack == none"]
    stage.world.add_service("prod", "one", desired=1, member_of=nowhere)
    stage.at(2, lambda: stage.world.add_service("prod", "two", desired=1, member_of=nowhere))


def test_two_services_of_one_conversation_may_page_apart() -> None:
    paged: list[str] = []

    def act(stage: Stage) -> None:
        two_services_without_a_host(stage)
        stage.at(11, lambda: paged.extend(m.attributes["severity"] for m in stage.deployment.messages))

    assert sentences(delivery.no_incident_pages_twice, act, 12, PlacementFailureMinutes="2") == []
    assert paged.count("page") == 2


FORBIDDEN: tuple[tuple[Invariant, Forbidden], ...] = (
    (told.no_cut_off_called_in_time, cut_off_and(impact="It was empty in time.")),
    (told.no_cut_off_called_in_time, cut_off_and(what="It is empty after 5 s. 0 tasks moved.")),
    (told.no_cut_off_called_in_time, cut_off_and(impact="None.")),
    (told.no_cut_off_called_in_time, cut_off_and(why="No task but daemons is left on it.")),
    (told.no_host_called_empty_with_tasks, empty_with_tasks),
    (told.no_page_for_a_drain_that_goes_well, page_for_an_empty_host),
    (told.no_drain_in_silence, nobody_told),
    (told.no_page_of_what_is_over, page_after_the_end),
)


@pytest.mark.parametrize(("invariant", "forbidden"), FORBIDDEN)
def test_a_notice_that_says_too_much_or_is_missing_is_missed(invariant: Invariant, forbidden: Forbidden) -> None:
    assert len(sentences(invariant, forbidden)) == 1
    assert said_of_a_good_world() == []


def test_a_notice_that_says_what_was_lost_is_none() -> None:
    honest = cut_off_and(
        what="It is terminated with 2 tasks on it.", impact="It was not known to be empty when it went."
    )

    assert sentences(told.no_cut_off_called_in_time, honest) == []


def test_a_message_that_goes_elsewhere_is_missed() -> None:
    def elsewhere(stage: Stage) -> None:
        stage.deployment.slack.web_api("chat.postMessage", "xoxb-1", {"channel": "C0000000000", "text": "hello"})

    assert len(sentences(delivery.nothing_sent_elsewhere, elsewhere)) == 1
    assert said_of_a_good_world() == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _ in FORBIDDEN} == set(told.TOLD_INVARIANTS)
