"""A digest is told once a day, with each thing once, whoever makes it, dies at it or comes late."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.errors import TransientError
from ballast.publish.conversation import Conversation
from ballast.shell.digest import Digests
from ballast.words.notice import Notice, Severity
from tests.notification_builders import REGION, a_notice

TABLE = "conversations"
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DUE = SEVEN + 2 * MINUTE


@dataclass
class Told:
    """What `due` answered is told, unless the function dies before."""

    digests: Digests
    monkeypatch: pytest.MonkeyPatch
    heard: list[Notice] = field(default_factory=list)

    def environment(self) -> None:
        """A new one, which remembers nothing."""
        self.monkeypatch.setattr("ballast.aws.kept._all", {})

    def sweep(self, now: datetime, *, dies: bool = False) -> list[Notice]:
        found = list(self.digests.due(now))
        self.heard += found
        if not dies:
            self.digests.told(found)
        return found

    def keep(self, *notices: Notice, at: datetime) -> None:
        for notice in notices:
            name = f"{notice.cluster}/{notice.reason}"
            self.digests.conversations.join(notice.incident, name)
            after = (self.digests.conversations.load(name) or empty(name, notice)).tell(notice)
            self.digests.conversations.update(name, partial(_same, after))
        assert not self.digests.keep([(None, notice) for notice in notices], at)


def _same(after: Conversation, _: Conversation | None) -> Conversation:
    return after


def empty(name: str, notice: Notice) -> Conversation:
    return Conversation(name, notice.cluster, notice.reason, opened_at=notice.at)


@pytest.fixture
def world(conversations: ItemTable, monkeypatch: pytest.MonkeyPatch) -> Told:
    digests = Digests(conversations, Conversations(conversations), "0 7 any any any in UTC", REGION)
    world = Told(digests, monkeypatch)
    world.environment()
    return world


def drained(n: int, at: datetime) -> Notice:
    return replace(a_notice("DrainFinished", instance=f"i-{n}", started_at=at), figures={"tasks": n})


def stuck(at: datetime, *, over: bool = False) -> Notice:
    code, severity = ("InstanceGone", Severity.INFO) if over else ("DrainStuck", Severity.PAGE)
    return a_notice(code, severity, instance="i-9", started_at=at, closes=over, title="i-9 stuck: a task runs")


def begun(world: Told) -> Told:
    """A day before."""
    assert world.sweep(DUE - DAY) == []
    return world


def test_the_first_day_has_no_digest_as_nobody_knows_what_was_before(world: Told) -> None:
    world.keep(drained(1, SEVEN), at=SEVEN - MINUTE)

    assert world.sweep(DUE) == []
    assert world.sweep(DUE + MINUTE) == []


def test_a_digest_is_told_two_minutes_after_its_time_with_what_was_heard_before_it(world: Told) -> None:
    begun(world).keep(drained(4, SEVEN - MINUTE), at=SEVEN - MINUTE)
    world.keep(drained(2, SEVEN), at=SEVEN)  # belongs to the next

    assert world.sweep(DUE - MINUTE) == []
    [digest] = world.sweep(DUE)
    [later] = world.sweep(DUE + DAY)

    assert "1 instance drained. ECS counted 4 tasks" in digest.what
    assert "1 instance drained. ECS counted 2 tasks" in later.what


def test_what_is_heard_twice_and_late_counts_once_on_the_day_on_which_it_was_first_heard(world: Told) -> None:
    late = drained(4, SEVEN - DAY / 2)
    begun(world).keep(late, at=SEVEN + MINUTE)
    assert world.sweep(DUE) == []
    world.keep(late, at=SEVEN + 5 * MINUTE)

    [digest] = world.sweep(DUE + DAY)
    world.keep(late, at=SEVEN + DAY + 5 * MINUTE)

    assert "1 instance drained. ECS counted 4 tasks" in digest.what
    assert world.sweep(DUE + 2 * DAY) == []


def test_what_comes_again_to_an_environment_is_written_no_more(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Slack is down a notice comes again for a day, and what ECS cannot place is seen each minute."""
    written: list[int] = []
    monkeypatch.setattr("ballast.aws.tallies.Tallies.add", lambda _, found: written.append(len(found)))
    for minute in range(5):
        world.keep(stuck(SEVEN), at=SEVEN + minute * MINUTE)
    world.environment()
    world.keep(stuck(SEVEN), at=SEVEN + DAY)

    assert written == [2, 2]


