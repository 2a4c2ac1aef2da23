"""The Conversations table under overlapping functions: first come, first written."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest

from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversation_text import from_texts, parts_of, to_texts
from ballast.aws.conversations import MOST_ATTEMPTS, Conversations
from ballast.errors import BallastError, DeniedError, TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow
from ballast.publish.slack_steps import Reply, after
from ballast.records.service_failure import FailureKind, ServiceFailure
from tests.aws_stubs import stubbed
from tests.notification_builders import NOW, a_notice, seconds

NAME = "prod/spot_interruption/x"


@pytest.fixture
def store(conversations: ItemTable) -> Conversations:
    return Conversations(conversations)


def a_conversation() -> Conversation:
    return Conversation(NAME, "prod", "spot_interruption", NOW).tell(a_notice())


def test_an_incident_stays_where_it_joined_first(store: Conversations) -> None:
    assert store.join("incident", "first") == "first"
    assert store.join("incident", "second") == "first"
    assert store.joined({"incident", "unknown"}) == {"incident": "first"}


def test_more_incidents_than_one_read_takes_are_found(store: Conversations) -> None:
    for number in range(101):
        store.join(f"incident-{number}", "there")

    assert len(store.joined(f"incident-{number}" for number in range(101))) == 101


def test_of_two_functions_that_open_a_window_one_wins(store: Conversations) -> None:
    first, second, third = (JoinWindow(name, NOW) for name in ("first", "second", "third"))

    assert store.open_window("prod", "spot", first, replacing=None) == first
    assert store.open_window("prod", "spot", second, replacing=None) == first
    assert store.open_window("prod", "spot", second, replacing=first) == second
    assert store.open_window("prod", "spot", third, replacing=first) == second
    assert store.window("prod", "spot") == second
    assert store.window("prod", "other") is None


def test_a_change_is_made_again_when_another_function_was_faster(store: Conversations) -> None:
    store.update(NAME, lambda _: a_conversation())
    raced: list[None] = []

    def change(known: Conversation | None) -> Conversation:
        assert known is not None
        if not raced:
            raced.append(None)
            store.update(NAME, lambda now: now and now.tell(a_notice("Theirs")))
        return known.tell(a_notice("Ours"))

    store.update(NAME, change)

    written = store.load(NAME)
    assert written is not None
    assert set(written.counts_by_code) == {"DrainStarted", "Theirs", "Ours"}


def test_the_first_write_of_a_conversation_may_be_raced_as_well(store: Conversations) -> None:
    def change(known: Conversation | None) -> Conversation:
        if known is None:
            store.update(NAME, lambda _: a_conversation())
        return (known or a_conversation()).tell(a_notice("Ours"))

    written = store.update(NAME, change)

    assert written == store.load(NAME)


def test_a_change_that_always_loses_goes_back_to_the_queue(store: Conversations) -> None:
    times: list[None] = []

    def change(known: Conversation | None) -> Conversation:
        times.append(None)
        mine = known or a_conversation()
        if len(times) <= 2 * MOST_ATTEMPTS:
            newer = replace(mine, opened_at=mine.opened_at + seconds(len(times)))
            store.update(NAME, lambda _: newer)
        return mine.tell(a_notice("Ours"))

    with pytest.raises(TransientError, match="too fast"):
        store.update(NAME, change)


def test_no_change_is_no_write(store: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    store.update(NAME, lambda _: a_conversation())
    monkeypatch.setattr(ItemTable, "put_together", None)

    assert store.update(NAME, lambda known: known) == a_conversation()


@pytest.mark.parametrize("revision", [{"S": "7"}, {"N": "7"}])
def test_an_agenda_that_reads_as_sets_but_is_none_is_written_anew_and_added_to(
    store: Conversations, revision: dict[str, str]
) -> None:
    spoilt = {"conversations": {"L": [{"S": "a"}]}, "placements": {"SS": ["prod/web"]}, "revision": revision}
    store.table.put("agenda", spoilt)

    store.add_to_agenda({"b"}, {("prod", "api")})

    assert "b" in store.agenda().conversations
    assert store.agenda().placements == {("prod", "web"), ("prod", "api")}


def test_an_agenda_that_grew_meanwhile_keeps_everything(store: Conversations) -> None:
    store.add_to_agenda({"a", "b"}, {("prod", "web")})
    read = store.agenda()
    assert read.conversations == {"a", "b"}
    assert read.placements == {("prod", "web")}

    store.add_to_agenda({"a"}, set())
    store.strike_from_agenda(read, {"a"}, set())
    assert store.agenda().conversations == {"a", "b"}

    store.strike_from_agenda(store.agenda(), {"a"}, {("prod", "web")})
    assert store.agenda().conversations == {"b"}
    assert store.agenda().placements == frozenset()


def test_a_watch_keeps_its_first_moment(store: Conversations) -> None:
    first = ServiceFailure(FailureKind.PLACEMENT, "prod", "web", NOW, "RESOURCE:CPU")
    later = replace(first, since=NOW + seconds(60))

    assert store.watch(first) == first
    assert store.watch(later) == first
    store.rewatch(replace(first, told=True))
    assert store.watched(FailureKind.PLACEMENT, "prod", "web") == replace(first, told=True)
    store.unwatch(first)
    assert store.watched(FailureKind.PLACEMENT, "prod", "web") is None


def test_every_item_expires(store: Conversations) -> None:
    store.join("incident", "there")
    store.update(NAME, lambda _: a_conversation())
    items = boto3.client("dynamodb").scan(TableName="conversations")["Items"]

    assert len(items) == 2
    assert all("expires_at" in item for item in items)


@pytest.mark.parametrize(
    ("code", "kind"), [("ThrottlingException", TransientError), ("AccessDeniedException", DeniedError)]
)
def test_only_what_passes_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch, code: str, kind: type[BallastError]
) -> None:
    with stubbed(monkeypatch) as aws:
        aws.refuses("dynamodb", "get_item", code)

        with pytest.raises(kind, match=f"GetItem .{code}"):
            ItemTable("conversations").get("x")


def test_what_nobody_can_read_gives_way_to_what_is_to_be_told_and_is_named_once(store: Conversations) -> None:
    """A page that joined a conversation which could not be read was told to nobody."""
    for key in (f"conversation#{NAME}", "incident#x", "window#prod#spot", "slack", "agenda"):
        boto3.client("dynamodb").put_item(
            TableName="conversations", Item={"conversation": {"S": key}, "revision": {"S": "?"}, "body": {"S": "{}"}}
        )

    assert store.load(NAME) is None
    assert store.update(NAME, lambda known: known or a_conversation()) == a_conversation()
    assert store.join("x", NAME) == NAME
    assert store.open_window("prod", "spot", JoinWindow(NAME, NOW), None) == JoinWindow(NAME, NOW)
    assert store.change_pace(lambda pace: replace(pace, wake_at=NOW))
    store.add_to_agenda({NAME}, set())

    assert store.load(NAME) == a_conversation()
    assert store.window("prod", "spot") == JoinWindow(NAME, NOW)
    assert store.pace().wake_at == NOW
    assert store.agenda().conversations == {NAME}
    assert len(store.take_unread()) == 5
    assert store.take_unread() == ()


@pytest.mark.parametrize("parts", [10**12, -1, "1", None, True])
def test_no_head_has_the_table_asked_for_more_parts_than_are_ever_written(parts: object) -> None:
    """A million million keys were made, until the function had no memory left."""
    with pytest.raises(ValueError, match=r"parts is .* but must be a whole number from 0 to 99"):
        parts_of(json.dumps({"parts": parts}))


def test_what_two_functions_have_said_at_once_can_still_be_read() -> None:
    """The second took what was unsaid below 0, and since items are read strictly the conversation began anew."""
    told = a_conversation()
    unsaid = replace(told, slack=replace(told.slack, channel="C1", ts="1.0", unsaid=("a", "b"), unsaid_count=2))
    once = after(unsaid, unsaid, Reply("C1", "1.0", "a, b", broadcast=False), None, NOW)
    twice = after(once, unsaid, Reply("C1", "1.0", "a, b", broadcast=False), None, NOW)
    before = replace(twice, slack=replace(twice.slack, unsaid_count=-2))

    assert from_texts(to_texts(twice)) == twice
    assert from_texts(to_texts(before)) == twice
