"""publish_notification with a real table (moto), a real topic port and Slack behind slack_sdk's HTTP boundary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ballast import clock
from ballast.aws import session
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.floods import Floods
from ballast.aws.seal import Seal
from ballast.aws.tallies import Tallies
from ballast.errors import CallFailedError, TransientError
from ballast.facts.task import ServiceCounts
from ballast.publish.due import Rules
from ballast.publish.events import Item, parse
from ballast.publish.failing_services import ServiceWatch
from ballast.publish.tally import Kind
from ballast.shell.channels import Channels
from ballast.shell.deliver import Delivery
from ballast.shell.digest import Digests
from ballast.shell.gate import Gate
from ballast.shell.publish import PublishRuntime
from ballast.slack.bot import Slack
from ballast.slack.secret import SlackSecret
from ballast.words.notice import Severity
from tests.aws_stubs import a_table
from tests.notification_builders import (
    NOW,
    PAGES,
    REGION,
    SWEEP,
    WAKE_UP,
    FakeRegistry,
    FakeServices,
    FakeSlack,
    FakeTopic,
    FakeWakeUps,
    a_notice,
    instance,
    notice_event,
    progress,
    seconds,
    service_event,
    storm,
)

TABLE = "conversations"


@dataclass
class World:
    """One stack. Each call of `run` is one invocation with one batch; its answer is what comes again."""

    runtime: PublishRuntime
    topic: FakeTopic
    slack: FakeSlack
    services: FakeServices
    wake_ups: FakeWakeUps
    now_s: float = 0
    again: list[Item] = field(default_factory=list)

    def run(self, *events: dict[str, Any]) -> list[Item]:
        return list(self.runtime.handle([parse(event) for event in events]))

    def tell(self, *notices: Any) -> list[Item]:
        return self.run(*(notice_event(notice) for notice in notices))

    def wake(self) -> int:
        """What the function last left itself comes; answers after how many seconds."""
        delay_s = self.wake_ups.delays_s.pop()
        self.now_s += delay_s
        assert self.run(WAKE_UP) == []
        return delay_s

    def sweep(self, after_s: float = 60) -> None:
        self.now_s += after_s
        assert self.run(SWEEP) == []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    slack, topic, services, wake_ups = FakeSlack(), FakeTopic(), FakeServices(), FakeWakeUps()
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", slack)
    monkeypatch.setattr("slack_sdk.webhook.client.urlopen", slack)
    monkeypatch.setattr("ballast.aws.kept._all", {})
    session.client.cache_clear()
    with mock_aws():
        a_table(TABLE, "conversation")
        arn = set_secret(json.dumps({"bot_token": "xoxb-1"}))
        store = Conversations(ItemTable(TABLE))
        runtime = PublishRuntime(
            store=store,
            channels=Channels(
                Delivery(store, topic, Rules(), PAGES, q_developer=False),
                Slack("#ops", SlackSecret(arn)),
                arn,
                wake_ups,
            ),
            services=ServiceWatch(store, services, timedelta(minutes=5), REGION),
            registry=FakeRegistry(),
            dead_letters=DeadLetters(""),
            gate=Gate(Seal("ledger"), Floods(ItemTable(TABLE))),
            digests=Digests(ItemTable(TABLE), store, "0 7 any any any in UTC", REGION),
        )
        world = World(runtime, topic, slack, services, wake_ups)
        monkeypatch.setattr(clock, "utc_now", lambda: NOW + seconds(world.now_s))
        yield world
    session.client.cache_clear()


def set_secret(value: str) -> str:
    answer = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=value)
    return answer["ARN"]


def change_secret(value: str) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId="slack", SecretString=value)


def test_a_hundred_spot_interruptions_are_one_message_on_each_channel(world: World) -> None:
    notices = storm(100, code="SpotInterruption", started_at=NOW)
    for start in range(0, 100, 10):
        world.now_s += 2
        assert world.tell(*notices[start : start + 10]) == []
        assert world.tell(*notices[start : start + 3]) == []  # delivered twice

    assert world.topic.messages == []
    world.sweep()
    world.sweep()

    assert [message["instances"]["total"] for message in world.topic.structured] == [100]
    assert world.topic.messages[0].subject == "[INFO] prod: Spot interruption, 100 instances: 100 draining"
    (parent,) = world.slack.posted.values()
    assert parent["text"] == "🔵 prod: Spot interruption, 100 instances: 100 draining"


def test_a_page_goes_out_at_once_and_once(world: World) -> None:
    stuck = a_notice("DrainStuck", Severity.PAGE)
    world.tell(stuck)
    world.tell(stuck)
    world.sweep()

    assert [message.attributes["severity"] for message in world.topic.messages] == ["page"]
    assert world.slack.methods == ["chat.postMessage"]


def test_progress_of_a_group_edits_the_parent_and_only_news_goes_into_its_thread(world: World) -> None:
    world.tell(*storm(3, code="SpotInterruption"))
    later: dict[str, Any] = {"at": NOW + seconds(40)}
    world.tell(*storm(2, code="DrainFinished", **later), a_notice("Stuck", Severity.PAGE, **later))

    assert world.slack.methods == ["chat.postMessage", "chat.postMessage", "chat.update"]  # a page is said first
    (reply,) = world.slack.replies
    assert reply["text"].startswith("09:00:40 UTC ")  # two that are empty are counted in the parent
    assert reply["reply_broadcast"] is True
    (parent,) = world.slack.posted.values()
    assert parent["text"].startswith("🔴")


def test_repeated_progress_edits_one_parent_and_mails_nobody_again(world: World) -> None:
    world.tell(progress(1, at=NOW))
    world.sweep(after_s=31)
    mails = len(world.topic.messages)

    for number in (2, 4, 3, 4, 5):
        world.now_s = 60 * number
        world.tell(progress(number, title=f"rollout goes on: wave {number // 4}"))

    [parent] = world.slack.posted.values()
    assert "▰▰▰▰▰▱▱▱▱▱ 15 of 30" in json.dumps(parent["blocks"], ensure_ascii=False)
    assert world.slack.methods.count("chat.update") == 3  # 3 and the second 4 are no news
    assert [reply["text"].partition("UTC ")[2][:24] for reply in world.slack.replies] == [
        "Bottlerocket " + "▰" * number + "▱" * (10 - number) + " "
        for number in (2, 4)  # as 5 is in the wave of 4
    ]
    assert len(world.topic.messages) == mails == 1


def test_a_conversation_whose_incidents_are_all_over_is_ticked_off(world: World) -> None:
    world.tell(a_notice("DrainStuck", Severity.PAGE))
    world.tell(a_notice("InstanceGone", at=NOW + seconds(90), what="i-1 is gone.", closes=True))
    world.sweep()

    (parent,) = world.slack.posted.values()
    assert parent["text"] == "⚪ prod: i-1 is gone"  # over, but a page was needed
    opening, closing = world.topic.structured
    assert (opening["severity"], opening["state"]) == ("page", "open")
    assert (closing["severity"], closing["state"]) == ("info", "closed")
    assert opening["dedupKey"] == closing["dedupKey"]


def test_follow_ups_stay_in_their_conversation_however_late(world: World) -> None:
    world.tell(a_notice("SpotInterruption"))
    world.now_s += 3600
    world.tell(a_notice("InstanceGone", at=NOW + seconds(3600), closes=True))
    world.tell(a_notice("SpotInterruption", instance="i-2", started_at=NOW + seconds(3600)))

    assert len(world.slack.posted) == 2


def test_slack_saying_429_holds_up_nothing_and_repeats_nothing(world: World) -> None:
    world.slack.answers = [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})]
    stuck = a_notice("DrainStuck", Severity.PAGE)

    assert world.tell(stuck) == []  # nothing comes again by the queue, six minutes later
    assert len(world.topic.messages) == 1
    world.now_s += 29
    world.tell(stuck)
    assert world.slack.posted == {}  # Slack wanted to hear nothing for so long

    world.now_s -= 29
    assert world.wake() == 30
    assert len(world.topic.messages) == 1
    assert len(world.slack.posted) == 1
    assert len(world.slack.calls) == 2


def test_information_that_slack_limits_never_keeps_a_page_back(world: World) -> None:
    world.tell(*(a_notice("SpotInterruption", cluster=f"c{n}", instance=f"i-{n}") for n in range(9)))
    assert len(world.slack.posted) == 2  # the others wait for their turn

    world.tell(a_notice("DrainStuck", Severity.PAGE, cluster="z", instance="i-z"))

    assert list(world.slack.posted.values())[-1]["text"].startswith("🔴 z: ")
    seconds_until_all_is_shown = 0
    while world.wake_ups.delays_s:
        seconds_until_all_is_shown += world.wake()
    assert len(world.slack.posted) == 10
    assert seconds_until_all_is_shown < 30


def test_a_channel_is_edited_once_in_five_seconds_at_most(world: World) -> None:
    world.tell(a_notice("SpotInterruption"), *storm(3, code="ScaleIn", reason="lifecycle_hook"))
    for second in range(1, 13):
        world.now_s = second
        late: dict[str, Any] = {"at": NOW + seconds(second)}
        world.tell(a_notice("ScaleIn", instance=f"i-{second}", reason="lifecycle_hook", **late))

    assert world.slack.methods.count("chat.update") == 2
    world.now_s += 6
    world.run(WAKE_UP)
    assert any("15 instances" in message["text"] for message in world.slack.posted.values())


def test_a_thread_of_two_hundred_holds_a_dozen_replies_at_most(world: World) -> None:
    """Each is stuck by itself, over two hours."""
    world.tell(*storm(200, code="ScaleIn"))
    for number in range(0, 200, 5):
        world.now_s = 200 * number / 5
        late: dict[str, Any] = {"at": NOW + seconds(world.now_s)}
        world.tell(*(a_notice("DrainStuck", Severity.PAGE, instance=instance(number + n), **late) for n in range(5)))
        world.sweep(100)
    gone = [replace(one, at=NOW + seconds(9000)) for one in storm(200, code="InstanceGone", closes=True)]
    world.now_s = 9000
    world.tell(*gone)
    for _ in range(20):
        world.sweep()

    assert 5 <= len(world.slack.replies) <= 12
    [last] = world.slack.replies[-1:]
    assert "all over: 200 later than its drain deadline" in last["text"]
    assert sum(reply["reply_broadcast"] for reply in world.slack.replies) >= 5


def test_a_group_that_was_told_of_in_part_is_told_of_again_and_how_it_ended(world: World) -> None:
    """0.1.0 told of 108 of 200 and left it at that."""
    everybody = storm(20, code="SpotInterruption")
    world.tell(*everybody[:10])
    world.sweep(40)
    world.tell(*everybody[10:])
    for _ in range(6):
        world.sweep()
    for code in ("DrainFinished", "InstanceGone"):
        world.tell(
            *(
                replace(one, code=code, closes_incident=code == "InstanceGone", at=NOW + seconds(400))
                for one in everybody
            )
        )
    world.sweep()

    assert [message.subject for message in world.topic.messages] == [
        "[INFO] prod: Spot interruption, 10 instances: 10 draining",
        "[INFO] prod: Spot interruption, 20 instances: 20 draining",
        "[OVER] prod: Spot interruption, 20 instances, all over",
    ]
    assert world.topic.structured[-1]["impact"] == "Of 20 that went: 20 empty in time."


@pytest.mark.parametrize(
    "answer",
    [
        (503, {"ok": False, "error": "service_unavailable"}, {}),
        (502, "<html>bad gateway</html>", {}),
        (200, {"ok": False, "error": "internal_error"}, {}),
        TimeoutError("timed out"),
    ],
)
def test_a_slack_outage_is_healed_by_the_sweep_without_the_record(world: World, answer: Any) -> None:
    world.slack.answers = [answer]
    assert world.tell(a_notice()) == []

    world.sweep()

    assert len(world.slack.posted) == 1


def test_a_thread_reply_that_failed_is_said_later_and_the_edit_is_not_repeated(
    world: World,
) -> None:
    world.tell(a_notice("SpotInterruption"))
    ok: Any = (200, {"ok": True, "channel": "C1", "ts": "1.0001"}, {})
    world.slack.answers = [ok, (429, {"ok": False, "error": "ratelimited"}, {})]
    finished = a_notice("DrainFinished", at=NOW + seconds(40))

    assert world.tell(finished) == []
    assert world.wake() == 30  # as Slack did not say how long

    assert world.slack.methods[1:] == ["chat.update", "chat.postMessage", "chat.postMessage"]


def test_sns_being_down_brings_the_record_back_but_slack_hears_of_it(world: World) -> None:
    world.topic.down = True
    stuck = a_notice("DrainStuck", Severity.PAGE)
    assert world.tell(stuck) == [stuck]
    assert len(world.slack.posted) == 1

    world.topic.down = False
    assert world.tell(stuck) == []
    assert len(world.topic.messages) == 1
    assert len(world.slack.calls) == 1


def test_a_parent_that_somebody_deleted_is_posted_again(world: World) -> None:
    world.tell(a_notice("SpotInterruption"))
    world.slack.posted.clear()

    assert world.tell(a_notice("DrainFinished", at=NOW + seconds(40))) == []

    assert len(world.slack.posted) == 1


GONE = [  # what Slack says of a message or a channel that was good when the parent was posted
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "is_archived",
    "message_not_found",
    "not_in_channel",
    "restricted_action",
    "some_code_that_slack_invents",
]


def refusing(code: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    return 200, {"ok": False, "error": code}, {}


@pytest.mark.parametrize("code", GONE)
def test_a_parent_that_cannot_be_edited_any_more_gives_way_to_a_new_one_with_the_page(world: World, code: str) -> None:
    world.tell(a_notice("SpotInterruption"))
    world.slack.answers = [refusing(code)]

    assert world.tell(a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(900))) == []

    assert world.slack.methods[:3] == ["chat.postMessage", "chat.postMessage", "chat.postMessage"]
    assert list(world.slack.posted.values())[-1]["text"].startswith("🔴")
    assert [message["code"] for message in world.topic.structured] == ["DrainStuck"]  # nothing is told of Slack


@pytest.mark.parametrize("code", ["thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"])
def test_a_thread_that_takes_no_reply_is_left_for_one_new_message(world: World, code: str) -> None:
    world.tell(a_notice("SpotInterruption"))
    world.slack.answers = [(200, {"ok": True, "channel": "C1", "ts": "1.0001"}, {}), refusing(code)]

    world.tell(a_notice("DrainFinished", at=NOW + seconds(40)))
    world.sweep()

    assert world.slack.methods == ["chat.postMessage", "chat.update", "chat.postMessage", "chat.postMessage"]
    assert len(world.slack.posted) == 2


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "unheard_of"])
def test_a_message_whose_blocks_slack_dislikes_goes_out_in_plain_words(world: World, code: str) -> None:
    world.slack.answers = [refusing(code)]

    assert world.tell(a_notice("DrainStuck", Severity.PAGE)) == []

    (message,) = world.slack.posted.values()
    assert message["text"].startswith("🔴")
    assert not message["blocks"]
    world.sweep()
    assert len(world.slack.calls) == 2


def test_a_message_that_slack_never_takes_is_named_and_holds_up_no_page_behind_it(world: World) -> None:
    world.slack.answers = [refusing("invalid_blocks")] * 2
    disliked = a_notice("DrainStuck", Severity.PAGE, cluster="a")

    assert world.tell(disliked, a_notice("DrainStuck", Severity.PAGE, cluster="b")) == []

    assert [message["text"][0] for message in world.slack.posted.values()] == ["🔴"]
    world.slack.answers = [refusing("invalid_blocks")] * 2
    world.sweep()
    told = [message for message in world.topic.structured if message["code"] == "SlackMessageRefused"]
    assert [(one["severity"], one["what"][:24]) for one in told] == [("ticket", "The message about a/spot")]
    assert "others do" in told[0]["what"]


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found", "not_in_channel", "restricted_action"])
def test_a_channel_that_takes_no_new_message_is_told_once_with_what_to_do(world: World, code: str) -> None:
    world.slack.answers = [refusing(code)] * 9
    assert world.tell(a_notice("DrainStuck", Severity.PAGE)) == []
    world.sweep()
    world.sweep()

    page, ticket = world.topic.structured
    assert (page["code"], ticket["code"]) == ("DrainStuck", "SlackRefused")
    assert ticket["why"] == f"Slack answers {code}."
    assert "channel" in ticket["next"]


def test_a_mail_that_sns_dislikes_holds_up_no_page_behind_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    disliked = a_notice("DrainStuck", Severity.PAGE, cluster="a")
    publish = FakeTopic.publish

    def choosy(topic: FakeTopic, message: Any) -> None:
        if '"cluster": "a"' in message.body or "a:" in message.subject:
            raise CallFailedError(
                "AWS refused Publish (InvalidParameter): Message too long", "Publish", "InvalidParameter"
            )
        publish(topic, message)

    monkeypatch.setattr(FakeTopic, "publish", choosy)

    assert world.tell(disliked, a_notice("DrainStuck", Severity.PAGE, cluster="b")) == [disliked]

    assert [message["cluster"] for message in world.topic.structured] == ["b"]
    assert len(world.slack.posted) == 2


def test_a_mail_that_sns_dislikes_goes_out_in_plain_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = FakeTopic.publish

    def choosy(topic: FakeTopic, message: Any) -> None:
        if not message.body.isascii():
            raise CallFailedError("AWS refused Publish (InvalidParameter): no", "Publish", "InvalidParameter")
        publish(topic, message)

    monkeypatch.setattr(FakeTopic, "publish", choosy)

    assert world.tell(a_notice("DrainStuck", Severity.PAGE, what="i-1 läuft.")) == []
    world.sweep()

    [message] = world.topic.messages
    assert message.subject.startswith("[PAGE] prod: ")
    assert "InvalidParameter" in world.topic.structured[0]["what"]


def test_what_one_message_does_to_a_channel_holds_up_none_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SNS and Slack may break on what a message says, each time that they get it."""
    publish, ask = FakeTopic.publish, FakeSlack.__call__

    def breaks(topic: FakeTopic, message: Any) -> None:
        if message.attributes["cluster"] == "a":
            raise TransientError("InternalError")
        publish(topic, message)

    def silent(slack: FakeSlack, request: Any, **_: Any) -> Any:
        if b" a: " in request.data:
            raise TimeoutError("timed out")
        return ask(slack, request)

    monkeypatch.setattr(FakeTopic, "publish", breaks)
    monkeypatch.setattr(FakeSlack, "__call__", silent)
    first, *behind = (a_notice("DrainStuck", Severity.PAGE, cluster=name) for name in "abc")

    assert world.tell(first, *behind) == [first]

    assert [message["cluster"] for message in world.topic.structured] == ["b", "c"]
    assert len(world.slack.posted) == 2


