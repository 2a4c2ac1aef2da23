"""`make package`: asked with --check first, then again once everything is built."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import boto3
from botocore.exceptions import ProfileNotFound

from ballast import __version__
from simulator.delivery.cloudformation import load
from tools.before_deploy import CONFIG, read_environment
from tools.before_deploy import RefusedError as EnvironmentRefusedError
from tools.package.plain import ROOT, coded, plain, text_of
from tools.package.target import RefusedError, read_target
from tools.package.tell import TEMPLATE, told
from tools.package.upload import check_buckets, s3_of, upload
from tools.package.zips import zip_folder

BUILT = ROOT / ".aws-sam" / "build"
FOLDER = Path("dist") / f"ballast-{__version__}"


def write(built: Path, template: Path, folder: Path, defaults: Mapping[str, str]) -> None:
    """Everything anew, so that no archive of another build stays there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    read = load(template)
    zips = {name: zip_folder(built / name, folder, name) for name in coded(read)}
    (folder / TEMPLATE).write_text(text_of(plain(read, zips, defaults)), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make package")
    for name in ("bucket", "prefix", "regions", "env", "upload"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    try:
        return _package(given)
    except (RefusedError, EnvironmentRefusedError, ValueError) as error:
        print(f"Not packaged: {error}.", file=sys.stderr)  # noqa: T201 - the answer of a command
        return 1


def _package(given: argparse.Namespace) -> int:
    uploads = given.upload not in ("", "no")
    if uploads and not given.bucket:
        raise RefusedError("UPLOAD=yes needs a bucket: name it as BUCKET=")
    environment = read_environment(CONFIG, given.env)
    regions = given.regions or (environment.region or _own_region(environment.profile) if given.bucket else "")
    target = read_target(given.bucket, given.prefix, regions)
    if uploads:
        check_buckets(target, s3_of(environment.profile))
    if given.check:
        return 0
    write(BUILT, ROOT / "template.yaml", FOLDER, target.defaults)
    if uploads:
        upload(FOLDER, target, s3_of(environment.profile))
    print(f"{FOLDER} holds the template and what it deploys.")  # noqa: T201 - the answer of a command
    for line in told(FOLDER, target, environment, uploaded=uploads):
        print(line)  # noqa: T201
    return 0


def _own_region(profile: str | None) -> str:
    """Of the shell or its AWS profile; empty when there is none."""
    try:
        return boto3.Session(profile_name=profile).region_name or ""
    except ProfileNotFound as error:
        raise RefusedError(f"{error}".rstrip(".")) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
