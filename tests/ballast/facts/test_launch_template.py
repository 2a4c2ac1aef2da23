"""What an Auto Scaling group launches from."""

from __future__ import annotations

import pytest

from ballast.facts.launch_template import Template, public_parameter

PUBLIC = "resolve:ssm:/aws/service/bottlerocket/aws-ecs-2/x86_64"


@pytest.mark.parametrize(
    ("image_id", "found"),
    [
        (f"{PUBLIC}/latest/image_id", ("aws-ecs-2", "x86_64", "latest")),
        (f"{PUBLIC}/1.64.0/image_id", ("aws-ecs-2", "x86_64", "1.64.0")),
        (f"{PUBLIC}/1.64.0-ab12/image_id", ("aws-ecs-2", "x86_64", "1.64.0-ab12")),
        (f"{PUBLIC}/latest/image_version", None),
        ("resolve:ssm:/ours/golden", None),
        ("ami-1", None),
        (None, None),
    ],
)
def test_a_parameter_of_bottlerockets_says_what_it_resolves_to(
    image_id: str | None, found: tuple[str, str, str] | None
) -> None:
    assert public_parameter(image_id) == found


def test_only_the_parameter_of_the_newest_follows() -> None:
    latest, pinned, own = (
        Template("web", image_id)
        for image_id in (f"{PUBLIC}/latest/image_id", f"{PUBLIC}/1.64.0/image_id", "resolve:ssm:/ours/golden")
    )

    assert [one.follows_latest for one in (latest, pinned, own)] == [True, False, False]
    assert [one.resolves for one in (latest, pinned, own, Template("web", "ami-1"))] == [True, True, True, False]


def test_instances_are_told_apart_by_versions_of_a_template_that_names_image_and_type() -> None:
    assert Template("web", "ami-1").comparable
    assert not Template("web", "ami-1", picks_types=True).comparable
    assert not Template("web", f"{PUBLIC}/latest/image_id").comparable
    assert [Template("web", version=version).numbered for version in ("7", "$Latest")] == [True, False]
