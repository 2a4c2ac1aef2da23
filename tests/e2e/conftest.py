"""Three deployments for all of it. Only `make e2e` asks for these; a plain test run leaves them out."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ROOT

LOGS = Path(os.environ.get("BALLAST_E2E_LOGS", ROOT / ".aws-sam" / "e2e")).resolve()
collect_ignore_glob = [] if os.environ.get("BALLAST_E2E") else ["test_*.py"]
# The stories of `alone` in the order in which they play; those of `here` play at once, but for what leaves.
ORDER = ("test_in_place", "test_malformed", "test_trouble", "test_setting_aside", "test_zz_leaving")

if os.environ.get("BALLAST_E2E"):
    from tests.e2e.account import KINDS, account
    from tests.e2e.looking import Account
    from tests.e2e.playing import Stage

    def _end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, _end)  # so that all that was started is stopped

    @pytest.fixture(scope="session")
    def stages(request: pytest.FixtureRequest) -> Iterator[dict[str, Stage]]:
        """All accounts at the same time, but for those whose stories nobody asks for."""
        shutil.rmtree(LOGS, ignore_errors=True)
        found = {}
        for name, kind in KINDS.items():
            items = [item for item in request.session.items if plays_on(item) == name]
            if items:
                logs = LOGS / name
                logs.mkdir(parents=True)
                stories = {
                    each.nodeid: each.obj for each in items if isinstance(each, pytest.Function) and not is_last(each)
                }
                in_place = any(item.path.stem == "test_in_place" for item in items)
                found[name] = Stage(account(logs, kind, in_place=in_place), stories, at_once=kind.at_once)
        yield found
        for stage in found.values():
            stage.close()

    @pytest.fixture(scope="session")
    def here(stages: dict[str, Stage]) -> Account:
        """Where stories on clusters of their own play at once."""
        return stages["here"].opened.result()

    @pytest.fixture(scope="session")
    def alone(stages: dict[str, Stage]) -> Account:
        """Where one story plays after the other."""
        return stages["alone"].opened.result()

    @pytest.fixture(scope="session")
    def first(stages: dict[str, Stage]) -> Account:
        """Where nothing is deployed yet."""
        return stages["first"].opened.result()

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        items.sort(key=order)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
        """All stories begin with the first, and each is waited for."""
        if is_last(pyfuncitem):
            return None
        stages: Any = pyfuncitem.funcargs["stages"]
        stages[plays_on(pyfuncitem)].told[pyfuncitem.nodeid].result()
        return True

    def plays_on(item: pytest.Item) -> str:
        return next(name for name in KINDS if name in item.fixturenames)  # type: ignore[attr-defined]  # a Function

    def is_last(item: pytest.Item) -> bool:
        """What leaves is played by pytest itself, after all else."""
        return item.path.stem == "test_zz_leaving"

    def order(item: pytest.Item) -> int:
        """When it is waited for: 0 for the stories that play at once."""
        return ORDER.index(item.path.stem) + 1 if item.path.stem in ORDER else 0