def test_one_function_that_dies_before_it_tells_leaves_the_same_digest_to_the_next(world: Told) -> None:
    begun(world).keep(drained(4, SEVEN - MINUTE), at=SEVEN - MINUTE)
    [first] = world.sweep(DUE, dies=True)
    world.keep(drained(5, SEVEN - 2 * MINUTE), at=SEVEN - 2 * MINUTE)  # whatever is written meanwhile
    world.environment()

    assert world.sweep(DUE + MINUTE) == [first]
    assert world.sweep(DUE + 2 * MINUTE) == []
    world.environment()
    assert world.sweep(DUE + 3 * MINUTE) == [first]  # the same incident: no news


def test_two_that_make_it_at_once_tell_one(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(world).keep(drained(4, SEVEN - MINUTE), at=SEVEN - MINUTE)
    made = Digests._made
    found: list[Notice] = []

    def slow(digests: Digests, *arguments: Any) -> Any:
        monkeypatch.setattr(Digests, "_made", made)
        found.extend(digests._due(DUE))
        world.keep(drained(5, SEVEN - MINUTE), at=SEVEN - MINUTE)
        return made(digests, *arguments)

    monkeypatch.setattr(Digests, "_made", slow)

    assert world.sweep(DUE) == []  # the other was first
    assert world.sweep(DUE + MINUTE) == found


def test_a_quiet_day_has_none_and_the_next_begins_after_it(world: Told) -> None:
    assert begun(world).sweep(DUE) == []
    world.keep(drained(1, SEVEN + DAY / 2), at=SEVEN + DAY / 2)

    [digest] = world.sweep(DUE + DAY)

    assert digest.what.startswith("From 2026-11-23 07:00 UTC to 2026-11-24 07:00 UTC: 1 instance drained.")


def test_after_days_without_a_sweep_one_digest_is_of_all_of_them(world: Told) -> None:
    begun(world).keep(drained(1, SEVEN), at=SEVEN)

    [digest] = world.sweep(DUE + 3 * DAY)

    assert digest.what.startswith("From 2026-11-22 07:02 UTC to 2026-11-26 07:00 UTC: 1 instance drained.")


def test_who_is_still_needed_is_named_each_day_until_it_is_over(world: Told) -> None:
    begun(world).keep(stuck(SEVEN - MINUTE), at=SEVEN - MINUTE)
    paused = a_notice("Paused", instance=None, reason="paused", incident="prod/pause", title="nothing voluntary begins")
    world.keep(paused, at=SEVEN - MINUTE)
    [first], [second] = world.sweep(DUE), world.sweep(DUE + DAY)
    world.keep(stuck(SEVEN - MINUTE, over=True), replace(paused, code="PauseOver", closes_incident=True), at=DUE + DAY)

    assert first.next.splitlines()[1:] == ["prod: i-9 stuck: a task runs", "prod: nothing voluntary begins"]
    assert "1 page" in first.impact
    assert second.next == first.next
    assert "no page" in second.impact
    assert world.sweep(DUE + 2 * DAY) == []


def test_what_cannot_be_counted_comes_again_and_holds_nothing_up(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> None:
        raise TransientError("throttled")

    notice = drained(1, SEVEN)
    monkeypatch.setattr("ballast.aws.tallies.Tallies.add", refuses)

    assert world.digests.keep([(notice, notice), (None, drained(2, SEVEN))], SEVEN) == [notice]
    monkeypatch.setattr("ballast.aws.tallies.Tallies.told", refuses)
    assert world.sweep(DUE) == []


@pytest.mark.parametrize("times", ["off", "0 7 * * * in Europe/Atlantis"])
def test_where_it_is_off_or_its_time_cannot_be_read_none_is_told(world: Told, times: str) -> None:
    world.digests = replace(world.digests, times=times)
    begun(world).keep(drained(4, SEVEN - MINUTE), at=SEVEN - MINUTE)

    assert world.sweep(DUE) == []


def test_a_minute_in_which_none_is_due_reads_nothing(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(world)

    def read(*_: Any, **__: Any) -> Any:
        raise AssertionError("read")

    monkeypatch.setattr(ItemTable, "get", read)
    for minute in range(10):
        assert world.sweep(DUE - DAY + minute * MINUTE) == []
