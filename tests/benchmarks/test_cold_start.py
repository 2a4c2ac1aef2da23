from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cold_start
from benchmarks.__main__ import main


def test_every_function_with_a_handler_is_measured(tmp_path: Path) -> None:
    for name in ("b", "a", "no_handler"):
        (tmp_path / "functions" / name).mkdir(parents=True)
    (tmp_path / "functions" / "a" / "handler.py").touch()
    (tmp_path / "functions" / "b" / "handler.py").touch()

    assert [f.name for f in cold_start.functions(tmp_path)] == ["a", "b"]


def test_each_side_imports_in_processes_of_its_own_and_the_first_round_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(
        "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass"
    )

    empty, busy = cold_start.in_turn(("pass", None), ("import handler", tmp_path), rounds=2)

    assert len(empty) == len(busy) == 2
    assert max(empty) < 0.05 <= min(busy)


def test_the_guilty_imports_are_those_beyond_the_sdk_slowest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cold_start, "BASELINE", "import json")
    (tmp_path / "handler.py").write_text("import json, slow, quick")
    (tmp_path / "quick.py").touch()
    (tmp_path / "slow.py").write_text(
        "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass"
    )

    names = [line.split()[-1] for line in cold_start.slowest_imports(tmp_path)]

    assert names[0] == "slow"
    assert {"quick", "handler"} < set(names)
    assert "json" not in names


def test_an_unknown_benchmark_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["sleeping"])
    assert "there is no benchmark sleeping" in capsys.readouterr().err
