"""A Slack stand-in on loopback: a proxy that answers CONNECT for Slack's hosts itself, with a certificate of its own.

`Workspace` says what Slack answers; here it can be slow, down, or refuse single messages.
https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

from simulator.clock import Clock
from simulator.delivery.faults import NO_FAULTS, Dice
from simulator.delivery.slack import Reply, Workspace
from simulator.serve.loopback import Loopback

HOSTS = ("slack.com", "hooks.slack.com")


@dataclass
class SlackStandIn(Loopback):
    """A proxy at `url`. `answers` come before the workspace's own, one a request.

    A message with a word of `refused` gets that error.
    """

    clock: Clock
    certificate: Path
    key: Path
    slow_s: float = 0.0
    answers: list[Reply] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.clock, Dice(Random(1), NO_FAULTS))
        self._lock = Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        stand_in = self

        class Handler(_Handler):
            tls = context
            slack = stand_in

        self.listen(Handler)

    def reply(self, path: str, token: str, body: Mapping[str, Any]) -> Reply:
        time.sleep(self.slow_s)
        with self._lock:
            self.asked.append((path, str(body.get("text", ""))))
            if self.answers:
                return self.answers.pop(0)
            text = json.dumps(body)
            for word, code in self.refused.items():
                if word in text:
                    return Reply(200, {"ok": False, "error": code})
            if path.startswith("/api/"):
                return self.workspace.web_api(path.removeprefix("/api/"), token, body)
            return self.workspace.webhook(path, body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tls: ssl.SSLContext
    slack: SlackStandIn

    def log_message(self, *_: object) -> None:
        """What was asked is in `asked`."""

    def do_CONNECT(self) -> None:
        if self.path.partition(":")[0] not in HOSTS:
            self.send_error(403, "Only Slack is here")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.connection = self.request = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        """The socket of TLS is ours to close, as the server knows the one below only."""
        super().finish()
        self.connection.close()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        reply = self.slack.reply(self.path, token, json.loads(raw))
        plain = isinstance(reply.body, str)
        content = (str(reply.body) if plain else json.dumps(reply.body)).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/plain" if plain else "application/json; charset=utf-8")
        if reply.retry_after_s is not None:
            self.send_header("Retry-After", str(reply.retry_after_s))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
