"""Where in the AWS console a human looks."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from ballast.words.incident import cluster_link, group_link, instance_links
from tests.builders import INSTANCE_ID, a_cluster, a_container_instance

CONSOLE = "https://eu-central-1.console.aws.amazon.com"
ECS = f"{CONSOLE}/ecs/v2/clusters/prod/infrastructure"


def test_an_instance_has_its_container_instance_itself_and_its_cluster() -> None:
    links = instance_links(a_cluster(), INSTANCE_ID, a_container_instance())

    assert [(link.text, link.url) for link in links] == [
        (
            "Container instance",
            f"{ECS}/container-instances/0123456789abcdef0123456789abcdef?region=eu-central-1",
        ),
        (
            f"Instance {INSTANCE_ID}",
            f"{CONSOLE}/ec2/home?region=eu-central-1#InstanceDetails:instanceId={INSTANCE_ID}",
        ),
        ("Cluster prod", f"{ECS}?region=eu-central-1"),
    ]


def test_an_instance_that_ecs_does_not_list_has_no_link_there() -> None:
    assert [link.text for link in instance_links(a_cluster(), INSTANCE_ID, None)] == [
        f"Instance {INSTANCE_ID}",
        "Cluster prod",
    ]


def test_a_group_whose_name_has_odd_characters_is_quoted() -> None:
    assert "id=web%2Fblue%20green;" in group_link(a_cluster(), "web/blue green").url


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-central-1", "eu-central-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
        ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1.console.aws.amazon.com"),
    ],
)
def test_each_partition_has_its_console(partition: str, region: str, host: str) -> None:
    cluster = a_cluster(arn=f"arn:{partition}:ecs:{region}:123456789012:cluster/prod")

    assert urlsplit(cluster_link(cluster).url).hostname == host
