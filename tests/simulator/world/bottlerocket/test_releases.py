"""Which releases a host is offered: in waves by its seed, without those that were taken back."""

from __future__ import annotations

import pytest

from simulator.world.bottlerocket.releases import SEEDS, WAVES, Releases
from tests.simulator.world.builders import a_world

VARIANT, ARCH = KIND = "aws-ecs-2", "x86_64"
OLD, NEW, NEWEST = "1.9.0", "1.10.0", "1.10.1"
HOUR = 3600.0


def offered(releases: Releases, seed: int = 0, *, ignore_waves: bool = True) -> list[str]:
    return [release.version for release in releases.offered(KIND, seed, ignore_waves=ignore_waves)]


def known(*versions: str) -> Releases:
    releases = a_world().bottlerocket.releases
    for version in versions:
        releases.publish(VARIANT, ARCH, version, long_ago=True)
    return releases


@pytest.mark.parametrize(
    ("hours", "share"),
    [(0, 0.0), (0.99, 0.0), (1, 0.01), (4, 0.05), (24, 0.15), (48, 0.40), (96, 0.60), (120, 0.90), (143, 0.90), (144, 1.0)],
)  # fmt: skip
def test_a_release_reaches_the_documented_share_of_the_seeds_by_each_wave(hours: float, share: float) -> None:
    world = a_world()
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEW)
    world.clock.run_until(hours * HOUR)

    reached = sum(bool(offered(world.bottlerocket.releases, seed, ignore_waves=False)) for seed in range(SEEDS))

    assert reached == pytest.approx(share * SEEDS, abs=1)


def test_once_a_host_is_offered_a_release_it_stays_so() -> None:
    world = a_world()
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEW)
    seen = []
    for hours, _ in WAVES:
        world.clock.run_until(hours * HOUR)
        seen.append(bool(offered(world.bottlerocket.releases, 800, ignore_waves=False)))

    assert seen == sorted(seen)
    assert seen[-1]


def test_a_host_that_ignores_waves_is_offered_a_release_at_once() -> None:
    world = a_world()
    world.bottlerocket.releases.publish(VARIANT, ARCH, NEW)

    assert offered(world.bottlerocket.releases, SEEDS - 1) == [NEW]


def test_versions_are_ordered_as_numbers_newest_first() -> None:
    assert offered(known(NEW, OLD, NEWEST)) == [NEWEST, NEW, OLD]


def test_a_recall_takes_latest_back_to_the_release_before_and_nobody_is_offered_the_recalled_one() -> None:
    releases = known(OLD, NEW, NEWEST)

    releases.recall(VARIANT, ARCH)

    assert offered(releases) == [NEW, OLD]
    assert releases.newest_allowed(KIND) == (1, 10, 0)
    image_version = releases.parameter(f"/aws/service/bottlerocket/{VARIANT}/{ARCH}/latest/image_version")
    assert (image_version or "").startswith(f"{NEW}-")


def test_the_image_of_a_recalled_release_stays_public() -> None:
    releases = known(OLD, NEW)
    releases.recall(VARIANT, ARCH)

    image_id = releases.parameter(f"/aws/service/bottlerocket/{VARIANT}/{ARCH}/{NEW}/image_id")

    assert image_id
    found = releases.of_image(image_id)
    assert found
    assert (found[0], found[1].version) == (KIND, NEW)


def test_the_release_that_mends_a_recall_lifts_its_limit() -> None:
    releases = known(OLD, NEW)
    releases.recall(VARIANT, ARCH)

    releases.publish(VARIANT, ARCH, NEWEST, long_ago=True)

    assert releases.newest_allowed(KIND) is None
    assert offered(releases)[0] == NEWEST


def test_two_recalls_go_back_two_releases() -> None:
    releases = known(OLD, NEW, NEWEST)

    releases.recall(VARIANT, ARCH)
    releases.recall(VARIANT, ARCH)

    assert offered(releases) == [OLD]


@pytest.mark.parametrize(
    "name",
    [
        "/aws/service/bottlerocket/aws-ecs-9/x86_64/latest/image_id",
        "/aws/service/bottlerocket/aws-ecs-2/aarch64/latest/image_id",
        "/aws/service/bottlerocket/aws-ecs-2/x86_64/9.9.9/image_id",
        "/aws/service/bottlerocket/aws-ecs-2/x86_64/latest/moon",
        "/aws/service/bottlerocket/aws-ecs-2/x86_64/latest",
        "/aws/service/ecs/optimized-ami",
    ],
)
def test_a_parameter_that_aws_does_not_publish_has_no_value(name: str) -> None:
    assert known(NEW).parameter(name) is None


def test_the_parameters_of_a_version_and_of_latest_agree_and_hold_version_and_commit() -> None:
    releases = known(OLD, NEW)

    values = [
        releases.parameter(f"/aws/service/bottlerocket/{VARIANT}/{ARCH}/{version}/image_version")
        for version in ("latest", NEW)
    ]

    assert values[0] == values[1]
    version, _, commit = (values[0] or "").partition("-")
    assert (version, len(commit)) == (NEW, 8)


def test_images_are_the_same_in_every_world_and_differ_between_architectures() -> None:
    one, other = a_world(1).bottlerocket.releases, a_world(2).bottlerocket.releases

    images = [releases.publish(VARIANT, arch, NEW).image_id for releases, arch in
              ((one, "x86_64"), (other, "x86_64"), (one, "arm64"))]  # fmt: skip

    assert images[0] == images[1] != images[2]
    assert one.of_image("ami-0123456789abcdef0") is None
