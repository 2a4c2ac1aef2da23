"""What watch_bottlerocket announces, as an event and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ballast.updating.records import Release
from ballast.updating.versions import Version

AVAILABLE = "Bottlerocket Release Available"
RECALLED = "Bottlerocket Release Recalled"
VARIANT = re.compile(r"[a-z0-9-]{1,40}")
IMAGE_ID = re.compile(r"ami-[0-9a-f]{8,17}")
ARCHES = ("x86_64", "arm64")


@dataclass(frozen=True, slots=True)
class ReleaseChanged:
    """`latest` of the variant is `version` now; `recalled` is the version that AWS took back, if it did."""

    variant: str
    arch: str
    version: str
    image_id: str
    at: datetime
    recalled: str | None = None


def to_detail(release: Release, recalled: str | None) -> dict[str, Any]:
    """The event's detail; times are ISO 8601 in UTC."""
    return {
        "schemaVersion": "1",
        "variant": release.variant,
        "arch": release.arch,
        "version": release.version,
        "imageId": release.image_id,
        "previousVersion": release.previous_version,
        "previousImageId": release.previous_image_id,
        "seenAt": release.seen_at.isoformat(),
        **({"recalledVersion": recalled} if recalled else {}),
    }


def parse_release(detail: Mapping[str, Any], at: datetime) -> ReleaseChanged:
    """Raises KeyError or ValueError in words for anything that watch_bottlerocket would not say."""
    variant, arch, image_id = detail["variant"], detail["arch"], detail["imageId"]
    if not VARIANT.fullmatch(variant):
        raise ValueError(f"variant is {variant!r} but must look like aws-ecs-2")
    if arch not in ARCHES:
        raise ValueError(f"arch is {arch!r} but must be x86_64 or arm64")
    if not IMAGE_ID.fullmatch(image_id):
        raise ValueError(f"imageId is {image_id!r} but must be the id of an AMI")
    recalled = detail.get("recalledVersion")
    return ReleaseChanged(
        variant,
        arch,
        str(Version.parse(detail["version"])),
        image_id,
        at,
        str(Version.parse(recalled)) if recalled else None,
    )
