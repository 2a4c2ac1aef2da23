"""What the other channel says when Slack is out of reach: once a day for each cause and secret."""

from __future__ import annotations

from datetime import timedelta

from ballast.words.notice import EVERY_CLUSTER, Severity
from ballast.words.slack_down import slack_refused, slack_secret_missing
from tests.builders import NOW

REGION = "eu-central-1"
MISSING = slack_secret_missing("slack", "The secret is empty.", NOW, REGION)
REFUSED = slack_refused("slack", "invalid_auth", NOW, REGION)


def test_both_are_tickets_about_all_clusters_with_a_link_to_the_secret() -> None:
    for notice in (MISSING, REFUSED):
        assert (notice.severity, notice.cluster, notice.reason) == (Severity.TICKET, EVERY_CLUSTER, "slack_unavailable")
        assert all(text.endswith(".") for text in (notice.what, notice.why, notice.impact, notice.next))
        assert [link.text for link in notice.links] == ["Secret"]
    assert (MISSING.code, REFUSED.code) == ("SlackSecretMissing", "SlackRefused")


def test_what_lasts_is_told_once_a_day() -> None:
    assert MISSING.id == "slack/SlackSecretMissing/slack/2026-11-23/SlackSecretMissing"
    assert slack_refused("slack", "x", NOW + timedelta(hours=14), REGION).id == REFUSED.id
    assert slack_refused("slack", "x", NOW + timedelta(hours=15), REGION).id != REFUSED.id
