"""Notices, service events and the outside world of publish_notification, with defaults for everything."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from ballast.errors import TransientError
from ballast.facts.task import ServiceCounts
from ballast.publish.email import TopicMessage
from ballast.publish.wording import Pages
from ballast.words.notice import DETAIL_TYPE, SOURCE, Link, Notice, Severity

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REGION = "eu-central-1"
RUNBOOK = "https://wiki.example.com/ballast"
PAGES = Pages(REGION, RUNBOOK)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def a_notice(
    code: str = "DrainStarted",
    severity: Severity = Severity.INFO,
    *,
    instance: str | None = "i-0123456789abcdef0",
    cluster: str = "prod",
    reason: str = "spot_interruption",
    incident: str | None = None,
    started_at: datetime = NOW,
    at: datetime | None = None,
    what: str | None = None,
    plan: tuple[str, ...] = (),
    closes: bool = False,
    dry_run: bool = False,
    repeat: int = 0,
    title: str = "",
) -> Notice:
    return Notice(
        code=code,
        severity=severity,
        cluster=cluster,
        instance=instance,
        reason=reason,
        incident=incident or f"{cluster}/{instance}/{reason}",
        incident_started_at=started_at,
        at=at or started_at,
        what=what or f"{instance} is set to DRAINING: 4 tasks to move.",
        why="EC2 takes this Spot Instance back at 09:02.",
        impact="ECS starts replacements elsewhere and places nothing new on it.",
        next="EC2 terminates it whatever we do.",
        plan=plan,
        links=(
            Link(
                "Instance",
                f"https://{REGION}.console.aws.amazon.com/ec2/home?region={REGION}#InstanceDetails:instanceId={instance}",
            ),
        ),
        closes_incident=closes,
        dry_run=dry_run,
        repeat=repeat,
        title=title,
        about=instance or "",
    )


def instance(number: int) -> str:
    return f"i-{number:017x}"


def storm(number: int, **changes: Any) -> list[Notice]:
    return [a_notice(instance=instance(each), **changes) for each in range(number)]


def progress(number: int, *, at: datetime | None = None, what: str | None = None, title: str = "") -> Notice:
    """The rollout of a cluster moves on, once a minute."""
    return a_notice(
        "BottlerocketRolloutProgress",
        instance=None,
        reason="bottlerocket_rollout",
        at=at or NOW + seconds(60 * number),
        what=what or f"Bottlerocket {'▰' * number}{'▱' * (10 - number)} {3 * number} of 30 on 1.64.0: wave 1.",
        repeat=number,
        title=title,
    )


def notice_event(notice: Notice) -> dict[str, Any]:
    return {"source": SOURCE, "detail-type": DETAIL_TYPE, "detail": notice.to_detail()}


SWEEP = {
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "time": "2026-11-23T09:00:00Z",
    "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sweep"],
    "detail": {},
}


def service_event(
    name: str,
    *,
    at: datetime = NOW,
    cluster: str = "prod",
    service: str = "web",
    reason: str = "RESOURCE:MEMORY",
    detail_type: str = "ECS Service Action",
) -> dict[str, Any]:
    arn = "arn:aws:ecs:eu-central-1:123456789012"
    detail = {"eventType": "ERROR", "eventName": name, "reason": reason}
    if detail_type == "ECS Service Action":
        detail["clusterArn"] = f"{arn}:cluster/{cluster}"
    return {
        "source": "aws.ecs",
        "detail-type": detail_type,
        "time": at.isoformat().replace("+00:00", "Z"),
        "resources": [f"{arn}:service/{cluster}/{service}"],
        "detail": detail,
    }


@dataclass
class FakeTopic:
    """Keeps what was published; `down` makes it refuse."""

    messages: list[TopicMessage] = field(default_factory=list)
    down: bool = False

    def publish(self, message: TopicMessage) -> None:
        if self.down:
            raise TransientError("SNS is down.")
        self.messages.append(message)

    @property
    def structured(self) -> list[dict[str, Any]]:
        return [json.loads(json.loads(message.body)["sqs"]) for message in self.messages]


WAKE_UP = {"source": "ballast", "detail-type": "Ballast Wake", "time": "2026-11-23T09:00:00Z", "detail": {}}


@dataclass
class FakeWakeUps:
    """Keeps after how many seconds the function wants to be woken."""

    delays_s: list[int] = field(default_factory=list)

    def send(self, delay_s: int, at: datetime) -> None:  # noqa: ARG002 - of the protocol
        self.delays_s.append(delay_s)


@dataclass
class FakeServices:
    by_name: dict[str, ServiceCounts] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def counts(self, cluster: str, services: Any) -> dict[str, ServiceCounts]:
        assert cluster in FakeRegistry().clusters()
        self.asked.append(tuple(services))
        return self.by_name


class FakeRegistry:
    def clusters(self) -> dict[str, object]:
        return {"prod": object(), "staging": object()}


@dataclass
class FakeSlack:
    """Slack behind slack_sdk's HTTP boundary (urlopen): keeps channels, or answers what `answers` holds first."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any], dict[str, str]] | OSError | HTTPException] = field(default_factory=list)
    posted: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request, **_: Any) -> Any:
        method = request.full_url.removeprefix("https://slack.com/api/")
        assert isinstance(request.data, bytes)
        body = json.loads(request.data)
        self.calls.append((method, body))
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, OSError | HTTPException):
                raise answer
            return _respond(request.full_url, *answer)
        if method.startswith("https://hooks.slack.com/"):
            return _respond(request.full_url, 200, "ok", {})
        if method == "chat.update":
            if body["ts"] not in self.posted:
                return _respond(request.full_url, 200, _error("message_not_found"), {})
            self.posted[body["ts"]] = body
        elif "thread_ts" in body:
            self.replies.append(body)
        else:
            self.posted[f"1.{len(self.calls):04}"] = body
        ts = f"1.{len(self.calls):04}"
        return _respond(request.full_url, 200, {"ok": True, "channel": "C1", "ts": ts}, {})

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


def _error(code: str) -> dict[str, Any]:
    return {"ok": False, "error": code}


def _respond(url: str, status: int, body: Any, headers: dict[str, str]) -> Any:
    data = io.BytesIO((body if isinstance(body, str) else json.dumps(body)).encode())
    fields = Message()
    for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
        fields[name] = value
    if status != 200:
        raise HTTPError(url, status, "no", fields, data)
    return _Response(status, fields, data)


@dataclass
class _Response:
    code: int
    headers: Message
    body: io.BytesIO

    @property
    def status(self) -> int:
        return self.code

    def read(self) -> bytes:
        return self.body.read()
