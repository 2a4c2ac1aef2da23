"""`ballast dump` and `ballast what-if` from the command line: exit codes, one sentence for what is wrong, one document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ballast_cli.dump.reading import dump_of as read
from ballast_cli.dump.writing import text_of
from ballast_cli.what_if import command
from ballast_cli.what_if.deployed import NotInstalledError, template
from tests.builders import ROOT
from tests.cli.failing import exit_code
from tests.cli.what_if.fleets import ON, dumped, small_mixed, staged


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.json"
    path.write_text(text_of(dumped(small_mixed, **ON)))
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = exit_code(*arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_file_is_answered_in_text_and_as_one_document(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, err = told(capsys, "what-if", str(fleet))
    assert (code, err) == (0, "")
    assert text.startswith("shop in us-east-1 as of")

    code, document, err = told(capsys, "what-if", str(fleet), "--json")
    assert (code, err) == (0, "")
    assert json.loads(document)["cost"]["now"] > json.loads(document)["cost"]["bound"]


def test_two_policies_are_one_document_with_two_answers(
    fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('Rebalance = "off"')
    both = [part for name in ("a.toml", "b.toml") for part in ("--policy", str(tmp_path / name))]

    code, document, _ = told(capsys, "what-if", str(fleet), *both, "--json")

    assert code == 0
    assert [each["policy"] for each in json.loads(document)["answers"]] == ["a.toml", "b.toml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name either a file that `ballast dump` wrote, or a cluster with --cluster."),
        (["nope.json"], "nope.json cannot be read: No such file or directory."),
        (["FLEET", "--days", "-2"], "--days -2 is no number of days above 0 and up to 30."),
        (["FLEET", "--event", "az:mars"], "shop has no zone mars; it has eu-central-1a, eu-central-1b, eu-central-1c."),
        (["FLEET", "--event", "spot:i-0"], "i-0 is not in the dump of shop."),
        (["FLEET", "--release", "1.0.0"], "--release 1.0.0 is not newer than 1.62.1, which runs in shop already."),
        (["FLEET", "--policy", "nope.toml"], "nope.toml cannot be read: No such file or directory."),
        (["FLEET", "--cluster", "shop"], "name either a file that `ballast dump` wrote, or a cluster with --cluster."),
        (["FLEET", "--evnt", "x"], "ballast: unrecognized arguments: --evnt x; --help tells more"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_sentence(
    fleet: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = told(capsys, "what-if", *(str(fleet) if each == "FLEET" else each for each in arguments))

    assert (code, out, err.rstrip("\n")) == (2, "", said)


def test_with_json_what_is_wrong_is_a_document_too(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "what-if", str(fleet), "--days", "x", "--json")

    assert code == 2
    assert json.loads(out) == {"ok": False, "lines": ["--days x is no number of days above 0 and up to 30."]}


def test_a_dump_is_printed_and_what_is_missing_goes_to_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with staged(small_mixed, **ON) as stage:
        stage.world.refuse_calls("pricing", "GetProducts")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

        code, out, err = told(capsys, "dump", "--cluster", "shop")
        assert (code, read(out).cluster.name) == (0, "shop")
        assert err.startswith("missing: on-demand prices: AWS tells none of")

        code, out, _ = told(capsys, "dump", "--cluster", "shop", "--anonymise")
        assert (code, read(out).cluster.name, read(out).anonymised) == (0, "cluster-1", True)

        code, out, err = told(capsys, "dump", "--cluster", "nope")
        assert (code, out) == (1, "")
        assert err.startswith("There is no cluster nope in us-east-1, but shop;")


def test_a_cluster_is_looked_at_and_played(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "look", lambda _: dumped(small_mixed, **ON))

    code, out, _ = told(capsys, "what-if", "--cluster", "shop")

    assert (code, out[:4]) == (0, "shop")


def test_what_cannot_be_played_is_one_sentence_that_says_what_helps(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def play(*_: object) -> object:
        raise NotImplementedError("The simulated AWS has no ecs:Dance.")

    monkeypatch.setattr(command, "_play", lambda: play)

    code, out, err = told(capsys, "what-if", str(fleet))

    assert (code, out) == (1, "")
    assert err == (
        "this cluster cannot be played (NotImplementedError: The simulated AWS has no ecs:Dance.); "
        "a dump made with --anonymise, sent to Ballast's issues, helps to mend it.\n"
    )


def test_an_answer_of_aws_that_nobody_has_seen_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*_: object) -> object:
        raise KeyError("serviceName")

    monkeypatch.setattr("ballast_cli.dump.command.ask", ask)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert told(capsys, "dump", "--cluster", "shop") == (
        1,
        "",
        "an answer of AWS has a form that is not understood: KeyError('serviceName').\n",
    )


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "layers/shared:cli:."},
        capture_output=True,
        check=False,
    )


LOADED = "print([n for n in sys.modules if n.startswith(('simulator', 'moto'))])"


def test_other_commands_do_not_load_the_simulator() -> None:
    asked = f"import sys; import ballast_cli.main as m; m.parser(); {LOADED}"

    assert run("-c", asked).stdout.strip() == b"[]"


def test_reading_a_wrong_file_does_not_load_it_either() -> None:
    asked = f"import sys; from ballast_cli.main import main; main(['what-if', 'nope.json']); {LOADED}"

    assert run("-c", asked).stdout.strip() == b"[]"


def test_without_what_the_stack_runs_on_it_says_what_brings_it(fleet: Path) -> None:
    call = f"sys.exit(main(['what-if', {str(fleet)!r}]))"
    asked = f"import sys; sys.modules['moto'] = None; from ballast_cli.main import main; {call}"

    done = run("-c", asked)

    assert done.returncode == 1
    assert done.stderr.startswith(b"what-if needs what the stack runs on: moto is missing; pipx install")
    assert done.stderr.count(b"\n") == 1


def test_who_reads_no_further_sees_no_traceback(fleet: Path) -> None:
    done = subprocess.run(  # noqa: S602 - a pipe is what is tried
        f"{sys.executable} -m ballast_cli what-if {fleet} | head -1",
        shell=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": "layers/shared:cli:."}, capture_output=True, check=False,
    )  # fmt: skip

    assert done.stdout.startswith(b"shop in")
    assert done.stderr == b""


def test_the_template_is_that_of_the_clone_or_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert template() == ROOT / "template.yaml"

    monkeypatch.setattr("ballast_cli.what_if.deployed.PLACES", (Path("/nowhere"),))
    with pytest.raises(NotInstalledError, match=r"its template[.]yaml is not there"):
        template()
