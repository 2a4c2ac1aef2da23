"""Shells complete the command: the scripts are those of its parsers, and each shell that is here completes with its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ballast_cli.completion import SHELLS
from ballast_cli.main import main
from tests.builders import ROOT
from tools.completion import script

FOLDER = ROOT / "cli" / "ballast_cli" / "completion"
BASH = """
source {script}
COMP_WORDS=({words}); COMP_CWORD={last}; COMP_LINE="{words}"; COMP_POINT=${{#COMP_LINE}}
_shtab_ballast ballast "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# A terminal of its own, in which somebody types and presses the tabulator.
ZSH = """
zmodload zsh/zpty; zpty shell zsh -f -i
zpty -w shell "PS1='' PS2=''; cd {folder}; fpath=({folder} \\$fpath); autoload -U compinit; compinit -u -D; print re''ady"
while zpty -r shell line && [[ $line != ready* ]]; do :; done
zpty -w -n shell "{words}"$'\\t\\t'
for _ in {{1..40}}; do sleep 0.1; while zpty -r -t shell line; do print -r -- "$line"; done; done
"""


def here(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"no {shell} is on the path, so nothing is completed in one")
    return found


def completed(shell: str, words: str, folder: Path) -> list[str]:
    path = FOLDER / SHELLS[shell]
    if shell == "bash":
        asked = ["--norc", "-c", BASH.format(script=path, words=words, last=words.count(" "))]
    elif shell == "fish":
        asked = ["--no-config", "-c", f"source {path}; complete -C '{words}'"]
    else:
        shutil.copy(path, folder)
        asked = ["-f", "-c", ZSH.format(folder=folder, words=words)]
    done = subprocess.run([here(shell), *asked], capture_output=True, text=True, check=True, cwd=folder, timeout=60)  # noqa: S603
    return [line.partition("\t")[0] for line in done.stdout.splitlines()]  # behind a tab fish explains


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts_are_those_of_the_parsers(shell: str) -> None:
    assert (FOLDER / SHELLS[shell]).read_text(encoding="utf-8") == script(shell, ROOT), "make docs writes it"


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out == (FOLDER / SHELLS[shell]).read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("ballast wh", "what-if", "status"),
        ("ballast status --w", "--watch", "--json"),
        ("ballast test --severity pa", "page", "ticket"),
        ("ballast what-if fl", "fleet.json", "other.txt"),
    ],
)
def test_a_shell_completes(shell: str, words: str, wanted: str, unwanted: str, tmp_path: Path) -> None:
    for name in ("fleet.json", "other.txt"):
        (tmp_path / name).touch()

    said = completed(shell, words, tmp_path)

    assert any(wanted.removeprefix(words.rpartition(" ")[2]) in word for word in said)
    assert not any(unwanted in word for word in said)


def test_another_shell_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["completion", "csh"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
