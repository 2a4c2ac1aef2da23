"""Runs in .venv-e2e: the emulator, whose event bus also takes the events of AWS itself, as the world plays AWS.

PutEvents of `aws.*` sources is refused to everybody else, on AWS as here.
"""

from __future__ import annotations

import ctypes
import functools
import signal

from ministack.app import main  # type: ignore[import-not-found]  # of .venv-e2e
from ministack.services import eventbridge  # type: ignore[import-not-found]

PR_SET_PDEATHSIG = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # whoever started this may be killed
put_events = eventbridge._put_events
as_aws = functools.partial(put_events, allow_aws_source=True)
eventbridge._put_events = as_aws
for table in [value for value in vars(eventbridge).values() if isinstance(value, dict)]:
    for name, handler in list(table.items()):
        if handler is put_events:
            table[name] = as_aws
main()
