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
    begins = f"{prefix.strip('/')}/".lstrip("/")
    if not re.fullmatch(PREFIX, begins):
        raise RefusedError(f"PREFIX={begins} has other characters than letters, digits, dots, hyphens and slashes")
    if not bucket:
        return Target(None, per_region=False, prefix=begins, regions=())
    name, named = bucket.removesuffix(OF_REGION), tuple(dict.fromkeys(regions.replace(",", " ").split()))
    if not re.fullmatch(BUCKET, name):
        raise RefusedError(f"BUCKET={bucket} is no name that a bucket without dots can have: name one of yours, "
            "or one for each Region as BUCKET='NAME-{region}'")  # fmt: skip
    if not named:
        raise RefusedError("no Region is known for the bucket: name it, as in REGIONS=eu-central-1")
    target = Target(name, bucket != name, begins, named)
    for region in named:
        if not REGION.fullmatch(region):
            raise RefusedError(f"{region!r} in REGIONS is no Region: write them as in REGIONS='eu-central-1 us-east-1'")
        if len(full := target.bucket_in(region)) > LONGEST_BUCKET:
            raise RefusedError(f"{full} is longer than the {LONGEST_BUCKET} characters that a bucket's name may have")
    if len(named) > 1 and not target.per_region:
        raise RefusedError(f"bucket {bucket} is in one Region, and Lambda takes code only from a bucket in its own: "
            f"have a bucket for each, and write BUCKET='{bucket}{OF_REGION}'")  # fmt: skip
    return target
