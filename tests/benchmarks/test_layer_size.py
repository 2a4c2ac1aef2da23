from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import layer_size


def a_layer(folder: Path, **bytes_of: int) -> Path:
    for name, size in bytes_of.items():
        (folder / name).mkdir()
        (folder / name / "module.py").write_bytes(b"x" * size)
    return folder


def test_what_belongs_to_the_sdk_is_told_apart_by_its_distribution(tmp_path: Path) -> None:
    folder = a_layer(tmp_path, ballast=2_000_000, boto3=1_000_000, urllib3=1_000_000)
    (folder / "six.py").write_bytes(b"x" * 500_000)
    (folder / "python_dateutil-2.9.0.dist-info").mkdir()
    (folder / "python_dateutil-2.9.0.dist-info" / "METADATA").write_bytes(b"x" * 500_000)

    assert layer_size.sizes_mb(folder) == (5.0, 2.0)


def test_a_small_layer_is_fine_and_says_whether_boto3_is_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert layer_size.main([str(a_layer(tmp_path, ballast=1_000_000, botocore=30_000_000))]) == 0
    assert "31.0 MB; 1.0 MB without the AWS SDK" in (printed := capsys.readouterr().out)
    assert layer_size.NOT_BUNDLED in printed


def test_twenty_megabytes_of_our_own_are_too_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert layer_size.main([str(a_layer(tmp_path, boto3=1, ballast=20_000_000))]) == 1
    said = capsys.readouterr()
    assert layer_size.BUNDLED in said.out
    assert "20.0 MB" in said.err


def test_a_missing_layer_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert layer_size.main([str(tmp_path / "nowhere")]) == 1
    assert "make build" in capsys.readouterr().err
