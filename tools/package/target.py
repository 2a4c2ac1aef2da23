"""Where the code shall go: what `make package BUCKET= PREFIX= REGIONS=` says, refused while nothing is built yet.

Lambda takes code only from a bucket in the function's own Region:
https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tools.package.plain import BUCKET, PREFIX

OF_REGION = "-{region}"
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")
LONGEST_BUCKET = 63


class RefusedError(Exception):
    """In one sentence: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """`bucket` is None where nobody named one: then whoever deploys does."""

    bucket: str | None
    per_region: bool
    prefix: str
    regions: tuple[str, ...]

    def bucket_in(self, region: str) -> str:
        name = self.bucket or "BUCKET"
        return f"{name}-{region}" if self.per_region else name

    @property
    def defaults(self) -> Mapping[str, str]:
        """Of the template's own parameters for it."""
        named = {"CodeBucket": self.bucket, "CodeBucketPerRegion": f"{self.per_region}".lower()} if self.bucket else {}
        return {**named, "CodePrefix": self.prefix}


def read_target(bucket: str, prefix: str, regions: str) -> Target:
    """RefusedError for what could not work in any account."""
    per_region = bucket.endswith(OF_REGION)
    name = bucket.removesuffix(OF_REGION)
    begins = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    target = Target(name or None, per_region, begins, tuple(dict.fromkeys(re.split(r"[\s,]+", regions.strip(" ,")))))
    if not bucket:
        return _with_prefix(Target(None, per_region=False, prefix=begins, regions=()))
    if not re.fullmatch(BUCKET, name):
        raise RefusedError(f"BUCKET={bucket} is no name that a bucket without dots can have: name one of yours, "
            "or one for each Region as BUCKET='NAME-{region}'")  # fmt: skip
    if target.regions == ("",):
        raise RefusedError("no Region is known for the bucket: name it, as in REGIONS=eu-central-1")
    for region in target.regions:
        if not REGION.fullmatch(region):
            raise RefusedError(f"{region!r} in REGIONS is no Region: write them as in REGIONS='eu-central-1 us-east-1'")
        if len(target.bucket_in(region)) > LONGEST_BUCKET:
            raise RefusedError(
                f"{target.bucket_in(region)} is longer than the 63 characters that a bucket's name may have"
            )
    if len(target.regions) > 1 and not per_region:
        raise RefusedError(f"bucket {bucket} is in one Region, and Lambda takes code only from a bucket in its own: "
            f"have a bucket for each, and write BUCKET='{bucket}{OF_REGION}'")  # fmt: skip
    return _with_prefix(target)


def _with_prefix(target: Target) -> Target:
    if not re.fullmatch(PREFIX, target.prefix):
        raise RefusedError(
            f"PREFIX={target.prefix} has other characters than letters, digits, dots, hyphens and slashes"
        )
    return target
