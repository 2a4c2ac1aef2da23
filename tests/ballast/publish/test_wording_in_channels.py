"""What people and machines read: within every limit, escaped, counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication, State
from ballast.publish.email import TopicMessage, for_q_developer, topic_message
from ballast.publish.slack_blocks import clip, parent, thread_line, thread_reply
from ballast.publish.wording import Pages, word
from ballast.slack.block_kit import blocks, paragraphs
from ballast.words.incident import cluster_page
from ballast.words.notice import Link, Notice, Severity
from ballast.words.shortened import spelled
from tests.notification_builders import NOW, PAGES, RUNBOOK, a_notice, instance, progress, seconds, storm

CONSOLE = "https://eu-central-1.console.aws.amazon.com/"
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
        links=tuple(
            Link(draw(text), draw(st.sampled_from(["https://x/", CONSOLE])) + draw(text))
            for _ in range(draw(st.integers(0, 8)))
        ),
        closes_incident=draw(st.booleans()),
        dry_run=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_make_blocks_that_slack_takes(notices: list[Notice]) -> None:
    made = blocks(parent(told(*notices), PAGES))

    texts = [element for block in made for element in _texts(block)]
    assert len(made) <= 50
    assert all(0 < len(one) <= 3000 for one in texts)
    assert sum(map(len, texts)) <= 12_000
    assert all(not re.search("[<>]|&(?!amp;|lt;|gt;)", _without_links(one)) for one in texts)
    for block in made:
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= 150
        assert len(block.get("fields", ())) <= 10
        assert all(len(field["text"]) <= 2000 for field in block.get("fields", ()))
        assert len(block.get("elements", ())) <= 10


HOSTILE = "<!channel> <@U0123456789> @here #general https://evil.example/x <https://evil.example|ok> a&b"


def test_what_comes_from_outside_mentions_nobody_and_links_nowhere_in_slack_and_amazon_q_developer() -> None:
    notice = a_notice("DrainStuck", Severity.PAGE, what=HOSTILE, cluster=HOSTILE, plan=(HOSTILE,), title=HOSTILE)
    conversation = told(replace(notice, why=HOSTILE, impact=HOSTILE, next=HOSTILE))
    made = [*blocks(parent(conversation, PAGES)), *paragraphs(thread_line(conversation.headline))]
    marked = [one for block in made for one in _objects(block) if one["type"] == "mrkdwn"]
    content = for_q_developer(conversation, word(conversation, PAGES))["content"]

    assert all(one["verbatim"] for one in marked)
    shown = [one["text"] for one in marked]
    shown += [content["title"], content["description"], *content["nextSteps"], *content["keywords"]]
    links = [url for one in shown for url in re.findall(r"<([^<>|]*)[^<>]*>", one)]
    assert {url.partition(".com/")[0] for url in links} == {
        "https://eu-central-1.console.aws.amazon",
        "https://wiki.example",
    }


@pytest.mark.parametrize(
    ("region", "url", "shown"),
    [
        ("eu-central-1", "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#a:b=c;d=e", True),
        ("eu-central-1", "https://console.aws.amazon.com/ecs", True),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/ecs", True),
        ("us-gov-west-1", "https://console.amazonaws-us-gov.com/ecs", True),
        ("eu-central-1", "https://cn-north-1.console.amazonaws.cn/ecs", False),
        ("cn-north-1", "https://eu-central-1.console.aws.amazon.com/ecs", False),
        ("eu-central-1", "http://console.aws.amazon.com/ecs", False),
        ("eu-central-1", "https://console.aws.amazon.com.evil.example/", False),
        ("eu-central-1", "https://console.aws.amazon.com@evil.example/", False),
        ("eu-central-1", "https://console.aws.amazon.com\\@evil.example/", False),
        ("eu-central-1", "https://evil.example/https://console.aws.amazon.com/", False),
        ("eu-central-1", "https://console-aws.amazon.com/", False),
        ("eu-central-1", "https://console.aws.amazon.com/ https://evil.example", False),
        ("eu-central-1", "https://console.aws.amazon.com/x|y>", False),
        ("eu-central-1", "javascript:alert(1)", False),
    ],
)
def test_a_link_leads_to_the_console_of_the_partition_or_is_left_out(region: str, url: str, *, shown: bool) -> None:
    pages = Pages(region, RUNBOOK)
    words = word(told(replace(a_notice("DrainStuck"), links=(Link("Instance", url),))), pages)

    assert [link.url for link in words.links[:-1]] == ([url] if shown else [cluster_page(region, "prod").url])
    assert words.links[-1].url == f"{RUNBOOK}#drainstuck"


def test_a_code_from_outside_leaves_the_runbook_where_it_is() -> None:
    assert PAGES.runbook(a_notice("X y|>https://evil.example")).url == f"{RUNBOOK}#xyhttpsevilexample"


def test_a_long_reply_becomes_sections_that_slack_takes() -> None:
    lines = ["x" * 900] * 5

    made = paragraphs("\n".join(lines))

    assert [len(block["text"]["text"]) for block in made] == [2702, 1801]


def _objects(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [*([block["text"]] if "text" in block else []), *block.get("fields", ()), *block.get("elements", ())]


def _texts(block: dict[str, Any]) -> list[str]:
    return [one["text"] for one in _objects(block)]


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

    shown = [content["title"], content["description"], *content["nextSteps"], *content["keywords"]]
    assert all(not re.search("[<>]|&(?!amp;|lt;|gt;)", _without_links(one)) for one in shown)
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
    conversation = told(*storm(12, code="SpotInterruption"), *storm(7, code="DrainFinished", at=NOW + seconds(9)))

    words = word(conversation, PAGES)

    assert words.headline == "prod: Spot interruption, 12 instances: 7 empty, 5 draining"
    assert words.what == "12 instances (Spot interruption): 7 empty, 5 draining."
    assert words.instances.endswith(", +7 more")
    assert words.instances.count("i-") == 5


def test_a_group_in_trouble_says_the_trouble_first() -> None:
    stuck = a_notice("DrainStuck", Severity.PAGE, title="i-1 stuck: a standalone task runs", at=NOW + seconds(9))

    words = word(told(*storm(12, code="ScaleIn"), stuck), PAGES)

    assert words.headline == "prod: 1 of 13 instances stuck: a standalone task runs"
    assert words.what == "13 instances (Spot interruption): 1 stuck, 12 draining."
    assert words.instances == stuck.instance
    assert words.links[0] == stuck.links[0]


def test_a_group_never_names_those_that_are_over_while_others_are_not() -> None:
    """0.1.0 listed five that were gone in the page about two that were stuck (alertmanager 1986)."""
    gone = [
        step for n in range(6) for step in (storm(8, code="ScaleIn")[n], storm(8, code="InstanceGone", closes=True)[n])
    ]
    stuck = [a_notice("DrainStuck", Severity.PAGE, instance=instance(n), at=NOW + seconds(n)) for n in (6, 7)]

    assert word(told(*gone, *stuck), PAGES).instances == f"{instance(6)}, {instance(7)}"
    assert word(told(*gone, *storm(8, code="ScaleIn")[6:]), PAGES).instances == f"{instance(6)}, {instance(7)}"
    assert word(told(*gone), PAGES).instances.endswith(", +1 more")


def test_those_that_need_somebody_have_a_reason_for_each_kind() -> None:
    causes = ["a standalone task runs", "a task is protected", "a standalone task runs"]
    stuck = [
        replace(
            a_notice("DrainStuck", Severity.PAGE, instance=f"i-{n}", title=f"i-{n} stuck: {cause}"), why=f"{cause}."
        )
        for n, cause in enumerate(causes)
    ]

    words = word(told(*stuck), PAGES)

    assert words.title == "3 of 3 instances stuck: a standalone task runs and others"
    assert words.why == "i-0 and 1 more like it: a standalone task runs.\ni-1: a task is protected."


@pytest.mark.parametrize("cluster", ["prod", "c" * 32, "an-organisation-has-named-its-cluster-like-this" * 5])
@pytest.mark.parametrize("severity", [Severity.PAGE, Severity.TICKET])
def test_verb_and_cause_stand_within_what_a_phone_shows_however_long_the_cluster_is_named(
    cluster: str, severity: Severity
) -> None:
    """0.1.0 cut the subject before "halted" (sensu-plugins-aws 276)."""
    title = "rollout 1.64.0 halted: canary did not return"
    message = mailed(told(a_notice("BottlerocketRolloutHalted", severity, cluster=cluster, title=title)), severity)

    assert "halted: canary" in message.subject[:60]
    assert message.subject.endswith(title)
    assert len(message.subject) < 100
    assert json.loads(message.body)["sms"][:70].startswith(message.subject[:60])
    assert cluster in json.loads(message.body)["email"]


def test_no_sentence_stands_in_a_mail_twice() -> None:
    what = "The rollout is halted."
    message = mailed(told(a_notice("BottlerocketRolloutHalted", Severity.PAGE, title="rollout halted: why", what=what)))

    assert json.loads(message.body)["email"].count(what) == 1
    assert "rollout halted: why" not in json.loads(message.body)["email"]


def test_a_command_in_a_mail_runs_as_pasted() -> None:
    command = "ballast resume --cluster prod --variant aws-ecs-2 --arch x86_64"
    notice = replace(a_notice(), next=f"It waits. Then: `{command}` or `{command.replace('resume', 'rollback')}`.")

    mail = json.loads(mailed(told(notice)).body)["email"]

    assert [line.strip() for line in mail.splitlines() if "--cluster" in line] == [
        command,
        command.replace("resume", "rollback"),
    ]
    assert "`" not in mail


def test_a_dry_run_is_labelled_everywhere() -> None:
    conversation = told(a_notice(what="Would drain i-1.", plan=("set i-1 to DRAINING",), dry_run=True))

    assert mailed(conversation).subject == "[TICKET] [dry run] prod: Would drain i-1"
    message = parent(conversation, PAGES)
    assert message.text == "🔵 [dry run] prod: Would drain i-1"
    assert "Would do (dry run)" in json.dumps(blocks(message))


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
        "title": "prod: 1 of 8 instances stuck",
        "incidents": 8,
        "instances": {"first": ["i-0123456789abcdef0"], "total": 8},
        "counts": {"DrainStarted": 7, "DrainStuck": 1},
        "what": "",
        "why": "i-0123456789abcdef0: EC2 takes this Spot Instance back at 09:02.",
        "impact": "i-0123456789abcdef0: ECS starts replacements elsewhere and places nothing new on it.",
        "next": "EC2 terminates it whatever we do.",
        "plan": [],
        "links": [],
        "runbook": f"{RUNBOOK}#drainstuck",
        "openedAt": "2026-11-23T09:00:00+00:00",
        "dryRun": False,
    }


def test_a_page_in_the_thread_says_what_it_means_and_what_is_next() -> None:
    line = thread_line(a_notice("DrainStuck", Severity.PAGE, what="i-1 <cannot> finish."))

    assert line.splitlines()[0] == "09:00:00 UTC i-1 &lt;cannot&gt; finish."
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
        ("lifecycle_hook", "i-1", "prod: Scale-in, 2 instances: 2 drain started"),
        ("spot_interruption", "i-1", "prod: Spot interruption, 2 instances: 2 drain started"),
        ("placement_failure", None, "prod: Placement failure, 2 services: 2 drain started"),
        ("task_start_impaired", None, "prod: Tasks fail to start, 2 services: 2 drain started"),
        ("deployment_failed", None, "prod: Deployment failed, 2 services: 2 drain started"),
        ("agents_lost", None, "prod: Agents lost, 2 incidents: 2 drain started"),
    ],
)
def test_a_title_speaks_of_incidents_of_one_reason_in_its_words(reason: str, instance: str | None, title: str) -> None:
    notices = (a_notice(reason=reason, instance=instance, incident=key) for key in "ab")

    assert word(told(*notices), PAGES).headline == title


def test_a_progress_bar_reads_well_on_every_channel() -> None:
    conversation = told(progress(3))

    message = parent(conversation, PAGES)
    assert message.text == "🔵 prod: Bottlerocket ▰▰▰▱▱▱▱▱▱▱ 9 of 30 on 1.64.0: wave 1"
    assert mailed(conversation).subject == "[TICKET] prod: Bottlerocket ###------- 9 of 30 on 1.64.0: wave 1"
    fields = [field["text"] for block in blocks(message) for field in block.get("fields", ())]
    assert [field.partition("\n")[0] for field in fields] == ["*Cluster*", "*Severity*", "*Impact*", "*Next*"]
    assert "Instances" not in json.loads(mailed(conversation).body)["email"]


def test_lines_stay_lines_in_a_paragraph_and_become_one_in_a_title() -> None:
    conversation = told(progress(3, what="Bottlerocket 1.64.0 over prod\n▰▰▰▱▱▱▱▱▱▱ 9 of 30\n\n  27 on 1.62.1\r\n"))

    assert word(conversation, PAGES).title == "Bottlerocket 1.64.0 over prod ▰▰▰▱▱▱▱▱▱▱ 9 of 30 27 on 1.62.1"
    what = "Bottlerocket 1.64.0 over prod\n▰▰▰▱▱▱▱▱▱▱ 9 of 30\n27 on 1.62.1"
    assert f"*What*\n{what}\n*Why*" in blocks(parent(conversation, PAGES))[1]["text"]["text"]
    assert what.replace("\n", "\n" + " " * 11) in json.loads(mailed(conversation).body)["email"]
    assert "\n" not in thread_line(conversation.headline)