def test_a_conversation_that_cannot_be_read_stops_no_other(world: World) -> None:
    world.tell(a_notice("SpotInterruption", cluster="a"))
    (key,) = keys_of("conversation#a/")
    boto3.client("dynamodb").put_item(
        TableName=TABLE, Item={"conversation": {"S": key}, "revision": {"N": "7"}, "body": {"S": "{]"}}
    )
    later = a_notice("DrainFinished", cluster="a", at=NOW + seconds(20))

    assert world.tell(later, a_notice("DrainStuck", Severity.PAGE, cluster="b")) == []

    assert [message["cluster"] for message in world.topic.structured] == ["b"]
    assert (
        '"DrainFinished"'
        in boto3.client("dynamodb").get_item(TableName=TABLE, Key={"conversation": {"S": key}})["Item"]["body"]["S"]
    )
    assert len(keys_of("conversation#all clusters/unreadable_item")) == 1


def keys_of(prefix: str) -> list[str]:
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return sorted(item["conversation"]["S"] for item in items if item["conversation"]["S"].startswith(prefix))


def test_a_cluster_that_ecs_cannot_describe_keeps_no_page_of_another_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.services.by_name = {"web": ServiceCounts(running=2, desired=5)}
    counts = FakeServices.counts

    def denied(services: FakeServices, cluster: str, names: Any) -> Any:
        if cluster == "prod":
            raise TransientError("ECS does not describe services: AccessDenied")
        return counts(services, cluster, names)

    monkeypatch.setattr(FakeServices, "counts", denied)
    world.run(service_event("SERVICE_TASK_PLACEMENT_FAILURE"))
    world.run(service_event("SERVICE_TASK_PLACEMENT_FAILURE", cluster="staging"))
    world.sweep(400)

    assert [(one["code"], one["cluster"]) for one in world.topic.structured] == [("PlacementFailureLasts", "staging")]


