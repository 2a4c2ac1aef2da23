"""`ballast doctor` on an account on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ballast_cli.main import main
from tests.cli.doctor.account import Account, asked


@dataclass(frozen=True)
class Told:
    """What came of one run with --json."""

    code: int
    document: dict[str, Any]

    def of(self, check: str) -> list[tuple[str, str, str | None, str | None]]:
        """What a check found: severity, sentence, place and command, without that it is fine."""
        found = (each for each in self.document["findings"] if each["check"] == check and each["severity"] != "fine")
        return [(each["severity"], each["says"], each["where"], each["mend"]) for each in found]

    def one(self, check: str) -> tuple[str, str, str | None, str | None]:
        [found] = self.of(check)
        return found

    @property
    def fine(self) -> list[str]:
        return [each["check"] for each in self.document["findings"] if each["severity"] == "fine"]


type Doctor = Callable[..., Told]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    def run(account: Account, *arguments: str, credentials: bool = True) -> Told:
        with asked(account, monkeypatch, credentials=credentials):
            code = main(["doctor", "--json", *arguments])
        return Told(code, json.loads(capsys.readouterr().out))

    return run
