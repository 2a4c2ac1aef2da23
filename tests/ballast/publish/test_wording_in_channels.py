"""What people and machines read: within every limit, escaped, counted."""

from __future__ import annotations

import json
import re
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication, State
from ballast.publish.email import TopicMessage, for_q_developer, topic_message
from ballast.publish.slack_blocks import clip, parent, thread_line, thread_reply
from ballast.publish.wording import spelled, word
from ballast.words.incident import cluster_page
from ballast.words.notice import Link, Notice, Severity
from tests.notification_builders import NOW, PAGES, RUNBOOK, a_notice, progress, seconds, storm

text = st.text(max_size=60) | st.sampled_from(
    ["", "<!channel> & more", "&" * 1000, "\n\n", "a\n" * 400, "\x00" * 1000, '"' * 1000, "🔴" * 1000]
)


def told(*notices: Notice) -> Conversation:
    first = notices[0]
    start = Conversation("prod/spot_interruption/x", first.cluster, first.reason, NOW)
    return reduce(Conversation.tell, notices, start)


def mailed(conversation: Conversation, severity: Severity = Severity.TICKET) -> TopicMessage:
    publication = Publication(NOW, severity, State.OPEN)
    return topic_message(conversation, publication, PAGES, q_developer=False)


@st.composite
def any_notice(draw: st.DrawFn) -> Notice:
    return Notice(
        code=draw(st.sampled_from(["DrainStarted", "DrainStuck", "InstanceGone"])),
        severity=draw(st.sampled_from(Severity)),
        cluster=draw(st.text(min_size=1, max_size=255)),
        instance=draw(st.none() | st.sampled_from([f"i-{n:017x}" for n in range(9)])),
        reason=draw(st.sampled_from(["spot_interruption", "x" * 200])),
        incident=draw(st.sampled_from("abcdefgh")),
        incident_started_at=NOW,
        at=NOW,
        what=draw(text),
        why=draw(text),
        impact=draw(text),
        next=draw(text),
        plan=tuple(draw(st.lists(text, max_size=15))),
        links=tuple(Link(draw(text), "https://x/" + draw(text)) for _ in range(draw(st.integers(0, 8)))),
        closes_incident=draw(st.booleans()),
        dry_run=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_make_blocks_that_slack_takes(notices: list[Notice]) -> None:
    message = parent(told(*notices), PAGES)

    texts = [element for block in message.blocks for element in _texts(block)]
    assert len(message.blocks) <= 50
    assert all(0 < len(one) <= 3000 for one in texts)
    assert sum(map(len, texts)) <= 12_000
    assert all(not re.search("[<>]|&(?!amp;|lt;|gt;)", _without_links(one)) for one in texts)
    for block in message.blocks:
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= 150
        assert len(block.get("fields", ())) <= 10
        assert all(len(field["text"]) <= 2000 for field in block.get("fields", ()))
        assert len(block.get("elements", ())) <= 10


def _texts(block: dict[str, Any]) -> list[str]:
    found = [block["text"]] if "text" in block else []
    found += [*block.get("fields", ()), *block.get("elements", ())]
    return [one["text"] for one in found]


def _without_links(markdown: str) -> str:
    return re.sub(r"<https://[^<>|]*\|[^<>|]*>", "", markdown)


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_make_a_message_that_sns_takes(notices: list[Notice]) -> None:
    message = mailed(told(*notices))

    assert re.fullmatch(r"[ -~]{1,100}", message.subject)
    assert len(message.body.encode()) < 256 * 1024
    assert json.loads(message.body).keys() >= {"default", "email", "sqs", "lambda", "https"}
    assert all(message.attributes.values())


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_fit_amazon_q_developers_schema(notices: list[Notice]) -> None:
    conversation = told(*notices)
    content = for_q_developer(conversation, word(conversation, PAGES))["content"]

    assert len(content["title"]) <= 250
    assert len(content["description"]) <= 8000
    assert all(len(step) <= 350 for step in content["nextSteps"])
    assert all(len(keyword) <= 75 for keyword in content["keywords"])


@settings(deadline=None)
@given(text=text, limit=st.integers(5, 200))
def test_clipping_never_leaves_half_an_entity(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert 0 < len(clipped) <= max(limit, len("unknown"))
    assert not re.search("&(?!amp;|lt;|gt;)", clipped)


def test_a_group_counts_first_and_names_five_instances() -> None:
    conversation = told(*storm(12, code="SpotInterruption"), *storm(7, code="DrainFinished"))

    words = word(conversation, PAGES)

    assert words.title == "prod: Spot interruption, 12 instances"
    assert words.what.startswith("12 open, 0 over. Spot interruption 12, Drain finished 7.")
    assert words.instances.endswith(", +7 more")
    assert words.instances.count("i-") == 5


def test_a_group_in_trouble_says_the_trouble_first() -> None:
    stuck = a_notice("DrainStuck", Severity.PAGE, what="i-1 is not empty.", at=NOW + seconds(9))

    words = word(told(*storm(12), stuck), PAGES)

    assert words.title == "prod: Drain stuck, 1 of 13 instances (Spot interruption)"
    assert words.what.startswith("i-1 is not empty.\nIn all: 13 open, 0 over.")
    assert words.links[0] == stuck.links[0]


def test_a_dry_run_is_labelled_everywhere() -> None:
    conversation = told(a_notice(what="Would drain i-1.", plan=("set i-1 to DRAINING",), dry_run=True))

    assert mailed(conversation).subject == "[TICKET] [dry run] prod: Would drain i-1"
    message = parent(conversation, PAGES)
    assert message.text == "🔵 [dry run] prod: Would drain i-1"
    assert "Would do (dry run)" in json.dumps(message.blocks)


def test_an_announcement_is_not_over() -> None:
    words = word(told(a_notice("InstanceImpaired", Severity.TICKET, closes=True)), PAGES)

    assert (words.icon, words.is_over) == ("🟠", False)


def test_the_machine_form_keeps_its_schema() -> None:
    conversation = told(*storm(7), a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(9)))
    structured = json.loads(json.loads(mailed(conversation).body)["sqs"])

    assert structured | {"what": "", "links": []} == {
        "schemaVersion": "1",
        "code": "DrainStuck",
        "severity": "ticket",
        "state": "open",
        "dedupKey": "prod/spot_interruption/x",
        "cluster": "prod",
        "reason": "spot_interruption",
        "title": "prod: Drain stuck, 1 of 8 instances (Spot interruption)",
        "incidents": 8,
        "instances": {"first": [f"i-{n:017x}" for n in range(5)], "total": 8},
        "counts": {"DrainStarted": 7, "DrainStuck": 1},
        "what": "",
        "why": "EC2 takes this Spot Instance back at 09:02.",
        "impact": "ECS starts replacements elsewhere and places nothing new on it.",
        "next": "EC2 terminates it whatever we do.",
        "plan": [],
        "links": [],
        "runbook": f"{RUNBOOK}#drainstuck",
        "openedAt": "2026-11-23T09:00:00+00:00",
        "dryRun": False,
    }


def test_a_page_in_the_thread_says_what_it_means_and_what_is_next() -> None:
    line = thread_line(a_notice("DrainStuck", Severity.PAGE, what="i-1 <cannot> finish."))

    assert line.splitlines()[0] == "09:00:00 i-1 &lt;cannot&gt; finish."
    assert line.count("*Impact*") == line.count("*Next*") == 1


@pytest.mark.parametrize(
    ("lines", "total", "expected"),
    [
        (["a"], 1, "a"),
        (["a", "b"], 2, "2 updates\na\nb"),
        (list("abcde"), 9, "9 updates\na\nb\nc\nd\ne\n+4 more"),
    ],
)
def test_a_thread_reply_counts_first(lines: list[str], total: int, expected: str) -> None:
    assert thread_reply(lines, total) == expected


@pytest.mark.parametrize("name", ["DrainStarted", "drain_started"])
def test_codes_and_reasons_are_spelled_as_words(name: str) -> None:
    assert spelled(name) == "Drain started"


def test_amazon_q_developer_replaces_only_what_https_subscribers_get() -> None:
    publication = Publication(NOW, Severity.INFO, State.OPEN)
    message = topic_message(told(a_notice()), publication, PAGES, q_developer=True)
    bodies = {name: json.loads(body) for name, body in json.loads(message.body).items() if body[0] == "{"}

    assert bodies["https"]["source"] == "custom"
    assert bodies["https"]["metadata"]["threadId"] == bodies["sqs"]["dedupKey"]


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "https://eu-central-1.console.aws.amazon.com/"),
        ("us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
    ],
)
def test_links_lead_to_the_console_of_the_partition(region: str, host: str) -> None:
    assert cluster_page(region, "prod").url.startswith(f"{host}ecs/v2/clusters/prod/")