def test_a_missing_secret_makes_one_ticket_and_sns_still_goes_out(world: World) -> None:
    boto3.client("secretsmanager").delete_secret(SecretId="slack", ForceDeleteWithoutRecovery=True)

    assert world.tell(a_notice("DrainStuck", Severity.PAGE)) == []
    assert world.tell(a_notice("DrainStuck", Severity.PAGE, instance="i-2")) == []
    world.sweep()
    world.sweep()

    codes = [(message["code"], message["severity"]) for message in world.topic.structured]
    assert codes == [("DrainStuck", "page"), ("SlackSecretMissing", "ticket")]
    assert "secret:slack" in world.topic.structured[1]["next"]


def test_what_slack_missed_is_posted_once_the_secret_is_there(world: World) -> None:
    change_secret("garbage")
    world.tell(a_notice())
    assert world.slack.calls == []

    change_secret("xoxb-bare")
    world.sweep()

    assert len(world.slack.posted) == 1


def test_a_conversation_of_days_is_still_edited_but_old_news_is_let_go(world: World) -> None:
    world.tell(a_notice("SpotInterruption"))
    world.now_s = 5 * 86_400
    world.tell(a_notice("DrainFinished", at=NOW + seconds(world.now_s)))
    assert "chat.update" in world.slack.methods

    world.slack.answers = [TimeoutError("timed out")]
    world.tell(a_notice("StillThere", at=NOW + seconds(world.now_s)))
    calls = len(world.slack.calls)
    world.sweep(86_401)

    assert len(world.slack.calls) == calls


