"""What a real cluster has and a scenario has no verb for: from the dump into the world, and as AWS shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast import clock
from ballast.aws.session import client
from ballast_cli.dump.ask import ask
from ballast_cli.dump.group_records import Activity, Group, Launches, Resized
from ballast_cli.dump.records import Dump, Instance
from ballast_cli.dump.work_records import Deployment
from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import PolicyFile, Question
from tests.cli.what_if.fleets import ON, dumped, small_mixed
from tests.cli.what_if.rebuilt import rebuilt

OFF = PolicyFile("off.toml", {"Rebalance": "off", "Repair": "off"})


@pytest.fixture
def dump() -> Dump:
    return dumped(small_mixed, **ON)


def again(dump: Dump) -> Dump:
    with rebuilt(dump):
        return ask(dump.cluster.name, "ballast", clock.utc_now())


def with_service(dump: Dump, name: str, **changes: Any) -> Dump:
    return replace(dump, services=tuple(replace(s, **changes) if s.name == name else s for s in dump.services))


def with_definition(dump: Dump, name: str, **changes: Any) -> Dump:
    definitions = tuple(replace(d, **changes) if d.name == name else d for d in dump.definitions)
    return replace(dump, definitions=definitions)


def with_group(dump: Dump, name: str, **changes: Any) -> Dump:
    return replace(dump, groups=tuple(replace(g, **changes) if g.name == name else g for g in dump.groups))


def with_instance(dump: Dump, instance: str, **changes: Any) -> Dump:
    return replace(dump, instances=tuple(replace(i, **changes) if i.id == instance else i for i in dump.instances))


def group_of(dump: Dump, name: str) -> Group:
    return next(group for group in dump.groups if group.name == name)


def first_of(dump: Dump, group: str) -> Instance:
    name = group_of(dump, group).members[0].instance
    return next(each for each in dump.instances if each.id == name)


def test_a_task_definition_may_ask_for_much(dump: Dump) -> None:
    asked = {
        "ports": (8080, 9090),
        "members": ("attribute:ecs.os-type == linux",),
        "attributes": ("ecs.os-type",),
        "stop_timeout_s": 90,
    }
    changed = with_definition(dump, "api:1", **asked)
    changed = with_service(changed, "api", members=("attribute:ecs.instance-type =~ m7g.*",), distinct=True)

    seen = again(changed)

    assert (seen.definitions, seen.services) == (changed.definitions, changed.services)
    assert {task.ports for task in seen.tasks if task.group == "service:api"} == {(8080, 9090)}


def test_a_port_is_taken_once_on_a_host(dump: Dump) -> None:
    changed = with_definition(dump, "api:1", ports=(8080,))
    changed = with_service(changed, "api", desired=12, deployments=())
    with rebuilt(changed) as stage:
        stage.play(5)
        service = stage.world.clusters["shop"].services["api"]
        hosts = [task.host.arn for task in service.tasks.values()]

    assert len(hosts) > 6
    assert len(hosts) == len(set(hosts))


def test_what_nobody_can_read_no_host_meets_and_that_is_said(dump: Dump) -> None:
    changed = with_service(dump, "api", members=("registeredAt > yesterday",), desired=7)

    found = answer(Question(changed, OFF))

    assert found.harm.waiting == {"api": 1}
    assert any("cannot be read" in each and "registeredAt > yesterday" in each for each in found.unknown)


def test_a_subnet_and_a_failed_check_are_shown(dump: Dump) -> None:
    name = first_of(dump, "web").id
    changed = with_instance(dump, name, subnet="subnet-0123456789abcdef0", impaired="system")

    assert again(changed).instances == changed.instances


@pytest.mark.parametrize("state", ["COMPLETED", "IN_PROGRESS", "FAILED"])
def test_a_deployment_goes_on_or_has_failed(dump: Dump, state: str) -> None:
    [service] = [each for each in dump.services if each.name == "api"]
    [one] = service.deployments
    changed = with_service(dump, "api", deployments=(replace(one, state=state),))

    [seen] = [each for each in again(changed).services if each.name == "api"]

    assert (seen.deployments[0].state, seen.deployments[0].id) == (state, one.id)


def test_the_tasks_of_an_older_deployment_leave(dump: Dump) -> None:
    [service] = [each for each in dump.services if each.name == "api"]
    [one] = service.deployments
    newer = Deployment("1234567890123456789", "api:1", running=0, state="IN_PROGRESS")
    older = replace(one, primary=False)
    well = replace(dump, hosts=tuple(replace(h, agent_connected=True, impaired=()) for h in dump.hosts))
    changed = with_service(well, "api", deployments=(newer, older))
    with rebuilt(changed) as stage:
        played = stage.world.clusters["shop"].services["api"]
        before = {task.arn for task in played.tasks.values()}
        stage.play(5)

        assert len(played.tasks) == played.desired
        assert before.isdisjoint(task.arn for task in played.tasks.values())
        assert played.replaced is None


def test_zone_balancing_under_way_keeps_a_service_busy(dump: Dump) -> None:
    [seen] = [each for each in again(with_service(dump, "api", balancing=True)).services if each.name == "api"]

    assert seen.balancing


def test_a_group_keeps_what_it_is_and_was(dump: Dump) -> None:
    earlier, later = dump.taken_at - timedelta(hours=2), dump.taken_at - timedelta(hours=1)
    raised = Resized(earlier, 5, 6, by_ecs=True)
    past = (Activity(earlier, earlier, launch=True, resized=(raised,)), Activity(later, later, taken=True))
    kept: Mapping[str, Any] = {
        "suspended": ("AZRebalance",), "refreshing": True, "lifetime_s": 604_800, "operated": True, "balanced_only": True,
        "least_healthy_percent": 90, "most_healthy_percent": 110, "activities": past, "protects_new": True,
    }  # fmt: skip

    assert group_of(again(with_group(dump, "web", **kept)), "web") == replace(group_of(dump, "web"), **kept)


def test_a_group_that_picks_types_by_attributes_offers_nothing_that_is_known(dump: Dump) -> None:
    picky = Launches(mixed=True, on_demand_percent=0, spot_allocation="price-capacity-optimized")
    changed = with_group(dump, "batch", launches=picky)

    assert group_of(again(changed), "batch").launches == picky
    assert any("which types these groups launch" in each for each in answer(Question(changed, OFF)).unknown)


def test_versions_of_launch_templates_tell_old_instances_from_new_ones(dump: Dump) -> None:
    group = group_of(dump, "web")
    members = tuple(replace(m, version=3 + number % 2) for number, m in enumerate(group.members))
    changed = with_group(dump, "web", members=members, template=replace(group.template, version="4"))

    assert group_of(again(changed), "web") == group_of(changed, "web")


def test_what_is_leaving_goes_on_to_leave_and_is_drained(dump: Dump) -> None:
    group = group_of(dump, "web")
    [first, *others] = group.members
    leaving = (replace(first, state="Terminating:Wait"), *others)

    found = answer(Question(with_group(dump, "web", members=leaving, desired=5, hooks=()), OFF))

    assert any(first.instance in each.what for each in found.told)


def test_an_announced_retirement_is_drained(dump: Dump) -> None:
    name = first_of(dump, "web").id

    found = answer(Question(with_instance(dump, name, retires_at=dump.taken_at + timedelta(days=5)), OFF))

    assert [(d.instance, d.why) for d in found.drained if d.at is not None] == [(name, "scheduled change")]


def test_a_young_instance_that_has_not_joined_joins_and_an_old_one_never_does(dump: Dump) -> None:
    hosts = {host.instance: host for host in dump.hosts}
    spare = [m.instance for m in group_of(dump, "batch").members][:2]
    gone = {hosts[name].id for name in spare}
    bare = replace(
        dump,
        hosts=tuple(h for h in dump.hosts if h.id not in gone),
        tasks=tuple(t for t in dump.tasks if t.host not in gone),
    )
    young = with_instance(bare, spare[0], launched_at=dump.taken_at - timedelta(minutes=1))
    with rebuilt(young) as stage:
        stage.play(5)

        assert [stage.world.find_host(name) is not None for name in spare] == [True, False]


def test_what_is_launched_has_the_attributes_that_its_group_shares(dump: Dump) -> None:
    web = {member.instance for member in group_of(dump, "web").members}
    hosts = tuple(
        replace(h, attributes={**h.attributes, "stack": "blue" if h.instance in web else "green", "own": h.id})
        for h in dump.hosts
    )
    with rebuilt(replace(dump, hosts=hosts)) as stage:
        stage.world.set_desired("web", 7)
        stage.play(6)
        raw = client("ecs").describe_container_instances(
            cluster="shop", containerInstances=[h.arn for h in stage.world.clusters["shop"].by_ec2_id.values()]
        )["containerInstances"]

    [new] = [each for each in raw if each["ec2InstanceId"] not in hosts_of(dump)]
    attributes = {a["name"]: a.get("value") for a in new["attributes"]}
    assert attributes["stack"] == "blue"
    assert "own" not in attributes
    assert attributes["ecs.instance-type"] == "m7g.2xlarge"


def hosts_of(dump: Dump) -> set[str]:
    return {host.instance for host in dump.hosts}


def test_a_record_of_an_instance_that_ec2_has_forgotten_stays_a_record(dump: Dump) -> None:
    name = first_of(dump, "web").id
    group = group_of(dump, "web")
    left = tuple(member for member in group.members if member.instance != name)
    changed = with_group(dump, "web", members=left, desired=5)
    changed = replace(changed, instances=tuple(i for i in changed.instances if i.id != name))

    seen = again(changed)

    assert (seen.instances, seen.hosts) == (changed.instances, changed.hosts)


def test_a_host_that_systems_manager_does_not_reach_is_shown_so(dump: Dump) -> None:
    name = first_of(dump, "web").id

    [seen] = [i for i in again(with_instance(dump, name, reachable=False)).instances if i.id == name]

    assert not seen.reachable
