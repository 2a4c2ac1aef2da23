"""`make package` says where the code goes and how to launch it, and refuses what cannot work before it builds anything."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.stub import Stubber

from tests.builders import ROOT
from tests.template.test_commands import mistakes
from tools.before_deploy import Environment
from tools.package.__main__ import main
from tools.package.target import RefusedError, Target, read_target
from tools.package.tell import deploy_command, launch_link, template_url, told, upload_command
from tools.package.upload import check_buckets, s3_of, upload

FOLDER = Path("dist/ballast-0.1.0")
ONE = Target("acme-code", per_region=False, prefix="ballast/", regions=("eu-central-1",))
EACH = Target("acme-code", per_region=True, prefix="a/b/", regions=("eu-central-1", "us-east-1"))
NOBODY = Target(None, per_region=False, prefix="ballast/", regions=())
AWKWARD = {"UpdateWindows": "0 2 * * tue-thu for 4h in Europe/Berlin", "RunbookUrl": "https://x/?a=b&c=d#e+f%20"}
PROD = Environment("ballast-prod", AWKWARD, region=None, profile=None)


# What is said


@pytest.mark.parametrize(
    ("bucket", "prefix", "regions", "target"),
    [
        ("acme-code", "ballast", "eu-central-1", ONE),
        ("acme-code", "/ballast/", " eu-central-1,eu-central-1 ", ONE),
        ("acme-code-{region}", "a/b", "eu-central-1, us-east-1", EACH),
        (
            "acme-code",
            "",
            "us-gov-west-1",
            Target("acme-code", per_region=False, prefix="", regions=("us-gov-west-1",)),
        ),
        ("", "ballast", "", NOBODY),
    ],
)
def test_what_is_said_is_where_it_goes(bucket: str, prefix: str, regions: str, target: Target) -> None:
    assert read_target(bucket, prefix, regions) == target


@pytest.mark.parametrize(
    ("bucket", "prefix", "regions", "why"),
    [
        ("Acme", "p", "eu-central-1", "BUCKET=Acme is no name that a bucket without dots can have"),
        ("acme.code", "p", "eu-central-1", "BUCKET=acme.code is no name that a bucket without dots"),
        ("s3://acme", "p", "eu-central-1", "BUCKET=s3://acme is no name"),
        ("{region}-acme", "p", "eu-central-1", "one for each Region as BUCKET='NAME-{region}'"),
        ("-{region}", "p", "eu-central-1", "BUCKET=-{region} is no name"),
        ("acme", "p", "", "no Region is known for the bucket: name it, as in REGIONS=eu-central-1"),
        ("acme", "p", "frankfurt", "'frankfurt' in REGIONS is no Region"),
        ("acme", "p", "eu-central-1 eu-west-1", "Lambda takes code only from a bucket in its own: .*BUCKET='acme-{region}'"),
        ("a" * 60 + "-{region}", "p", "eu-central-1", "is longer than the 63 characters"),
        ("acme", "a b", "eu-central-1", "PREFIX=a b/ has other characters"),
        ("", "a//b", "", "PREFIX=a//b/ has other characters"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_one_sentence(bucket: str, prefix: str, regions: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why.replace("{", r"\{")) as refused:
        read_target(bucket, prefix, regions)
    assert "\n" not in f"{refused.value}"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--upload=yes"], "UPLOAD=yes needs a bucket: name it as BUCKET="),
        (["--bucket=acme", "--regions=x"], "'x' in REGIONS is no Region"),
        (["--env=staging"], "samconfig.toml has no environment 'staging'"),
    ],
)
def test_the_command_says_why_and_builds_nothing(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    assert main(["--env=default", "--check", *arguments]) == 1
    assert re.fullmatch(rf"Not packaged: [^\n]*{re.escape(why)}[^\n]*\.\n", capsys.readouterr().err)


def test_the_region_of_the_shell_is_taken_where_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert main(["--env=default", "--check", "--bucket=acme"]) == 0

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    assert main(["--env=default", "--check", "--bucket=acme"]) == 1


def test_make_package_asks_before_it_builds() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\npackage:")[2].partition("\n\n")[0].splitlines()[1:]

    assert recipe[0] == "\t@$(PACKAGE) --check"
    assert recipe[-1] == "\t@$(PACKAGE)"


# What is told


def test_a_launch_link_carries_everything_unchanged_to_the_console_of_its_region() -> None:
    link = urlsplit(launch_link(ONE, "eu-central-1", PROD))
    page, _, query = link.fragment.partition("?")

    assert link.netloc == "eu-central-1.console.aws.amazon.com"
    assert (link.path, link.query, page) == ("/cloudformation/home", "region=eu-central-1", "/stacks/quickcreate")
    assert parse_qs(query, strict_parsing=True) == {
        "templateURL": ["https://acme-code.s3.eu-central-1.amazonaws.com/ballast/template.yaml"],
        "stackName": ["ballast-prod"],
        **{f"param_{name}": [value] for name, value in AWKWARD.items()},
    }
    assert "+" not in query  # which is a blank to some, and a plus to others


@pytest.mark.parametrize(
    ("region", "console", "url"),
    [
        ("us-gov-west-1", "console.amazonaws-us-gov.com", "s3.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "console.amazonaws.cn", "s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_other_partitions_have_names_of_their_own(region: str, console: str, url: str) -> None:
    assert urlsplit(launch_link(EACH, region, PROD)).netloc == f"{region}.{console}"
    assert template_url(EACH, region) == f"https://acme-code-{region}.{url}/a/b/template.yaml"


def test_the_commands_arrive_at_the_shell_as_they_are_meant() -> None:
    assert shlex.split(upload_command(FOLDER, EACH, "us-east-1")) == [
        *("aws", "s3", "sync", "dist/ballast-0.1.0", "s3://acme-code-us-east-1/a/b/", "--region", "us-east-1")
    ]
    words = shlex.split(deploy_command(FOLDER, ONE, "eu-central-1", PROD))
    overrides = words[words.index("--parameter-overrides") + 1 :]
    assert dict(each.split("=", 1) for each in overrides) == AWKWARD
    assert words[words.index("--s3-bucket") + 1] == "acme-code"
    assert words[words.index("--capabilities") + 1] == "CAPABILITY_IAM"


@pytest.mark.parametrize("target", [ONE, EACH, NOBODY])
def test_aws_knows_every_command_that_is_printed(target: Target) -> None:
    commands = re.findall(r"aws [a-z3]+ [^\n]+", "\n".join(told(FOLDER, target, PROD, uploaded=False)))

    assert len(commands) == max(1, 2 * len(target.regions))
    assert [mistakes(re.sub(r"'[^']*'", "Q", command)) for command in commands] == [[]] * len(commands)


def test_the_profile_of_the_environment_goes_into_the_commands() -> None:
    commands = "\n".join(told(FOLDER, ONE, replace(PROD, profile="acme"), uploaded=False))

    assert commands.count("--profile acme") == 2


def test_what_is_uploaded_needs_no_command() -> None:
    assert "s3 sync" not in "\n".join(told(FOLDER, ONE, PROD, uploaded=True))


# The upload


def s3(*answers: tuple[str, Mapping[str, Any]], error: str = "") -> Any:
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106 - nobody is asked
    stubber = Stubber(client)
    for method, answer in answers:
        stubber.add_response(method, answer)
    if error:
        stubber.add_client_error("head_bucket", error)
    stubber.activate()
    return client


def test_a_bucket_of_another_region_is_refused_before_anything_is_built() -> None:
    with pytest.raises(
        RefusedError, match="bucket acme-code is in eu-west-1, and Lambda in eu-central-1 takes no code"
    ):
        check_buckets(ONE, lambda _: s3(("head_bucket", {"BucketRegion": "eu-west-1"})))
    check_buckets(ONE, lambda _: s3(("head_bucket", {"BucketRegion": "eu-central-1"})))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("404", "bucket acme-code does not exist"),
        ("403", "bucket acme-code may not be used with your credentials"),
        ("SlowDown", "AWS answered SlowDown to HeadBucket"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_one_sentence(code: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        check_buckets(ONE, lambda _: s3(error=code))


def test_without_credentials_nothing_is_uploaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    with pytest.raises(RefusedError, match="no AWS credentials are found: log in"):
        check_buckets(ONE, s3_of(None))


class Bucket:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def put_object(self, **asked: Any) -> None:
        self.keys.append(f"{asked['Bucket']}/{asked['Key']}:{asked['Body'].decode()}")


def test_the_template_arrives_last_so_that_what_it_names_is_there(tmp_path: Path) -> None:
    for name in ("template.yaml", "ZLast.zip", "Alpha.zip"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    buckets: dict[str, Bucket] = {}
    upload(tmp_path, EACH, lambda region: buckets.setdefault(region, Bucket()))

    assert list(buckets) == ["eu-central-1", "us-east-1"]
    assert buckets["us-east-1"].keys == [
        f"acme-code-us-east-1/a/b/{name}:{name}" for name in ("Alpha.zip", "ZLast.zip", "template.yaml")
    ]
