"""The border of Slack: its answers are one of three errors or a place, its secret is one or an error that quotes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.errors import RateLimitedError, SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish.slack_steps import Posted
from ballast.slack.answers import RETRY_AFTER_MOST_S, raise_for
from ballast.slack.bot import _posted, _told
from ballast.slack.secret import SlackSecret
from tests.fuzz.junk import anything, outcome, texts

STATUSES = st.sampled_from([200, 400, 403, 429, 500, 503]) | st.integers(0, 999)
OUTCOMES = (RateLimitedError, TransientError, SlackRefusedError)
CODES = st.sampled_from(["ratelimited", "internal_error", "channel_not_found", "invalid_blocks", "<html>"]) | texts


@given(STATUSES, CODES, st.dictionaries(st.sampled_from(["Retry-After", "retry-after", "X"]), texts | anything))
def test_an_answer_is_one_of_three_errors(status: int, code: str, headers: dict[str, Any]) -> None:
    is_told(status, code, headers)


def is_told(status: int, code: str, headers: Mapping[str, Any]) -> None:
    with pytest.raises(OUTCOMES) as caught:
        raise_for(status, code, headers)
    assert str(caught.value).isprintable()
    assert 0 <= getattr(caught.value, "retry_after_s", 0) <= RETRY_AFTER_MOST_S


@given(st.dictionaries(st.sampled_from(["status", "error", "headers", "channel", "ts", "ok", "data"]), anything))
def test_an_answer_of_any_shape_tells_where_a_message_stands_or_does_not(answer: dict[str, Any]) -> None:
    posted = _posted(answer)
    status, code, headers = _told(answer)

    assert posted is None or (isinstance(posted, Posted) and posted.channel.isprintable() and posted.ts.isprintable())
    is_told(status, code, headers)


SECRETS = (
    texts
    | anything.map(json.dumps)
    | st.dictionaries(st.sampled_from(["bot_token", "webhook_url"]), anything).map(json.dumps)
    | texts.map(lambda text: f"xoxb-hunter2{text}")
    | texts.map(lambda text: f"https://hooks.slack.com/services/hunter2{text}")
    | texts.map(lambda text: json.dumps({"bot_token": f"xoxb-hunter2{text}"}))
)


@given(SECRETS)
def test_a_secret_is_what_a_client_takes_or_an_error_that_quotes_nothing_of_it(text: str) -> None:
    secret = SlackSecret("arn")
    found, why = outcome(lambda: secret._checked(text), SecretUnreadableError)

    assert "hunter2" not in why
    assert why.isprintable()
    assert found is None or (found.isascii() and found.isprintable() and " " not in found)
