"""What docs/paging.md tells PagerDuty, Opsgenie and Amazon Q Developer to make of a message is what they need.

https://www.pagerduty.com/docs/guides/custom-event-transformer, https://docs.opsgenie.com/docs/regular-expressions,
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from ballast.publish.due import Publication, State
from ballast.publish.email import TopicMessage, topic_message
from ballast.publish.plain_message import plain_message
from ballast.words.notice import Severity
from simulator.eventbridge import matches
from tests.ballast.publish.conversations import told
from tests.builders import ROOT
from tests.notification_builders import NOW, PAGES, a_notice

PAGE = (ROOT / "docs" / "paging.md").read_text(encoding="utf-8")
TRANSFORMER = "\n".join(re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL))
RUN = """
var events = [], PD = {Trigger: "trigger", Resolve: "resolve", inputRequest: {rawBody: process.argv[1]},
  emitGenericEvents: function (all) { events = events.concat(all); }};
%s
console.log(JSON.stringify(events));
"""
OPENED, OVER, ANNOUNCED = (Severity.PAGE, State.OPEN), (Severity.INFO, State.CLOSED), (Severity.PAGE, State.CLOSED)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:ballast-Notifications"
ALARM = {"AlarmName": "ballast-PagesWaiting", "AlarmArn": "arn:aws:cloudwatch:x", "NewStateReason": "1 datapoint"}


def message(kind: tuple[Severity, State], *, q_developer: bool = False, refused: bool = False) -> TopicMessage:
    severity, state = kind
    title = 'i-1 stuck: "a task" runs'
    conversation = told(a_notice("DrainStuck", Severity.PAGE, title=title, closes=state is State.CLOSED))
    made = topic_message(conversation, Publication(NOW, severity, state), PAGES, q_developer=q_developer)
    return plain_message(made, "InvalidParameter") if refused else made


def posted(made: TopicMessage) -> dict[str, Any]:
    """As SNS posts it to an HTTPS subscriber."""
    return {
        "Type": "Notification",
        "TopicArn": TOPIC,
        "Subject": made.subject,
        "Message": json.loads(made.body)["https"],
    }


def in_pagerduty(sent: dict[str, Any]) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine: nothing else here runs JavaScript")
    run = [node, "-e", RUN % TRANSFORMER, json.dumps(sent)]
    [event] = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own
    return dict(event)


FORMS = pytest.mark.parametrize(
    "form", [{}, {"q_developer": True}, {"refused": True}, {"q_developer": True, "refused": True}]
)


@FORMS
def test_pagerduty_opens_and_resolves_one_incident(form: dict[str, bool]) -> None:
    opened, over = (in_pagerduty(posted(message(kind, **form))) for kind in (OPENED, OVER))

    assert (opened["event_type"], over["event_type"]) == ("trigger", "resolve")
    assert opened["incident_key"] == over["incident_key"] == "prod/spot_interruption/x"
    assert opened["description"].startswith('prod: i-1 stuck: "a task" runs')
    assert opened["client_url"].startswith("https://")
    assert in_pagerduty(posted(message(ANNOUNCED, **form)))["event_type"] == "trigger"


@pytest.mark.parametrize(("state", "event"), [("ALARM", "trigger"), ("OK", "resolve")])
def test_pagerduty_hears_alarms_about_ballast_itself(state: str, event: str) -> None:
    alarm = json.dumps(ALARM | {"NewStateValue": state})
    heard = in_pagerduty({"Type": "Notification", "Subject": "ALARM", "Message": alarm})

    assert (heard["event_type"], heard["incident_key"]) == (event, ALARM["AlarmArn"])
    assert heard["description"] == "ballast-PagesWaiting: 1 datapoint"


def test_pagerduty_makes_an_incident_of_the_question_whether_it_subscribes() -> None:
    sent = {
        "Type": "SubscriptionConfirmation",
        "TopicArn": TOPIC,
        "Message": "You have",
        "SubscribeURL": "https://sns.x",
    }

    assert in_pagerduty(sent)["description"].endswith("https://sns.x")


def in_opsgenie(sent: dict[str, Any]) -> tuple[str, str]:
    """The first action of the table whose filter matches, and the alias."""
    rows = re.findall(
        r"^\| ((?:Close|Create) alert) \| (.+?) \| `\{\{ Message\.extract\(/(.+?)/, 1\) \}\}`", PAGE, re.MULTILINE
    )
    for action, filters, alias in rows:
        wanted, *unwanted = re.findall(r"`(.+?)`", filters)
        found = re.search(alias, sent["Message"])
        if wanted in sent["Message"] and not any(each in sent["Message"] for each in unwanted) and found:
            return action, found[1]
    raise AssertionError("no action")


@FORMS
def test_opsgenie_opens_and_closes_one_alert(form: dict[str, bool]) -> None:
    said = [in_opsgenie(posted(message(kind, **form))) for kind in (OPENED, OVER, ANNOUNCED)]

    assert said == [(action, "prod/spot_interruption/x") for action in ("Create alert", "Close alert", "Create alert")]
    assert in_opsgenie({"Message": json.dumps(ALARM)}) == ("Create alert", "ballast-PagesWaiting")


def test_what_the_pager_is_subscribed_to_is_pages_their_ends_and_alarms() -> None:
    [shown] = re.findall(r"""--attributes '(\{.+\})'""", PAGE)
    policy = json.loads(json.loads(shown)["FilterPolicy"])
    ticket = message((Severity.TICKET, State.OPEN))

    assert [matches(policy, dict(message(kind).attributes)) for kind in (OPENED, OVER, ANNOUNCED)] == [True] * 3
    assert not matches(policy, dict(ticket.attributes))
    assert matches(policy, {})  # an alarm has no attributes


@pytest.mark.parametrize("kind", [OPENED, OVER])
@pytest.mark.parametrize("refused", [True, False])
def test_amazon_q_developer_gets_its_schema(kind: tuple[Severity, State], *, refused: bool) -> None:
    body = json.loads(posted(message(kind, q_developer=True, refused=refused))["Message"])

    assert (body["version"], body["source"]) == ("1.0", "custom")
    assert body.keys() <= {"version", "source", "id", "content", "metadata"}
    assert body["content"].keys() <= {"textType", "title", "description", "nextSteps", "keywords"}
    assert body["content"]["description"]
    assert body["metadata"].keys() <= {
        "threadId", "summary", "eventType", "relatedResources", "additionalContext",
    }  # fmt: skip
    assert all(isinstance(each, str) for each in body["metadata"]["additionalContext"].values())
