"""How does slack_sdk reach the fake workspace? At `urlopen`, below all of the SDK's own request building and errors."""

from __future__ import annotations

import json
from email.message import Message
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlparse
from urllib.request import Request, urlopen
from urllib.response import addinfourl

import slack_sdk.web.base_client
import slack_sdk.webhook.client

from simulator.delivery.execution import current
from simulator.delivery.slack import Reply, Workspace

LATENCY_S = (0.08, 0.3)
TIMEOUT_SHARE = 0.5  # of the failures; the others are HTTP 503
CLIENTS = (slack_sdk.web.base_client, slack_sdk.webhook.client)
DOWN = Reply(503, "service unavailable")


class _Bridge:
    """Stands in for `urlopen` in both clients while a workspace is set."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None

    def open(self, workspace: Workspace) -> None:
        self._workspace = workspace
        for client in CLIENTS:
            setattr(client, "urlopen", self._urlopen)  # noqa: B010 - mypy takes it for private

    def close(self) -> None:
        self._workspace = None
        for client in CLIENTS:
            setattr(client, "urlopen", urlopen)  # noqa: B010 - as above

    def _urlopen(self, request: Request, *, timeout: float = 30, **_: Any) -> addinfourl:
        if self._workspace is None:
            raise URLError("The deployment has ended.")
        return _answer(self._workspace, request, timeout)


def _answer(workspace: Workspace, request: Request, timeout_s: float) -> addinfourl:
    _check(request)
    dice, execution = workspace.dice, current()
    if execution is not None:
        execution.sleep(dice.between(LATENCY_S))
    if workspace.is_down or dice.hits(dice.faults.slack_error):
        if dice.rng.random() < TIMEOUT_SHARE:
            if execution is not None:
                execution.sleep(timeout_s)
            raise TimeoutError("The read operation timed out")
        return _http(request.full_url, DOWN)
    return _http(request.full_url, _ask(workspace, request))


def _check(request: Request) -> None:
    """What http.client itself says before anything is sent: it refuses, and quotes, a line break or a blank."""
    connection = HTTPConnection(request.host)
    connection.putrequest(request.get_method(), request.selector)
    for name, value in request.header_items():
        connection.putheader(name, value)


def _ask(workspace: Workspace, request: Request) -> Reply:
    url = urlparse(request.full_url)
    body = _body(request)
    if url.hostname != "slack.com":
        return workspace.webhook(url.path, body)
    token = str(request.get_header("Authorization", "")).removeprefix("Bearer ")
    return workspace.web_api(url.path.rpartition("/")[2], token, body)


def _body(request: Request) -> dict[str, Any]:
    raw = request.data if isinstance(request.data, bytes) else b""
    if "json" in str(request.get_header("Content-type")):
        return dict(json.loads(raw))
    form: dict[str, Any] = dict(parse_qsl(raw.decode()))
    if "blocks" in form:
        form["blocks"] = json.loads(form["blocks"])
    return form


def _http(url: str, reply: Reply) -> addinfourl:
    headers = Message()
    plain = isinstance(reply.body, str)
    headers["Content-Type"] = "text/plain" if plain else "application/json; charset=utf-8"
    if reply.retry_after_s is not None:
        headers["Retry-After"] = str(reply.retry_after_s)
    content = BytesIO((str(reply.body) if plain else json.dumps(reply.body)).encode())
    if reply.status >= 400:
        raise HTTPError(url, reply.status, "refused", headers, content)
    return addinfourl(content, headers, url, reply.status)


bridge = _Bridge()
