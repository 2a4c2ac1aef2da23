"""A command that fails, as whoever types it sees it."""

from __future__ import annotations

import pytest

from ballast_cli.main import main


def exit_code(*arguments: str) -> int:
    """Of the command, whether it answers or exits."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code, and the one sentence."""
    code = exit_code(*arguments)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n")
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    return code, said.err