@pytest.mark.parametrize(
    ("reason", "instance", "title"),
    [
        ("lifecycle_hook", "i-1", "prod: Scale-in, 2 instances"),
        ("spot_interruption", "i-1", "prod: Spot interruption, 2 instances"),
        ("placement_failure", None, "prod: Placement failure, 2 services"),
        ("task_start_impaired", None, "prod: Tasks fail to start, 2 services"),
        ("deployment_failed", None, "prod: Deployment failed, 2 services"),
        ("agents_lost", None, "prod: Agents lost, 2 incidents"),
    ],
)
def test_a_title_speaks_of_incidents_of_one_reason_in_its_words(reason: str, instance: str | None, title: str) -> None:
    notices = (a_notice(reason=reason, instance=instance, incident=key) for key in "ab")

    assert word(told(*notices), PAGES).title == title


def test_a_progress_bar_reads_well_on_every_channel() -> None:
    conversation = told(progress(3))

    message = parent(conversation, PAGES)
    assert message.text == "🔵 prod: Bottlerocket ▰▰▰▱▱▱▱▱▱▱ 9 of 30 on 1.64.0: wave 1"
    assert mailed(conversation).subject == "[TICKET] prod: Bottlerocket ###------- 9 of 30 on 1.64.0: wave 1"
    fields = [field["text"] for block in message.blocks for field in block.get("fields", ())]
    assert [field.partition("\n")[0] for field in fields] == ["*Cluster*", "*Severity*", "*Impact*", "*Next*"]
    assert "Instances" not in json.loads(mailed(conversation).body)["email"]


def test_lines_stay_lines_in_a_paragraph_and_become_one_in_a_title() -> None:
    conversation = told(progress(3, what="Bottlerocket 1.64.0 over prod\n▰▰▰▱▱▱▱▱▱▱ 9 of 30\n\n  27 on 1.62.1\r\n"))

    assert word(conversation, PAGES).title == "prod: Bottlerocket 1.64.0 over prod ▰▰▰▱▱▱▱▱▱▱ 9 of 30 27 on 1.62.1"
    what = "Bottlerocket 1.64.0 over prod\n▰▰▰▱▱▱▱▱▱▱ 9 of 30\n27 on 1.62.1"
    assert f"*What*\n{what}\n*Why*" in parent(conversation, PAGES).blocks[1]["text"]["text"]
    assert what.replace("\n", "\n" + " " * 11) in json.loads(mailed(conversation).body)["email"]
    assert "\n" not in thread_line(conversation.headline)
