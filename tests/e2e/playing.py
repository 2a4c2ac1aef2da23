"""An account and the stories that play there: all at once, or one after the other where each troubles a whole service."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import Any

import pytest

from tests.e2e.looking import Account

type Story = Callable[[Account], None]


class Stage:
    """Plays from the beginning, in threads that end with the process, so that a run that is interrupted ends at once."""

    def __init__(
        self, account: AbstractContextManager[Account], stories: Mapping[str, Story], *, at_once: bool
    ) -> None:
        self.opened: Future[Account] = Future()
        self.told: dict[str, Future[None]] = {name: Future() for name in stories}
        self._account, self._stories, self._at_once = account, stories, at_once
        self._over = Event()
        self._began_s = time.monotonic()
        # It lives as long as the account does: the emulator ends with the thread that started it.
        self._thread = Thread(target=self._open, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Removes what was made; a story that still plays is not waited for."""
        self._over.set()
        self._thread.join()

    def _open(self) -> None:
        try:
            with self._account as here:
                here.note("until it was deployed", time.monotonic() - self._began_s)
                self.opened.set_result(here)
                self._play(here)
                self._over.wait()
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            waiting: tuple[Future[Any], ...] = (self.opened, *self.told.values())
            for future in waiting:
                if not future.done():
                    future.set_exception(error)

    def _play(self, here: Account) -> None:
        chains = [[name] for name in self._stories] if self._at_once else [list(self._stories)]
        for chain in chains:
            Thread(target=self._tell, args=(here, chain), daemon=True).start()

    def _tell(self, here: Account, chain: list[str]) -> None:
        failed = ""
        for name in chain:
            if self._over.is_set():
                return
            try:
                if failed:
                    pytest.skip(f"It comes after {failed}, which failed.")
                self._stories[name](here)
                self.told[name].set_result(None)
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                self.told[name].set_exception(error)
                if not isinstance(error, pytest.skip.Exception):
                    failed = name
            here.note(f"since the beginning: {name.rpartition('::')[2]} is over", time.monotonic() - self._began_s)
