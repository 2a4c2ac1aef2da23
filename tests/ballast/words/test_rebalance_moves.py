"""What on-call reads of one instance that is given back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.records.disruption import Reason
from ballast.records.rebalancing import Method, Move, MovePhase
from ballast.words import rebalance_moves as say
from ballast.words.codes import Code
from ballast.words.drain import drain_started
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import INSTANCE_ID, NOW, a_cluster, a_container_instance, a_view, a_voluntary, after
from tests.gallery.channels import tell

CLUSTER = a_cluster()


def a_move(**changes: Any) -> Move:
    own = Move(
        "prod", INSTANCE_ID, "web-provider", "web", Method.CONSOLIDATE, MovePhase.DRAINING, NOW, after(30), 20,
        receivers=("i-2", "i-3"), services=("checkout", "shop"), tasks=12, saving_usd_per_hour=0.192,
    )  # fmt: skip
    return replace(own, **changes)


ROWS: tuple[Row, ...] = (
    (say.begun(CLUSTER, a_move(), NOW), Code.GIVE_BACK, Severity.INFO, False),
    (say.cheaper_launched(CLUSTER, a_move(launched=2), NOW), Code.CHEAPER_LAUNCHED, Severity.INFO, False),
    (say.cheaper_joined(CLUSTER, a_move(launched=1), after(4)), Code.CHEAPER_JOINED, Severity.INFO, False),
    (say.late(CLUSTER, a_move(revision=4), after(25)), Code.GIVE_BACK_LATE, Severity.TICKET, False),
    (say.given_back(CLUSTER, a_move(), after(9), by_us=True), Code.GIVEN_BACK, Severity.INFO, True),
    (say.given_back(CLUSTER, a_move(), after(9), by_us=False), Code.GIVE_BACK_DROPPED, Severity.INFO, True),
    (say.undone(CLUSTER, a_move(), "its tasks did not end in time", NOW), Code.GIVE_BACK_UNDONE, Severity.TICKET, True),
    (say.dropped(CLUSTER, a_move(), "somebody set it ACTIVE", NOW), Code.GIVE_BACK_DROPPED, Severity.INFO, True),
    (say.dropped(CLUSTER, a_move(launched=1), "it never joined", NOW), Code.GIVE_BACK_DROPPED, Severity.INFO, True),
)  # fmt: skip


@pytest.mark.parametrize(("notice", "code", "severity", "closes"), ROWS)
def test_each_is_whole_and_all_are_one_incident(notice: Any, code: Code, severity: Severity, closes: bool) -> None:  # noqa: FBT001 - a column
    assert is_whole(notice)
    assert of(notice) == (code, severity, closes)
    assert notice.incident == "prod/i-0123456789abcdef0/rebalancing/20261123T090000Z"
    assert notice.reason == Reason.REBALANCING


def test_the_beginning_says_what_moves_what_it_saves_what_may_happen_and_how_to_stop_it() -> None:
    notice = say.begun(CLUSTER, a_move(), NOW)

    assert notice.what == (
        f"{INSTANCE_ID} of web is given back: 12 tasks move to 2 other instances. "
        "That saves 0.192 USD/h, 0.016 USD/h a moved task."
    )
    assert "services: checkout, shop." in notice.impact
    assert "at 09:30 UTC" in notice.next
    assert notice.next.endswith("`ballast pause --cluster prod`.")


def test_an_empty_one_moves_nothing() -> None:
    notice = say.begun(CLUSTER, a_move(tasks=0, receivers=(), services=(), method=Method.IDLE), NOW)

    assert notice.what == f"{INSTANCE_ID} of web is given back: it is empty. That saves 0.192 USD/h."
    assert notice.impact.startswith("None: it runs no task")
    assert "1 task moves" in say.begun(CLUSTER, a_move(tasks=1), NOW).what


def test_many_services_are_counted() -> None:
    notice = say.begun(CLUSTER, a_move(services=tuple(f"service-{n:03d}" for n in range(200))), NOW)

    assert "service-004, and 195 more." in notice.impact
    assert len(notice.impact) < 800


def test_what_went_by_itself_has_saved_nothing() -> None:
    by_others = say.given_back(CLUSTER, a_move(), NOW, by_us=False)

    assert "saved" not in f"{by_others.title} {by_others.impact}"
    assert by_others.figures == {}


def test_what_was_saved_is_a_figure_for_whoever_adds_it_up() -> None:
    ours = say.given_back(CLUSTER, a_move(), NOW, by_us=True)

    assert ours.figures == {"savedMicroUsdPerHour": 192_000}


def test_a_move_that_ends_with_another_instance_closes_the_incident_that_it_began() -> None:
    """What never joined is terminated: the move is told by its id, and began with another."""
    ends = say.dropped(CLUSTER, a_move(instance_id="i-9"), "it never joined the cluster", NOW, instance_id=INSTANCE_ID)

    assert ends.incident == say.begun(CLUSTER, a_move(), NOW).incident
    assert ends.title.startswith(INSTANCE_ID)


def test_its_drain_is_news_of_it_and_does_not_take_its_headline() -> None:
    """Both are said at the same moment; of two the one with the higher number is the latest."""
    drain = a_voluntary(reason=Reason.REBALANCING, goes_at=None, part_of=say.part_of(a_move()))
    news = drain_started(a_view(drain, instance=a_container_instance(1)), drain, NOW)
    begun = say.begun(CLUSTER, a_move(), NOW)

    assert (news.code, news.incident, news.reason) == (Code.GIVE_BACK_DRAIN, begun.incident, begun.reason)
    assert begun.repeat > news.repeat


def test_in_dry_run_it_would_be() -> None:
    for notice in (say.begun(CLUSTER, a_move(), NOW), say.cheaper_launched(CLUSTER, a_move(launched=1), NOW)):
        assert notice.would
        assert "would save 0.192 USD/h" in notice.would.what


def test_a_move_is_one_conversation_from_its_first_word_to_its_end() -> None:
    """Also where its drain is told between."""
    drain = a_voluntary(reason=Reason.REBALANCING, goes_at=None, part_of=say.part_of(a_move()))
    heard = tell([
        say.begun(CLUSTER, a_move(), NOW),
        drain_started(a_view(drain, instance=a_container_instance(1)), drain, NOW),
        say.given_back(CLUSTER, a_move(), after(11), by_us=True),
    ])  # fmt: skip
    [parent] = heard.slack.parents.values()

    assert parent.message.text == f"✅ prod: {INSTANCE_ID} is gone: 0.192 USD/h saved"
    assert [mail.subject for mail in heard.mails] == [f"[INFO] prod: {INSTANCE_ID} is given back: saves 0.192 USD/h"]


def test_names_that_people_give_neither_call_a_channel_nor_break_a_message() -> None:
    name = f"<!channel>&{'x' * 255}"
    told = say.begun(CLUSTER, a_move(group=name, provider=name, services=(name,) * 200), NOW)
    heard = tell([told])
    [parent] = heard.slack.parents.values()
    slack = "\n".join(text for part in parent.message.parts for text in part.texts)

    assert "<!channel>" not in slack
    assert len(slack) < 12_000
    assert "`ballast pause --cluster prod`." in slack
