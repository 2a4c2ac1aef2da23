"""Without a fake in between: what botocore itself raises where nobody is logged in or no Region is set."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

from ballast.aws import session
from ballast_cli.main import main


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials, no configuration; the network is off in tests."""
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    session.client.cache_clear()


def says(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["doctor", "--json", *arguments]) == 1
    [found] = json.loads(capsys.readouterr().out)["findings"]
    return str(found["says"])


def test_no_region_is_named_as_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert says(capsys).startswith("No Region is set, so nobody knows where to look (")


@pytest.mark.parametrize("region", ["eu-central-1", "eu-nowhere-9"])
def test_no_credentials_are_named_as_what_is_missing(capsys: pytest.CaptureFixture[str], region: str) -> None:
    assert says(capsys, "--region", region).startswith("There are no AWS credentials here (")


def test_a_text_that_is_no_region_is_named_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert says(capsys, "--region", "a b").startswith("No Region is set")


def test_a_login_that_was_never_made_has_run_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(
        "[profile jo]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-central-1\n"
        "sso_account_id = 123456789012\nsso_role_name = on-call\nregion = eu-central-1\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("HOME", str(tmp_path))

    assert says(capsys, "--profile", "jo").startswith("Your AWS credentials have expired (")
