"""What people and machines read: within every limit, escaped, counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from ballast.publish.due import Publication, State
from ballast.publish.email import for_q_developer
from ballast.publish.slack_blocks import parent, thread_line
from ballast.publish.wording import Pages, word
from ballast.slack.block_kit import blocks, paragraphs
from ballast.words.incident import cluster_page
from ballast.words.notice import Link, Severity
from tests.ballast.publish.conversations import mailed, objects, told
from tests.notification_builders import PAGES, RUNBOOK, a_notice, progress

HOSTILE = "<!channel> <@U0123456789> @here #general https://evil.example/x <https://evil.example|ok> a&b"


def test_what_comes_from_outside_mentions_nobody_and_links_nowhere_in_slack_and_amazon_q_developer() -> None:
    notice = a_notice("DrainStuck", Severity.PAGE, what=HOSTILE, cluster=HOSTILE, plan=(HOSTILE,), title=HOSTILE)
    conversation = told(replace(notice, why=HOSTILE, impact=HOSTILE, next=HOSTILE))
    made = [*blocks(parent(conversation, PAGES)), *paragraphs(thread_line(conversation.headline))]
    marked = [one for block in made for one in objects(block) if one["type"] == "mrkdwn"]
    publication = Publication(conversation.opened_at, Severity.PAGE, State.OPEN)
    content = for_q_developer(conversation, publication, word(conversation, PAGES))["content"]

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


def test_a_dry_run_is_labelled_everywhere() -> None:
    conversation = told(a_notice(what="Would drain i-1.", plan=("set i-1 to DRAINING",), dry_run=True))

    assert mailed(conversation).subject == "[TICKET] [dry run] prod: Would drain i-1"
    message = parent(conversation, PAGES)
    assert message.text == "🔵 [dry run] prod: Would drain i-1"
    assert "Would do (dry run)" in json.dumps(blocks(message))


def test_an_announcement_is_not_over() -> None:
    words = word(told(a_notice("InstanceImpaired", Severity.TICKET, closes=True)), PAGES)

    assert (words.icon, words.is_over) == ("🟠", False)


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
