"""One HTTP server for all that functions ask of AWS: the world answers for its services, the emulator for the others."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from simulator.serve.loopback import Loopback
from simulator.serve.running import Running
from simulator.serve.trouble import ResetConnectionError, Trouble
from simulator.serve.wire import Answer, Asked, Request, asked_by
from simulator.world.core.errors import AwsError
from simulator.world.world import OPERATIONS

PREFIX = "/by/"  # …/by/DrainInstance/ is who calls
HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
LINGER_OFF = struct.pack("ii", 1, 0)  # what is closed so is reset

type Judge = Callable[[str, str, str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call as it was asked; `caller` is the logical id of the function, "" for anybody else."""

    at: float
    caller: str
    service: str
    operation: str
    params: Mapping[str, Any]
    outcome: str


class Gateway(Loopback):
    """Serves from the beginning; `judge` may refuse what a function asks by raising AwsError."""

    def __init__(self, running: Running, port: int = 0, *, emulator: str = "", judge: Judge | None = None) -> None:
        self.running = running
        self.emulator = emulator
        self.judge = judge
        self.trouble = Trouble()
        self.calls: list[Recorded] = []
        gateway = self

        class Handler(_Handler):
            answer = staticmethod(gateway.answer)

        self.listen(Handler, port)

    def answer(self, request: Request, caller: str) -> Answer:
        """Raises ResetConnectionError where no answer shall come."""
        if not request.service:
            return Answer(403, {}, b"Nobody has signed this.")
        try:
            asked = asked_by(request)
        except Exception as error:  # noqa: BLE001 - whatever cannot be read is said to who sent it
            return Answer(400, {}, f"This request cannot be read: {error!r}".encode())
        outcome = "ok"
        try:
            if caller:
                self.trouble.meet(asked.service)
                if self.judge is not None:
                    self.judge(caller, asked.service, asked.operation, asked.params)
            if asked.service not in OPERATIONS:
                reply = self._forward(request)
                outcome = "ok" if reply.status < 400 else f"{reply.status}"
                return reply
            return asked.answered(self._ask_world(asked, caller))
        except AwsError as error:
            outcome = error.code
            return asked.refused(error)
        except NotImplementedError as error:
            outcome = f"not known: {error}"
            return asked.refused(AwsError("InvalidAction", str(error)))
        except ResetConnectionError:
            outcome = "reset"
            raise
        finally:
            made = Recorded(time.time(), caller, asked.service, asked.operation, asked.params, outcome)
            self.calls.append(made)

    def _ask_world(self, asked: Asked, caller: str) -> dict[str, Any]:
        with self.running.still() as world:
            actor = "ballast" if caller else "operator"
            return world.handle(asked.service, asked.operation, asked.params, actor=actor)

    def _forward(self, request: Request) -> Answer:
        if not self.emulator:
            raise NotImplementedError("no emulator stands behind this world; name one with --emulator")
        connection = HTTPConnection(urlsplit(self.emulator).netloc, timeout=60)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(request.method, request.path, request.body, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
            return Answer(response.status, kept, response.read())
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Callable[[Request, str], Answer]

    def log_message(self, *_: object) -> None:
        """Calls are recorded; the terminal has nothing of it."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        caller, path = "", self.path
        if path.startswith(PREFIX):
            caller, _, rest = path.removeprefix(PREFIX).partition("/")
            path = f"/{rest}"
        try:
            answer = self.answer(Request(self.command, path, dict(self.headers.items()), body), caller)
        except ResetConnectionError:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_OFF)
            self.connection.close()
            self.close_connection = True
            return
        except Exception as error:  # noqa: BLE001 - a fault of the world is an answer too, and stands in the log
            self.log_error("%r", error)
            answer = Answer(500, {}, json.dumps({"message": repr(error)}).encode())
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _do  # noqa: N815 - names of http.server
