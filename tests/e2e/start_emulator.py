"""Runs in .venv-e2e: the emulator, whose event bus also takes the events of AWS itself, as the world plays AWS.

PutEvents of `aws.*` sources is refused to everybody else, on AWS as here.
"""

from __future__ import annotations

import ctypes
import functools
import json
import re
import signal
import time
import zipfile
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock, Timer
from typing import Any
from zlib import crc32

from ministack.app import main  # type: ignore[import-not-found]  # of .venv-e2e
from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.core.concurrency import esm_wake  # type: ignore[import-not-found]
from ministack.services import cloudwatch_logs, eventbridge, lambda_svc, sqs  # type: ignore[import-not-found]

PR_SET_PDEATHSIG = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # whoever started this may be killed
put_events = eventbridge._put_events
as_aws = functools.partial(put_events, allow_aws_source=True)
eventbridge._put_events = as_aws
for table in [value for value in vars(eventbridge).values() if isinstance(value, dict)]:
    for name, handler in list(table.items()):
        if handler is put_events:
            table[name] = as_aws

UNPACKING = Lock()
LAYER = 100  # files; a function has fewer


class UnpackedOnce(zipfile.ZipFile):
    """A layer, of which each process of a function has thousands of files to unpack and compile: one copy for all of them."""

    copies: dict[int, Path] = {}  # noqa: RUF012 - of this process

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        if len(self.filelist) < LAYER or not self.filename:
            super().extractall(path, members, pwd)
            return
        name = crc32(Path(self.filename).read_bytes())
        with UNPACKING:
            if name not in self.copies:
                folder = Path(mkdtemp(prefix="layer-"))
                super().extractall(folder)
                self.copies[name] = folder
        Path(path).rmdir()
        Path(path).symlink_to(self.copies[name])


MOST_WINDOW_S = 0.5  # of the seconds that a batching window has, of which the emulator knows nothing
receive = sqs._receive_messages_for_esm


def receive_gathered(url: str, most: int) -> Any:
    """Nothing until the window of the first message is over, or a batch is full."""
    queue, now = sqs._queues[url], time.time()
    mappings = [each for *_, each in lambda_svc._iter_all_esms()]
    windows = [
        each["MaximumBatchingWindowInSeconds"]
        for each in mappings
        if each["EventSourceArn"] == queue["attributes"]["QueueArn"]
    ]
    window_s = min(max(windows, default=0), MOST_WINDOW_S)
    waited = [now - each["visible_at"] for each in list(queue["messages"]) if each["visible_at"] <= now]
    if window_s and waited and max(waited) < window_s and len(waited) < most:
        Timer(window_s, esm_wake.set).start()
        return []
    return receive(url, most)


CONDITION = re.compile(r'\(\$\.([\w.]+) = (?:\*|"([^"]*)")\)')  # a field that is there, or has this text
compile_pattern = cloudwatch_logs._compile_filter_pattern


def compile_of_json(pattern: str) -> Any:
    """Of patterns for JSON, those that join such conditions; the emulator lets each line match all of them."""
    wanted = CONDITION.findall(pattern)
    if pattern != f"{{ {' && '.join(found[0] for found in CONDITION.finditer(pattern))} }}":
        return compile_pattern(pattern)
    return lambda line: all(field(line, path) is not None and text in ("", field(line, path)) for path, text in wanted)


def field(line: str, path: str) -> Any:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


cloudwatch_logs._compile_filter_pattern = compile_of_json
sqs._receive_messages_for_esm = receive_gathered
lambda_runtime.zipfile.ZipFile = UnpackedOnce
main()