def test_a_token_that_slack_refuses_makes_one_ticket(world: World) -> None:
    world.slack.answers = [(200, {"ok": False, "error": "invalid_auth"}, {})] * 9
    assert world.tell(a_notice("DrainStuck", Severity.PAGE)) == []
    world.sweep()
    world.sweep()

    assert [message["code"] for message in world.topic.structured] == ["DrainStuck", "SlackRefused"]


def test_a_webhook_gets_the_opening_the_pages_and_the_closing(world: World) -> None:
    change_secret(json.dumps({"webhook_url": "https://hooks.slack.com/services/T/B/x"}))
    steps = [
        a_notice("SpotInterruption"),
        a_notice("DrainFinished", at=NOW + seconds(10)),
        a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(20)),
        a_notice("StillThere", at=NOW + seconds(30)),
        a_notice("InstanceGone", at=NOW + seconds(40), closes=True),
    ]
    for step in steps:
        world.tell(step)
    world.sweep()

    icons = [body["text"][0] for _, body in world.slack.calls]
    assert icons == ["🔵", "🔴", "⚪"]


def test_a_placement_failure_that_lasts_pages_once_and_is_called_off(world: World) -> None:
    world.services.by_name = {"web": ServiceCounts(running=2, desired=5)}
    failure = service_event("SERVICE_TASK_PLACEMENT_FAILURE")
    world.run(failure)
    world.sweep(240)
    world.run(failure)
    assert world.services.asked == []
    world.sweep(60)
    world.sweep(60)
    assert len(world.topic.messages) == 1

    world.services.by_name = {"web": ServiceCounts(running=5, desired=5)}
    world.sweep(60)
    world.sweep(60)

    page, end = world.topic.structured
    assert page["what"] == "3 of 5 tasks of service web cannot be placed since 09:00 UTC."
    assert (page["severity"], end["code"], end["state"]) == (
        "page",
        "PlacementFailureEnded",
        "closed",
    )


