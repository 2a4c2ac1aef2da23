"""What do we remember of a Bottlerocket release? The items under `#releases` of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from ballast.records.field import shown
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """What `latest` of one variant and architecture is, and since when we know; kept under the cluster `#releases`.

    `arch` is as the public parameters say it: x86_64 or arm64. `recalled`: versions that AWS took back, oldest first.
    """

    variant: str
    arch: str
    version: str
    image_id: str
    seen_at: datetime
    previous_version: str | None = None
    previous_image_id: str | None = None
    recalled: tuple[str, ...] = ()
    revision: int = 0

    cluster = "#releases"  # not a field: every release is kept under this key

    @property
    def item(self) -> str:
        return f"{self.variant}#{self.arch}"

    def check(self) -> None:
        """What its fields may hold besides their kind; raises ValueError. So does that of every record that has one."""
        check_kind(self.variant, self.arch)
        versions((self.version, self.previous_version, *self.recalled))
        images((self.image_id, self.previous_image_id))


AVAILABLE = "Bottlerocket Release Available"
RECALLED = "Bottlerocket Release Recalled"
SCHEMA_VERSION = "1"
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
        "schemaVersion": SCHEMA_VERSION,
        "variant": release.variant,
        "arch": release.arch,
        "version": release.version,
        "imageId": release.image_id,
        "previousVersion": release.previous_version,
        "previousImageId": release.previous_image_id,
        "seenAt": release.seen_at.isoformat(),
        **({"recalledVersion": recalled} if recalled else {}),
    }


def check_kind(variant: str, arch: str) -> None:
    if not VARIANT.fullmatch(variant):
        raise ValueError(f"variant is {shown(variant)} but must look like aws-ecs-2")
    if arch not in ARCHES:
        raise ValueError(f"arch is {shown(arch)} but must be {' or '.join(ARCHES)}")


def versions(found: Iterable[str | None]) -> None:
    """Raise ValueError unless each is a version as `Version` writes it, or None."""
    for text in found:
        if text is not None and text != str(Version.parse(text)):
            raise ValueError(f"{shown(text)} is a version but must be written as {Version.parse(text)}")


def images(found: Iterable[str | None]) -> None:
    for text in found:
        if text is not None and not IMAGE_ID.fullmatch(text):
            raise ValueError(f"{shown(text)} is not the id of an AMI")


def parse_release(detail: Mapping[str, Any], at: datetime) -> ReleaseChanged:
    """Raises ValueError in a sentence for anything that watch_bottlerocket would not say."""
    if detail.get("schemaVersion") != SCHEMA_VERSION:
        raise ValueError(f"schemaVersion is {shown(detail.get('schemaVersion'))} but only {SCHEMA_VERSION!r} is known")
    variant, arch, image_id = _text(detail, "variant"), _text(detail, "arch"), _text(detail, "imageId")
    check_kind(variant, arch)
    if not IMAGE_ID.fullmatch(image_id):
        raise ValueError(f"imageId is {shown(image_id)} but must be the id of an AMI")
    version = Version.parse(_text(detail, "version"))
    recalled = _version(detail, "recalledVersion")
    previous = _version(detail, "previousVersion")
    if recalled and recalled <= version:
        raise ValueError(f"recalledVersion {recalled} is no newer than {version}, which is said to take its place")
    if previous and not recalled and previous >= version:
        raise ValueError(f"version {version} is no newer than {previous}, which is said to be the previous one")
    return ReleaseChanged(variant, arch, str(version), image_id, at, str(recalled) if recalled else None)


def _text(detail: Mapping[str, Any], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {shown(value)} but must be a text")  # noqa: TRY004 - one kind of error for callers
    return value


def _version(detail: Mapping[str, Any], name: str) -> Version | None:
    return Version.parse(_text(detail, name)) if detail.get(name) is not None else None


_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:-[0-9a-f]{6,40})?")


class Version(NamedTuple):
    """Sorts from old to new."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "1.62.1", "v1.62.1" or, as the SSM parameter image_version has it, "1.62.1-ea1afdd6"; else ValueError.

        https://github.com/bottlerocket-os/bottlerocket/blob/develop/README.md
        """
        found = _VERSION.fullmatch(text)
        if not found:
            raise ValueError(f"{shown(text)} is not a Bottlerocket version such as 1.64.0")
        return cls(*(int(part) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def newer(one: str, other: str) -> bool:
    """Whether `one` is a later version than `other`."""
    return Version.parse(one) > Version.parse(other)
