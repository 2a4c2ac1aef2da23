"""What the Internet may send, and the one thing that becomes of what Slack has signed: a message on a queue."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast import clock
from ballast.errors import SecretUnreadableError, TransientError
from ballast.shell.answer_slack import BODY_MOST, AnswerRuntime
from simulator.delivery.function_url import Request, payload
from simulator.delivery.pressing import signed
from tests.fuzz.junk import spoilt
from tests.notification_builders import NOW

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
BODY = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
SIGNED = signed(BODY, SECRET, NOW.timestamp())


@dataclass
class Outside:
    """The secret and the queue."""

    trouble: Exception | None = None
    busy: Exception | None = None
    asked: int = 0
    sent: list[str] = field(default_factory=list)

    def signing_secret(self) -> str:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return SECRET

    def send(self, body: str) -> None:
        if self.busy:
            raise self.busy
        self.sent.append(body)

    def ask(self, event: Any) -> int:
        answer = AnswerRuntime(self, self).handle(event)  # type: ignore[arg-type]  # in their places
        assert answer["body"] == ""
        return int(answer["statusCode"])


@pytest.fixture(autouse=True, scope="module")
def now() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: NOW)
        yield


@pytest.mark.parametrize("encoded", [True, False])
def test_what_slack_has_signed_is_handed_on_as_it_came(*, encoded: bool) -> None:
    outside = Outside()
    event = payload(SIGNED) | ({} if encoded else {"body": BODY.decode(), "isBase64Encoded": False})

    assert outside.ask(event) == 200
    assert outside.sent == [BODY.decode()]


def with_header(name: str, value: str) -> Request:
    """In the place of the one of that name."""
    return Request(BODY, [*((n, v) for n, v in SIGNED.headers if n != name), (name, value)])


LARGE = b"payload=" + b"a" * BODY_MOST


@pytest.mark.parametrize(
    ("request_", "status", "asked"),
    [
        (Request(BODY, SIGNED.headers, "GET"), 400, 0),
        (Request(b"", SIGNED.headers), 400, 0),
        (signed(LARGE, SECRET, NOW.timestamp()), 400, 0),
        (with_header("Content-Type", "application/json"), 400, 0),
        (with_header("Content-Type", ""), 400, 0),
        (Request(BODY, ()), 400, 0),
        (Request(BODY, SIGNED.headers[:1]), 401, 1),
        (Request(BODY, [*SIGNED.headers, *SIGNED.headers[1:]]), 401, 1),
        (Request(BODY + b"&x=1", SIGNED.headers), 401, 1),
        (signed(BODY, SECRET[::-1], NOW.timestamp()), 401, 1),
        (signed(BODY, SECRET, NOW.timestamp() - 301), 401, 1),
        (signed("payload=é".encode(), SECRET, NOW.timestamp()), 401, 1),
        (signed(b"payload=\xff", SECRET, NOW.timestamp()), 401, 1),
    ],
)
def test_anything_else_is_refused_without_a_word_and_what_is_no_form_without_asking_for_the_secret(
    request_: Request, status: int, asked: int
) -> None:
    outside = Outside()

    assert outside.ask(payload(request_)) == status
    assert (outside.sent, outside.asked) == ([], asked)


@pytest.mark.parametrize("body", ["%%%", "YQ", "YQ==\n", "é", "\ud800", None, 7, ["a"], b64encode(LARGE * 2).decode()])
def test_a_body_that_is_no_base64_or_too_large_is_refused(body: object) -> None:
    assert Outside().ask(payload(SIGNED) | {"body": body}) == 400


@pytest.mark.parametrize("event", [{}, {"headers": None}, {"headers": {}, "requestContext": {}}])
def test_a_request_without_headers_or_context_is_refused(event: dict[str, Any]) -> None:
    assert Outside().ask(event) == 400


@pytest.mark.parametrize(
    "outside",
    [
        Outside(trouble=SecretUnreadableError("no signing_secret")),
        Outside(trouble=TransientError("busy")),
        Outside(busy=TransientError("busy")),
    ],
)
def test_what_cannot_be_taken_is_not_acknowledged_so_that_who_pressed_sees_it(outside: Outside) -> None:
    assert outside.ask(payload(SIGNED)) == 503
    assert outside.sent == []


@given(spoilt({"headers": payload(SIGNED)["headers"], "body": payload(SIGNED)["body"]}))
def test_no_mutation_of_a_signed_request_brings_anything_else_onto_the_queue(changes: dict[str, Any]) -> None:
    """Lambda hands over texts only."""
    outside = Outside()
    headers = (
        {k: v for k, v in (changes.get("headers") or {}).items() if isinstance(v, str)}
        if isinstance(changes.get("headers"), dict)
        else {}
    )

    status = outside.ask(payload(SIGNED) | {"headers": headers, "body": changes.get("body")})

    assert status in (200, 400, 401)
    assert outside.sent == ([BODY.decode()] if status == 200 else [])


@given(st.binary(max_size=80))
def test_no_other_body_passes(body: bytes) -> None:
    outside = Outside()

    assert outside.ask(payload(Request(body, SIGNED.headers))) in (400, 401)
    assert outside.sent == []


def test_the_log_says_nothing_of_what_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    Outside().ask(payload(with_header("X-Slack-Signature", "v0=planted")))
    Outside(busy=TransientError("busy")).ask(payload(SIGNED))

    written = "".join(capsys.readouterr())
    assert not any(word in written for word in ("planted", "block_actions", SECRET, json.dumps(SIGNED.headers[2][1])))
