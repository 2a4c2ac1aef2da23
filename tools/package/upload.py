"""What `make package UPLOAD=yes` does: the same as the command that is printed else, the template last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from tools.package.target import RefusedError, Target
from tools.package.tell import TEMPLATE

type Connect = Callable[[str], Any]


def s3_of(profile: str | None) -> Connect:
    return lambda region: boto3.Session(profile_name=profile, region_name=region).client("s3")


def check_buckets(target: Target, connect: Connect) -> None:
    """RefusedError for a bucket that is not there, may not be looked at, or is in another Region."""
    for region in target.regions:
        bucket = target.bucket_in(region)
        with _refusing(bucket):
            answer = connect(region).head_bucket(Bucket=bucket)
        found = answer.get("BucketRegion", region)
        if found != region:
            raise RefusedError(f"bucket {bucket} is in {found}, and Lambda in {region} takes no code from there: "
                f"name a bucket in {region}, or write REGIONS={found}")  # fmt: skip


def upload(folder: Path, target: Target, connect: Connect) -> None:
    files = sorted(folder.iterdir(), key=lambda path: (path.name == TEMPLATE, path.name))
    for region in target.regions:
        bucket = target.bucket_in(region)
        with _refusing(bucket):
            client = connect(region)
            for path in files:
                client.put_object(Bucket=bucket, Key=f"{target.prefix}{path.name}", Body=path.read_bytes())


@contextmanager
def _refusing(bucket: str) -> Iterator[None]:
    try:
        yield
    except NoCredentialsError:
        why = "no AWS credentials are found: log in (aws sso login, aws configure), or leave UPLOAD out"
        raise RefusedError(why) from None
    except ProfileNotFound as error:
        raise RefusedError(f"{error}".rstrip(".")) from None
    except ClientError as error:
        code = error.response["Error"]["Code"]
        known = {"404": "does not exist", "403": "may not be used with your credentials"}
        why = known.get(code, f"cannot be used: AWS answered {code} to {error.operation_name}")
        raise RefusedError(f"bucket {bucket} {why}; make it, or name another one as BUCKET=") from None
    except BotoCoreError as error:
        raise RefusedError(f"AWS cannot be asked: {' '.join(str(error).split()).rstrip('.')}") from None
