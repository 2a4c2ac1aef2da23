"""How a conversation gets into Slack, step by step, when Slack limits how fast, refuses or is down."""

from __future__ import annotations

import dataclasses
from dataclasses import field, replace

import pytest

from ballast import clock
from ballast.errors import RateLimitedError, SlackRefusedError, TransientError
from ballast.publish.due import lease_slack
from ballast.publish.slack_steps import Edit, Post, Posted, Step
from tests.ballast.shell.conversations import NAME, PAGE, Channel, a_conversation, shown, store
from tests.notification_builders import NOW, a_notice, seconds


@dataclasses.dataclass
class Refusing(Channel):
    """Slack that raises what it is told to first."""

    errors: list[Exception] = field(default_factory=list)

    def perform(self, step: Step) -> Posted:
        self.steps.append(step)
        if self.errors:
            raise self.errors.pop(0)
        return Posted("C1", "1.2")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def test_what_another_function_has_begun_to_say_in_slack_is_left_to_it() -> None:
    channel = Channel()
    raced = store(lambda known: lease_slack(known, "new", NOW)[0], known=a_conversation().tell(PAGE))

    shown(raced, channel).show(NAME)

    assert channel.steps == []


def test_a_limit_of_slack_is_when_to_go_on_and_leaves_the_channel_free() -> None:
    known = store(known=a_conversation().tell(PAGE))

    assert shown(known, Refusing(errors=[RateLimitedError(30)])).show(NAME) == NOW + seconds(30)
    assert known.kept[NAME].slack.leased_until is None
    assert not known.kept[NAME].slack.ts


def test_what_slack_dislikes_is_said_in_bare_words() -> None:
    channel = Refusing(errors=[SlackRefusedError("invalid_blocks")])
    known = store(known=a_conversation().tell(PAGE))

    shown(known, channel).show(NAME)

    assert [step.message.parts == () for step in channel.steps if isinstance(step, Post)] == [False, True]
    assert known.kept[NAME].slack.ts == "1.2"


def test_a_parent_that_is_gone_gives_way_to_a_new_one() -> None:
    channel = Refusing(errors=[SlackRefusedError("message_not_found")])
    before = a_conversation().tell(PAGE)
    known = store(known=replace(before, slack=replace(before.slack, channel="C1", ts="1.1", shown="old")))

    shown(known, channel).show(NAME)

    assert [type(step) for step in channel.steps] == [Edit, Post]


@pytest.mark.parametrize("error", [SlackRefusedError("invalid_auth"), TransientError("Slack did not answer.")])
def test_any_other_trouble_is_for_the_caller_and_leaves_the_channel_free(error: Exception) -> None:
    known = store(known=a_conversation().tell(PAGE))

    with pytest.raises(type(error)):
        shown(known, Refusing(errors=[error])).show(NAME)
    assert known.kept[NAME].slack.leased_until is None


def test_pages_come_first_then_what_was_never_shown() -> None:
    info, page = a_conversation().tell(a_notice()), a_conversation().tell(PAGE)
    stands = replace(info, slack=replace(info.slack, ts="1.2", shown="old", shown_at=NOW))

    ranks = [shown(store(known=known), Channel()).urgency(NAME) for known in (page, info, None, stands)]

    assert ranks == sorted(ranks)
    assert [(not_page, was_shown) for not_page, was_shown, _ in ranks] == [
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]