@pytest.mark.parametrize("healed_by", ["SERVICE_STEADY_STATE", None])
def test_a_placement_failure_that_passes_is_never_told(world: World, healed_by: str | None) -> None:
    world.services.by_name = {"web": ServiceCounts(running=5, desired=5)}
    world.run(service_event("SERVICE_TASK_PLACEMENT_FAILURE"))
    if healed_by:
        world.services.by_name = {"web": ServiceCounts(running=2, desired=5)}
        world.run(service_event(healed_by, at=NOW + seconds(90)))
    world.sweep(400)
    world.sweep()

    assert world.topic.messages == []
    assert world.slack.calls == []


def test_a_steady_state_calls_a_placement_page_off(world: World) -> None:
    world.services.by_name = {"web": ServiceCounts(running=2, desired=5)}
    world.run(service_event("SERVICE_TASK_PLACEMENT_FAILURE"))
    world.sweep(300)
    world.run(service_event("SERVICE_STEADY_STATE", at=NOW + seconds(330)))

    assert [message["state"] for message in world.topic.structured] == ["open", "closed"]


def test_a_failed_deployment_is_told_once_although_two_events_tell_it(world: World) -> None:
    failed = "SERVICE_DEPLOYMENT_FAILED"
    world.run(service_event(failed, detail_type="ECS Deployment State Change"))
    world.run(service_event(failed, at=NOW + seconds(3)))
    world.sweep()

    (message,) = world.topic.structured
    assert (message["code"], message["incidents"]) == ("DeploymentFailed", 1)


