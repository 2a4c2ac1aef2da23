"""What is remembered as long as the execution environment lives."""

from __future__ import annotations

import pytest

from ballast.aws import kept


def test_each_name_has_a_mapping_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_all", {})

    kept.kept("sizes")["m7i.large"] = 2

    assert kept.kept("sizes") == {"m7i.large": 2}
    assert kept.kept("prices") == {}
