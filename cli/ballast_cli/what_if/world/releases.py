"""The releases of Bottlerocket that a dump shows, published long ago, in their order."""

from __future__ import annotations

from collections import defaultdict

from ballast_cli.dump.records import Bottlerocket, Dump
from simulator.world import World
from simulator.world.bottlerocket.releases import Published, number

type Kind = tuple[str, str]


def versions_of(dump: Dump) -> dict[Kind, list[str]]:
    """By variant and architecture: what runs and what launch templates boot, the oldest first."""
    found: dict[Kind, set[str]] = defaultdict(set)
    for each in dump.instances:
        if each.bottlerocket and each.bottlerocket.version:
            found[each.bottlerocket.variant, each.bottlerocket.arch].add(each.bottlerocket.version)
    for group in dump.groups:
        template = group.template
        if template.variant and template.arch and template.release:
            found[template.variant, template.arch].add(template.release)
    return {kind: sorted(some, key=number) for kind, some in sorted(found.items())}


def publish_known(world: World, dump: Dump) -> None:
    for (variant, arch), versions in versions_of(dump).items():
        for version in versions:
            world.bottlerocket.releases.publish(variant, arch, version, long_ago=True)


def published(world: World, os: Bottlerocket | None) -> Published | None:
    if os is None or os.version is None:
        return None
    line = world.bottlerocket.releases.lines[os.variant, os.arch]
    return next(release for release in line.published if release.version == os.version)