def test_a_deployment_that_fails_later_is_another_ticket(world: World) -> None:
    failed = "SERVICE_DEPLOYMENT_FAILED"
    world.run(service_event(failed))
    world.sweep()
    world.now_s = 1200
    world.run(service_event(failed, at=NOW + seconds(1200)))
    world.sweep()

    assert [message["code"] for message in world.topic.structured] == ["DeploymentFailed"] * 2


def test_an_ecs_that_does_not_answer_holds_up_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(service_event("SERVICE_TASK_PLACEMENT_FAILURE"))
    world.tell(a_notice())

    def throttled(*_: Any) -> None:
        raise TransientError("Rate exceeded")

    with monkeypatch.context() as while_throttled:
        while_throttled.setattr(FakeServices, "counts", throttled)
        world.sweep(300)
    assert len(world.topic.messages) == 1

    world.services.by_name = {"web": ServiceCounts(running=2, desired=5)}
    world.sweep()
    assert world.topic.structured[-1]["code"] == "PlacementFailureLasts"


def test_impaired_task_starts_are_one_ticket_until_the_service_is_steady(world: World) -> None:
    world.run(service_event("SERVICE_TASK_START_IMPAIRED"))
    world.run(service_event("SERVICE_TASK_START_IMPAIRED", at=NOW + seconds(20)))
    world.sweep()
    world.run(service_event("SERVICE_STEADY_STATE", at=NOW + seconds(90)))

    states = [(message["severity"], message["state"]) for message in world.topic.structured]
    assert states == [("ticket", "open"), ("info", "closed")]


