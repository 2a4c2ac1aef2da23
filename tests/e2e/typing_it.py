"""Whoever reads docs/first-hour.md and types it: a shell, samconfig.toml, and `make deploy` as far as the emulator takes it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

from tests.builders import ROOT
from tests.e2e import stack
from tests.e2e.account import go, made_for, shell_of, take
from tests.e2e.looking import Account

OVERRIDES = re.compile(r"^\[default\.deploy\.parameters\.parameter_overrides\]\n(?:[^\[\n].*\n)*", re.MULTILINE)
VALUE = re.compile(r'^(\w+) = "(.*?)"', re.MULTILINE)


class Typist:
    """Its folder has what the page takes for granted: the clone's samconfig.toml, the file with the token, `ballast`."""

    def __init__(self, here: Account) -> None:
        self.here = here
        self.room = here.logs / "clone"
        self.room.mkdir()
        self.config = self.room / "samconfig.toml"
        self.config.write_text((ROOT / "samconfig.toml").read_text())
        (self.room / "slack.json").write_text('{"bot_token": "xoxb-1"}')
        command = self.room / "ballast"
        command.write_text(
            f'#!/bin/sh\nPYTHONPATH={ROOT}/layers/shared:{ROOT}/cli exec {sys.executable} -m ballast_cli "$@"\n'
        )
        command.chmod(0o755)
        self.code = 0

    def type(self, command: str) -> str:
        """What the terminal shows; the exit code is kept, as a shell keeps it."""
        if shlex.split(command)[0] == "make":
            return self._make(command)
        path = f"{self.room}:{ROOT / '.venv-e2e' / 'bin'}:{os.environ['PATH']}"
        more = {"PATH": path, "AWS_ENDPOINT_URL": self.here.gateway.url, "COLUMNS": "84"}
        done = self._run(["bash", "-c", f"(exit {self.code}); {command}"], more)
        self.code = done.returncode
        return done.stdout

    def edit(self, table: str) -> None:
        """`table` takes the place of the one that the file has."""
        text, count = OVERRIDES.subn(table + "\n", self.config.read_text())
        assert count == 1, f"samconfig.toml has {count} tables of parameters"
        self.config.write_text(text)

    def _make(self, command: str) -> str:
        """Both parts of `make deploy` but the build, which is done: the emulator takes a template with less in it."""
        assert command == "make deploy", f"nobody here can type {command!r}"
        tools = {"PYTHONPATH": f"{ROOT}/layers/shared:{ROOT}/cli:{ROOT}"}
        asked = self._run([sys.executable, "-m", "tools.before_deploy", "default"], tools)
        self.code = asked.returncode
        if asked.returncode:
            return asked.stdout
        config = ["--config-file", str(self.config), "--config-env", "default"]
        stack.deploy(made_for(self.here, self.here.built), config, self.here.logs, shell_of(self.here))
        first = not self.here.parameters
        self.here.parameters = dict(VALUE.findall(OVERRIDES.findall(self.config.read_text())[0]))
        take(self.here, self.here.built, self.here.parameters)
        if first:
            go(self.here)
        return asked.stdout

    def _run(self, command: list[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - what the page says
            command,
            env={**shell_of(self.here), **more},
            cwd=self.room,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
