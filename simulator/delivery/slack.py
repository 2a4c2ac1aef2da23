"""What does a Slack workspace answer, and what do people see there?

Methods: https://docs.slack.dev/reference/methods/chat.postMessage and chat.update;
webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (append only);
limits: https://docs.slack.dev/apis/web-api/rate-limits (a message a second and channel, short bursts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from simulator.clock import Clock
from simulator.delivery.block_kit import problems
from simulator.delivery.faults import Dice
from simulator.delivery.throttling import Bucket

BURST = 3
UPDATES_PER_S = 50 / 60  # tier 3
TEXT_LIMIT = 40_000
ASIDE = "/actions/"  # the path of a response_url


@dataclass(frozen=True, slots=True)
class Look:
    """How a message looks from `at_s` on."""

    at_s: float
    text: str
    blocks: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class SlackMessage:
    """`looks` has one entry for the post and one for each edit."""

    channel: str
    ts: str
    thread_ts: str | None
    looks: list[Look]

    @property
    def text(self) -> str:
        return self.looks[-1].text

    @property
    def edits(self) -> int:
        return len(self.looks) - 1


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; webhooks answer with plain text."""

    status: int
    body: Mapping[str, Any] | str
    retry_after_s: int | None = None


@dataclass(slots=True)
class Workspace:
    """`refused` lists what Slack would not take, with its reason; without `limits` it takes as many as come."""

    clock: Clock
    dice: Dice
    limits: bool = True
    messages: list[SlackMessage] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # seen by nobody but who pressed a button
    rate_limited: int = 0
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    @property
    def is_down(self) -> bool:
        now_s = self.clock.now_s
        windows = self.dice.faults.slack_outages_s
        return any(start_s <= now_s < end_s for start_s, end_s in windows)

    def thread(self, ts: str) -> list[SlackMessage]:
        """The replies below the message with that ts."""
        return [message for message in self.messages if message.thread_ts == ts]

    def web_api(self, method: str, token: str, body: Mapping[str, Any]) -> Reply:
        """Answer a Web API call; Slack's errors are HTTP 200 with ok=false."""
        if not token.startswith("xoxb-"):
            return self._error("invalid_auth")
        channel = str(body.get("channel", ""))
        if not channel:
            return self._error("channel_not_found")
        if limited := self._limited(method, channel):
            return limited
        if reason := self._complaint(body):
            return self._error(*reason)
        match method:
            case "chat.postMessage":
                return self._post(channel, body)
            case "chat.update":
                return self._update(channel, body)
            case _:
                return self._error("unknown_method")

    def webhook(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Append to the channel of the webhook; there is nothing to edit afterwards."""
        if path.startswith(ASIDE):
            self.aside.append(str(body.get("text", "")))
            return Reply(200, "ok")
        if limited := self._limited("webhook", path):
            return limited
        if reason := self._complaint(body):
            self.refused.append(": ".join(reason))
            return Reply(400, reason[0])
        self._append(f"webhook:{path}", body)
        return Reply(200, "ok")

    def _post(self, channel: str, body: Mapping[str, Any]) -> Reply:
        thread = body.get("thread_ts")
        if thread is not None and self._find(channel, thread) is None:
            return self._error("thread_not_found")
        ts = self._append(channel, body)
        return Reply(200, {"ok": True, "channel": channel, "ts": ts, "message": {"ts": ts}})

    def _update(self, channel: str, body: Mapping[str, Any]) -> Reply:
        message = self._find(channel, str(body.get("ts", "")))
        if message is None:
            return self._error("message_not_found")
        message.looks.append(self._look(body))
        return Reply(200, {"ok": True, "channel": channel, "ts": message.ts, "text": message.text})

    def _append(self, channel: str, body: Mapping[str, Any]) -> str:
        epoch_s = self.clock.epoch.timestamp() + self.clock.now_s
        ts = f"{epoch_s:.0f}.{len(self.messages):06d}"
        self.messages.append(SlackMessage(channel, ts, body.get("thread_ts"), [self._look(body)]))
        return ts

    def _look(self, body: Mapping[str, Any]) -> Look:
        return Look(self.clock.now_s, str(body.get("text", "")), tuple(body.get("blocks") or ()))

    def _find(self, channel: str, ts: str) -> SlackMessage | None:
        found = (m for m in self.messages if (m.channel, m.ts) == (channel, ts))
        return next(found, None)

    def _complaint(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        text, blocks = body.get("text", ""), body.get("blocks") or []
        if not text and not blocks:
            return ("no_text",)
        if len(text) > TEXT_LIMIT:
            return ("msg_too_long",)
        found = problems(blocks)
        return ("invalid_blocks", *found) if found else ()

    def _limited(self, method: str, channel: str) -> Reply | None:
        if not self.limits:
            return None
        refill_per_s = UPDATES_PER_S if method == "chat.update" else 1.0
        kind = method if method == "chat.update" else "post"
        bucket = self._buckets.setdefault(f"{kind} {channel}", Bucket(BURST, refill_per_s, BURST))
        if bucket.take(self.clock.now_s):
            return None
        self.rate_limited += 1
        wait_s = ceil((1 - bucket.tokens) / refill_per_s)
        return Reply(429, {"ok": False, "error": "ratelimited"}, retry_after_s=wait_s)

    def _error(self, code: str, *details: str) -> Reply:
        self.refused.append(": ".join((code, *details)))
        return Reply(200, {"ok": False, "error": code, "response_metadata": {"messages": list(details)}})
