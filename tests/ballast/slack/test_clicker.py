"""Who pressed is answered at Slack's own hosts, to them alone, or not at all."""

from __future__ import annotations

import pytest

from ballast.slack.clicker import tell
from tests.notification_builders import FakeSlack


def test_it_is_seen_by_nobody_else_and_leaves_the_message_as_it_is(http: FakeSlack) -> None:
    tell("https://hooks.slack.com/actions/T1/2/abc", "Nothing was done.")

    [(_, body)] = http.calls
    assert body == {"text": "Nothing was done.", "response_type": "ephemeral", "replace_original": False}


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://hooks.slack.com/actions/T1/2/abc",
        "https://hooks.slack.com.example/actions",
        "https://hooks.slack.com@example.com/actions",
        "https://hooks.slack.com:8443/actions",
        "https://example.com/?https://hooks.slack.com/actions",
        "https://169.254.169.254/latest/meta-data",
        "https://hooks.slack.com/a b",
        "https://HOOKS.SLACK.COM/actions",
    ],
)
def test_no_other_place_is_ever_asked(http: FakeSlack, url: str | None) -> None:
    tell(url, "Nothing was done.")

    assert http.calls == []


@pytest.mark.parametrize("answer", [(404, {}, {}), (500, {}, {}), TimeoutError(), ConnectionResetError()])
def test_what_does_not_arrive_holds_up_nothing(http: FakeSlack, answer: object) -> None:
    http.answers.append(answer)  # type: ignore[arg-type]

    tell("https://hooks.slack.com/actions/T1/2/abc", "Nothing was done.")

    assert len(http.calls) == 1
