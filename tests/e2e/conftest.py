"""One deployment for all of it. Only `make e2e` asks for these; a plain test run leaves them out."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import ROOT

LOGS = Path(os.environ.get("BALLAST_E2E_LOGS", ROOT / ".aws-sam" / "e2e")).resolve()
collect_ignore_glob = [] if os.environ.get("BALLAST_E2E") else ["test_*.py"]

if os.environ.get("BALLAST_E2E"):
    from tests.e2e.account import account
    from tests.e2e.looking import Account

    def _end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, _end)  # so that all that was started is stopped

    @pytest.fixture(scope="session")
    def here() -> Iterator[Account]:
        shutil.rmtree(LOGS, ignore_errors=True)
        LOGS.mkdir(parents=True)
        with account(LOGS) as found:
            yield found
