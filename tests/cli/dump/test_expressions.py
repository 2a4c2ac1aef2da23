"""Placement constraints under other names choose the same hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast_cli.dump.anonymise import anonymised
from ballast_cli.dump.records import Dump
from simulator.stage import Stage
from tests.cli.what_if.fleets import dump_of, staged


def racks(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", {})
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    for number, instance in enumerate(stage.instances("web")):
        world.host(instance).attributes |= {"rack": f"r{number % 2}", "com.example/secret": None}
    world.add_service("prod", "api", desired=2)


@pytest.fixture(scope="module")
def plain() -> Dump:
    with staged(racks) as stage:
        return dump_of(stage)


def asked(dump: Dump, expression: str) -> Dump:
    services = tuple(replace(service, members=(expression,)) for service in dump.services)
    return replace(dump, services=services)


@pytest.mark.parametrize(
    ("expression", "other"),
    [
        ("attribute:rack == r1", "attribute:attribute-2 == value-2"),
        ("attribute:rack in [r0, r1]", "attribute:attribute-2 in [value-1, value-2]"),
        ("attribute:rack not_in ['r9']", "attribute:attribute-2 not_in [value-3]"),
        ("attribute:ecs.instance-type =~ m7g.*", "attribute:ecs.instance-type =~ m7g.*"),
        ("attribute:com.example/secret exists", "attribute:attribute-1 exists"),
        ("not(task:group == service:api)", "not ( task:group == service:service-1 )"),
        ("task:group == databases and agentConnected == true", "task:group == tasks-1 and agentConnected == true"),
        ("attribute:ecs.availability-zone == us-east-1a", "attribute:ecs.availability-zone == us-east-1a"),
    ],
)
def test_each_name_is_exchanged_and_what_aws_names_stays(plain: Dump, expression: str, other: str) -> None:
    [service] = anonymised(asked(plain, expression)).services

    assert service.members == (other,)


def test_a_pattern_of_private_names_becomes_an_attribute_of_the_hosts_that_meet_it(plain: Dump) -> None:
    dump = asked(plain, "attribute:rack =~ r1.*")
    other = anonymised(dump)

    assert other.services[0].members == ("attribute:meets-1 exists",)
    chosen = [number for number, host in enumerate(other.hosts) if "meets-1" in host.attributes]
    assert chosen == [number for number, host in enumerate(dump.hosts) if host.attributes["rack"] == "r1"]
    assert "what placement constraints with patterns say" in other.missing[-1]


def test_an_expression_that_is_no_expression_names_nothing(plain: Dump) -> None:
    [service] = anonymised(asked(plain, "attribute:rack ==")).services

    assert "rack" not in service.members[0]
