"""`make e2e AWS=real` up to where an account begins: what it asks, when it refuses, and what it removes in which order."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tests.e2e import real


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without credentials, wherever boto3 looks for them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def unasked(_: str) -> str:
    raise AssertionError("it asked before it knew the account")


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(("region", "said"), [("us-east-1", "no credentials that work"), ("", "no Region is set")])
def test_without_credentials_or_region_nothing_is_made(
    region: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", region)

    assert real.main(unasked) == 2
    told = capsys.readouterr().err
    assert told.startswith("make e2e AWS=real made nothing: ")
    assert said in told
    assert told.count("\n") == 1


def nothing(_: str) -> str:
    raise EOFError


@pytest.mark.parametrize("answer", [lambda _: "yes", lambda _: "", nothing])
def test_only_the_name_itself_is_a_yes(answer: Callable[[str], str]) -> None:
    with pytest.raises(real.RefusedError, match="nobody typed ballast-e2e-1-fleet"):
        real.ask("?", "ballast-e2e-1-fleet", answer)

    real.ask("?", "ballast-e2e-1-fleet", lambda _: " ballast-e2e-1-fleet\n")


def test_the_price_is_told_before_it_asks() -> None:
    text = real.WILL_MAKE.format(
        account="1", region="us-east-1", fleet="f", ballast="b", usd=real.price_usd(), minutes=30
    )

    assert "costs about 0.53 USD" in text
    assert text.endswith("Type f to go on: ")


class Stacks:
    """Takes deletions, and refuses that of the first stack."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def delete_stack(self, StackName: str) -> None:  # noqa: N803 - boto3's
        self.deleted.append(StackName)
        if StackName.endswith("-fleet"):
            raise RuntimeError("an instance is still terminating")

    def get_waiter(self, _: str) -> Stacks:
        return self

    def wait(self, StackName: str) -> None:  # noqa: N803 - boto3's
        assert StackName in self.deleted


def test_the_fleet_goes_before_ballast_and_what_fails_stops_nothing() -> None:
    stacks = Stacks()
    names = real.Names("b-fleet", "b")

    failed = real.tear_down(real.removal(names, lambda _: stacks))
    assert stacks.deleted == ["b-fleet", "b"]
    assert failed == ["delete the stack b-fleet: an instance is still terminating"]


def test_two_runs_have_other_names() -> None:
    assert real.Names.made() != real.Names.made()


def test_the_template_of_the_fleet_has_no_finding() -> None:
    lint = str(ROOT / ".venv-sam" / "bin" / "cfn-lint")
    done = subprocess.run(  # noqa: S603 - our own command
        [lint, "--regions", "us-east-1", "--", str(real.FLEET)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_what_the_test_reads_of_the_fleet_is_among_its_outputs() -> None:
    outputs: dict[str, Any] = load(real.FLEET)["Outputs"]
    assert set(outputs) == {"Cluster", "OnDemand", "Spot", "Warning"}
