"""What every test of an adapter may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws_stubs import Stubs, stubbed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    with stubbed(monkeypatch) as stubs:
        yield stubs