def test_failures_of_clusters_that_nobody_manages_are_dropped(world: World) -> None:
    world.run(service_event("SERVICE_DEPLOYMENT_FAILED", cluster="other"))
    world.sweep()

    assert world.topic.messages == []


def test_a_function_killed_while_it_publishes_is_replaced_when_its_lease_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException): ...

    def killed(*_: Any) -> None:
        raise Killed

    stuck = a_notice("DrainStuck", Severity.PAGE)
    with monkeypatch.context() as while_killed:
        while_killed.setattr(FakeTopic, "publish", killed)
        with pytest.raises(Killed):
            world.tell(stuck)

    world.tell(stuck)
    assert world.topic.messages == []  # the other function may still be at it
    world.sweep(31)
    assert len(world.topic.messages) == 1


def test_a_function_that_finds_another_at_work_leaves_its_news_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_notice("DrainFinished", at=NOW + seconds(5))
    perform = Slack.perform

    def overlapped(slack: Slack, step: Any) -> Any:
        monkeypatch.setattr(Slack, "perform", perform)
        assert world.tell(other) == []  # a second function, in the middle of the first one's post
        assert world.slack.calls == []
        return perform(slack, step)

    monkeypatch.setattr(Slack, "perform", overlapped)
    world.tell(a_notice("SpotInterruption"))

    assert world.slack.methods == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert len(world.slack.posted) == 1


def test_what_could_not_be_told_counts_for_the_digest_once_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page, tallies = a_notice("DrainStuck", Severity.PAGE), Tallies(ItemTable(TABLE))

    def refuses(*_: Any) -> Any:
        raise TransientError("throttled")

    with monkeypatch.context() as broken:
        broken.setattr(Delivery, "tell", refuses)
        [again] = world.tell(page)
        assert tallies.of(NOW - timedelta(days=1), NOW) == []

    assert world.runtime.handle([again]) == []
    assert {entry.kind for entry in tallies.of(NOW, NOW)} == {Kind.LATE, Kind.PAGE}
    assert len(tallies.raised()[0]) == 1
