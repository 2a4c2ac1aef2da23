"""One deployment for all of it. Only `make e2e` asks for these; a plain test run leaves them out."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

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
    def here(request: pytest.FixtureRequest) -> Iterator[Account]:
        shutil.rmtree(LOGS, ignore_errors=True)
        LOGS.mkdir(parents=True)
        in_place = any(item.path.stem == "test_in_place" for item in request.session.items)
        with account(LOGS, in_place=in_place) as found:
            yield found

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """What plays at the same time is waited for first, but for the rollout, which takes longest; what leaves is last."""
        items.sort(key=lambda item: order(item.path.stem))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
        """Stories play on clusters of their own: all of them begin with the first, and each is waited for."""
        if pyfuncitem.path.stem in ALONE:
            return None
        if not PLAYING:
            account = pyfuncitem.funcargs["here"]
            stories = [each for each in pyfuncitem.session.items if each.path.stem not in ALONE]
            for each in stories:
                assert isinstance(each, pytest.Function)
                PLAYING[each.nodeid] = playing(each.obj, account)
        PLAYING[pyfuncitem.nodeid].result()
        return True


ALONE = ("test_trouble", "test_zz_leaving")
LAST = ("test_trouble", "test_updates", "test_zz_leaving")
PLAYING: dict[str, Future[None]] = {}


def playing(story: Callable[[Any], None], account: Any) -> Future[None]:
    """In a thread that ends with the process, so that a run that is interrupted ends at once."""
    future: Future[None] = Future()

    def play() -> None:
        try:
            story(account)
            future.set_result(None)
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            future.set_exception(error)

    Thread(target=play, daemon=True).start()
    return future


def order(module: str) -> int:
    """When the stories of a module are waited for: 0 for those that are over soon."""
    return LAST.index(module) + 1 if module in LAST else 0
