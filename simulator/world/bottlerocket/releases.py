"""Which Bottlerocket releases there are: published, offered to hosts in waves, and taken back."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.world.core.core import ACCOUNT_ID, Core

# https://github.com/bottlerocket-os/bottlerocket/blob/develop/sources/updater/waves/default-waves.toml
WAVES = ((1, 0.01), (4, 0.05), (24, 0.15), (48, 0.40), (96, 0.60), (120, 0.90), (144, 1.0))  # hours since, share
SEEDS = 2048
LONG_AGO_S = -90 * 86400.0

type Kind = tuple[str, str]  # variant, and architecture as in the public parameters


@dataclass(slots=True)
class Published:
    """One release of one variant and architecture."""

    version: str
    image_id: str
    commit: str
    at_s: float

    @property
    def number(self) -> tuple[int, ...]:
        return number(self.version)


@dataclass(frozen=True, slots=True)
class Copy:
    """An image of somebody's own, made from a public one: private, encrypted, hardened; the name is free.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html
    """

    name: str
    source: str
    owner: str = ACCOUNT_ID


@dataclass(slots=True)
class Line:
    """All releases of one variant and architecture; `newest_allowed` is the manifest's max_version after a recall."""

    published: list[Published] = field(default_factory=list)
    latest: Published | None = None
    newest_allowed: tuple[int, ...] | None = None


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


class Releases:
    """The update repository and the public parameters of AWS."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.lines: dict[Kind, Line] = {}
        self.copies: dict[str, Copy] = {}  # by image id
        self.own_parameters: dict[str, str] = {}  # names an operator has chosen, and the image ids in them

    def publish(self, variant: str, arch: str, version: str, *, long_ago: bool = False) -> Published:
        """A new `latest`; `long_ago`: before the story, so that every wave has passed."""
        line = self.lines.setdefault((variant, arch), Line())
        name = f"{variant}/{arch}/{version}"
        release = Published(
            version=version,
            image_id=f"ami-{digits(name, 17)}",
            commit=digits(f"commit {name}", 8),
            at_s=LONG_AGO_S if long_ago else self._core.clock.now_s,
        )
        line.published.append(release)
        line.latest, line.newest_allowed = release, None
        self._core.note("release_published", variant=variant, arch=arch, version=version)
        return release

    def recall(self, variant: str, arch: str) -> None:
        """`latest` goes back to the release before, which also becomes the highest that the manifest allows.

        https://github.com/bottlerocket-os/bottlerocket/issues/4136
        """
        line = self.lines[variant, arch]
        assert line.latest is not None  # noqa: S101 - something was published
        recalled = line.latest
        line.latest = max((r for r in line.published if r.number < recalled.number), key=lambda r: r.number)
        line.newest_allowed = line.latest.number
        self._core.note("release_recalled", variant=variant, arch=arch, version=recalled.version)

    def offered(self, kind: Kind, seed: int, *, ignore_waves: bool) -> list[Published]:
        """Newest first, the current and older ones among them, without those whose wave has not come for this seed."""
        line = self.lines.get(kind, Line())
        allowed = [r for r in line.published if line.newest_allowed is None or r.number <= line.newest_allowed]
        return sorted(
            (r for r in allowed if ignore_waves or self._wave_has_come(r, seed)), key=lambda r: r.number, reverse=True
        )

    def newest_allowed(self, kind: Kind) -> tuple[int, ...] | None:
        return self.lines.get(kind, Line()).newest_allowed

    def parameter(self, name: str) -> str | None:
        """https://bottlerocket.dev/en/os/latest/#/install/quickstart/aws/: /aws/service/bottlerocket/VARIANT/ARCH/latest/…

        In place of `latest` stands a version: tools/pubsys/policies/ssm of https://github.com/bottlerocket-os/bottlerocket.
        """
        if name in self.own_parameters:
            return self.own_parameters[name]
        parts = name.removeprefix("/aws/service/bottlerocket/").split("/")
        if len(parts) != 4:
            return None
        line = self.lines.get((parts[0], parts[1]), Line())
        found = (
            line.latest if parts[2] == "latest" else next((r for r in line.published if r.version == parts[2]), None)
        )
        if found is None:
            return None
        return {"image_id": found.image_id, "image_version": f"{found.version}-{found.commit}"}.get(parts[3])

    def of_image(self, image_id: str) -> tuple[Kind, Published] | None:
        """What an image boots, a public one or a copy."""
        if image_id in self.copies:
            return self.of_image(self.copies[image_id].source)
        for kind, line in self.lines.items():
            for release in line.published:
                if release.image_id == image_id:
                    return kind, release
        return None

    def _wave_has_come(self, release: Published, seed: int) -> bool:
        hours = (self._core.clock.now_s - release.at_s) / 3600
        share = max((share for after_h, share in WAVES if hours >= after_h), default=0.0)
        return seed < share * SEEDS


def digits(text: str, length: int) -> str:
    """Hexadecimal digits that depend on the text alone, so that names do not draw from the world's chance."""
    value = 0
    for character in text.encode():
        value = (value * 1_000_003 + character) % (1 << 127)
    return f"{value * 0x9E3779B97F4A7C15 % (1 << 4 * length):0{length}x}"
