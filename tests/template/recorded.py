"""What fleets make the functions ask for: a few days with all that they do, recorded once and judged many times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from simulator.iam.ask import Ask
from simulator.iam.policy import Policy, Statement
from simulator.iam.roles import Roles
from simulator.scenarios import scenarios
from simulator.scenarios.repair_bad_image import BAD_IMAGE
from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import BUTTONS, MANAGED, Scenario, Stage
from simulator.world.core.capacity_records import ScalingRules
from tests.scenarios import test_replacing, test_updates
from tests.scenarios.buttons import STRANGER, Room
from tests.scenarios.rebalanced import LARGE, RIGHTS, SMALL, a_story, cluster_on, group_of
from tests.scenarios.stages import a_scenario

UNKNOWN = "aws-ecs-9"  # a variant of which AWS publishes nothing
NAMED = {"ManagedClusters": "other,prod"}
REPORT = {"UpdateLaunchTemplates": "report", "InstanceRoleArns": ""}
REPAIR = {"Repair": "on"}
NO_SLACK = {"SlackChannel": "", "SlackSecretArn": "", "SlackDeciders": ""}
VARIATIONS: Mapping[str, Mapping[str, str]] = {
    "clusters by name": NAMED,
    "launch templates are reported": REPORT,
    "no Slack": NO_SLACK,
    "clusters by name, reported, no Slack": {**NAMED, **REPORT, **NO_SLACK},
}


class Recording:
    """Everything asked for under one set of parameters; `roles` are those of that deployment."""

    def __init__(self, scenarios: list[Scenario], parameters: Mapping[str, str]) -> None:
        self.asked: dict[tuple[str, Ask], bool] = {}
        for scenario in scenarios:
            merged = {**scenario.parameters, **parameters}
            played = Scenario(scenario.name, scenario.title, scenario.minutes, scenario.build, merged)
            with Stage(played, 1) as stage:
                stage.play()
                self.roles: Roles = stage.deployment.roles
                self.asked |= self.roles.asked

    def of(self, function: str) -> Iterator[Ask]:
        return (ask for caller, ask in self.asked if caller == function)

    def refused(self, function: str, policy: Policy) -> list[Ask]:
        """What a function would be refused if its role were this one."""
        everywhere = self.roles.everywhere(function)
        return [
            ask for ask in self.of(function) if not policy.allowing(ask.action, ask.resource, ask.context(everywhere))
        ]

    def uses(self, function: str, statement: Statement, action: str) -> bool:
        """Whether a request for this action needed or could have used the statement."""
        everywhere = self.roles.everywhere(function)
        return any(
            statement.matches(ask.action, ask.resource, ask.context(everywhere))
            for ask in self.of(function)
            if ask.action.lower() == action.lower()
        )


@cache
def everything() -> Recording:
    """With the parameters as they are, and people who may press buttons."""
    return Recording(days(), BUTTONS)


@cache
def shortly(variation: str) -> Recording:
    """A few days under other parameters."""
    return Recording(short_days(), VARIATIONS[variation])


def days() -> list[Scenario]:
    yours = scenarios()
    return [
        yours["tour"],
        yours["managed-draining"],
        a_scenario(yours["standalone-task"].build, parameters={"StandaloneTasks": "stop"}),
        a_scenario(partial(long_drain, capacity_provider="web"), minutes=55),
        a_scenario(partial(long_drain, tags=MANAGED), minutes=55),
        a_scenario(no_room, minutes=40),
        a_scenario(unreadable, minutes=5),
        a_scenario(pooled, minutes=5),
        test_updates.fleet(worries, parameters={"UpdateAlarms": "errors", "UpdateCalendars": "freeze"}),
        test_updates.fleet(
            lambda stage: stage.at(9, lambda: test_updates.troubles(stage, failed_boots=9)),
            minutes=70,
            parameters={"UpdateOnHalt": "rollback"},
        ),
        test_updates.fleet(never_back, minutes=70),
        test_replacing.fleet(halted, minutes=40),
        test_replacing.fleet(launches_from="$Default"),
        test_replacing.fleet(launches_from="parameter"),
        test_replacing.fleet(rolled_back, minutes=70),
        test_updates.fleet(pinned, tags={"ballast:update-version": "1.63.0"}),
        a_scenario(partial(protected_group, tags=MANAGED), minutes=60, parameters=test_updates.QUICK),
        a_scenario(partial(protected_group, capacity_provider="web"), minutes=60, parameters=test_updates.QUICK),
        a_scenario(loose_and_lost, minutes=60, parameters=test_updates.QUICK),
        a_story(partial(rebalanced, provided=True), 12),
        a_story(partial(rebalanced, provided=False, tags=MANAGED), 12),
        a_scenario(partial(repaired, capacity_provider="web"), minutes=30, parameters=REPAIR),
        a_scenario(partial(repaired, tags=MANAGED), minutes=30, parameters=REPAIR),
        a_scenario(launched_in_vain, minutes=30, parameters=REPAIR),
        test_updates.fleet(decided, minutes=40, parameters={"UpdateApproval": "manual"}),
        a_scenario(loose_and_halted, minutes=40, parameters={**test_replacing.QUICK, **RIGHTS}),
    ]


def short_days() -> list[Scenario]:
    """With every way of being asked that depends on a parameter."""
    return [
        scenarios()["tour"],
        a_scenario(partial(protected_group, tags=MANAGED), minutes=60, parameters=test_updates.QUICK),
        test_replacing.fleet(launches_from="$Default", minutes=40),
    ]


def long_drain(stage: Stage, **group: Any) -> None:
    """A scale-in that a task holds up, and a retirement, of instances that are protected from scale-in."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, new_instances_protected_from_scale_in=True, **group)
    world.enable_zonal_shift("web")
    world.add_service("prod", "api", desired=8)
    held, retired, *_ = stage.instances("web")
    task = world.run_task("prod", "nightly-export", on=held)
    stage.at(3, lambda: world.scale_in("web", held))
    stage.at(2, lambda: world.schedule_retirement([retired], world.moment(5 * 24 * 3600)))
    stage.at(35, lambda: world.stop_task(task.arn))


def pooled(stage: Stage) -> None:
    """A group with a warm pool."""
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=1, capacity_provider="web")
    stage.world.put_warm_pool("web", minimum=1)


def no_room(stage: Stage) -> None:
    """Tasks that fit nowhere, until the group grows."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=2, maximum=9, capacity_provider="web")
    world.add_service("prod", "api", desired=20, cpu=1024, memory_mib=1024)
    stage.at(20, lambda: world.set_desired("web", 9))


def unreadable(stage: Stage) -> None:
    """Each queue gets what nobody can read; a cluster is managed no more, AWS takes a release back, and has none of a variant."""
    world, releases = stage.world, stage.world.bottlerocket.releases
    for version in (BEFORE, AFTER):
        releases.publish(VARIANT, ARCH, version, long_ago=True)
    for cluster in ("prod", "other"):
        world.add_cluster(cluster, MANAGED)
    world.add_group("web", "prod", desired=1, bottlerocket=(VARIANT, ARCH, BEFORE))
    releases.publish(UNKNOWN, ARCH, BEFORE, long_ago=True)
    world.add_group("new", "prod", desired=1, bottlerocket=(UNKNOWN, ARCH, BEFORE))
    del releases.lines[UNKNOWN, ARCH]
    stage.at(1, stage.check_releases)
    stage.at(1.5, lambda: releases.recall(VARIANT, ARCH))
    stage.at(2, stage.check_releases)
    stage.at(2, lambda: stage.command("pause", "prod", id="a-command"))
    stage.at(2.5, world.clusters["other"].tags.clear)
    for queue in ("DrainEvents", "UpdateEvents", "ReleaseChecks", "RebalanceEvents", "Notices"):
        stage.at(1, lambda queue=queue: stage.deployment.queues[queue].send("{"))  # type: ignore[misc]


def worries(stage: Stage) -> None:
    stage.world.alarms["errors"] = "OK"
    stage.world.calendars["freeze"] = True
    stage.world.enable_zonal_shift("web")
    stage.world.watch_application(stage.instances("web")[0])
    for number in range(400):
        stage.at(number / 10, lambda: forget_key(stage))


def forget_key(stage: Stage) -> None:
    """Somebody deletes the key that notices are signed with: whoever tells next makes another one."""
    table = stage.deployment.stack.names.physical("Ledger")
    key = {"cluster": {"S": "#seal"}, "item": {"S": "key"}}
    stage.deployment.front_door.tables.handle("DeleteItem", {"TableName": table, "Key": key})


def never_back(stage: Stage) -> None:
    """Its group replaces it."""
    test_updates.troubles(stage, 0, never_returns=True)


def halted(stage: Stage) -> None:
    stage.at(10, lambda: stage.command("halt", reason="not today"))


def pinned(stage: Stage) -> None:
    """To a release that watch_bottlerocket never announced: its image is looked up."""
    for version in ("1.63.0", "1.63.1"):
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, version, long_ago=True)


def decided(stage: Stage) -> None:
    """In Slack, after somebody who may not, and what nobody can read."""
    room = Room(stage)
    stage.at(5, lambda: room.press("approve", STRANGER))
    stage.at(6, lambda: room.press("approve", actions=[]))
    stage.at(7, lambda: room.press("approve"))


def rolled_back(stage: Stage) -> None:
    stage.at(45, lambda: stage.command("rollback"))


def loose_and_lost(stage: Stage) -> None:
    protected_group(stage, tags=MANAGED)
    never_back(stage)


def loose_and_halted(stage: Stage) -> None:
    protected_group(stage, tags=MANAGED)
    stage.at(7, lambda: stage.command("halt", reason="not today"))


def rebalanced(stage: Stage, *, provided: bool, **group: Any) -> None:
    """A large instance goes for a small one, and elsewhere tasks without room have one launched by LaunchInstances."""
    world = stage.world
    for cluster, name, tasks, tags in (("prod", "web", 3, {}), ("other", "more", 4, {"launch_instances": "on"})):
        cluster_on(stage, cluster, **tags)
        shape = LARGE if cluster == "prod" else SMALL
        group_of(
            stage,
            1,
            name=name,
            cluster=cluster,
            shape=shape,
            maximum=4,
            capacity_provider=name if provided else None,
            **group,
        )
        world.enable_zonal_shift(name)
        providers = [name] if provided else []
        world.add_service(cluster, "api", desired=tasks, cpu=512, memory_mib=1024, capacity_providers=providers)
    world.groups.groups["web"].shape = SMALL
    group_of(stage, 1, name="spot", spot=True, scaling=ScalingRules())
    for record in world.groups.groups.values():
        record.template_version = "$Default"
    stage.at(3, lambda: world.scale_service("other", "api", 6))
    for number in range(100):
        stage.at(number / 10, lambda: forget_key(stage))


def repaired(stage: Stage, **group: Any) -> None:
    """One agent is lost; another instance is launched first."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, maximum=4, **group)
    world.add_service("prod", "api", desired=6)
    lost = stage.instances("web")[0]
    stage.at(3, lambda: world.disconnect_agent(lost, for_s=3600))


def launched_in_vain(stage: Stage) -> None:
    """What boots from a bad image never joins."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, maximum=4, tags=MANAGED)
    world.groups.groups["web"].template_version = "$Latest"
    world.spoil_image(BAD_IMAGE, "never_joins")
    world.move_template("web", BAD_IMAGE)
    stage.at(2, lambda: world.set_desired("web", 4))


def protected_group(stage: Stage, **group: Any) -> None:
    """Of a capacity provider, which ECS tags, or of none, so that only the operator's tag is on it."""
    world = stage.world
    releases = world.bottlerocket.releases
    releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("prod", MANAGED)
    world.add_group(
        "web",
        "prod",
        desired=3,
        new_instances_protected_from_scale_in=True,
        bottlerocket=(VARIANT, ARCH, BEFORE),
        **group,
    )
    world.add_service("prod", "api", desired=6, cpu=512, memory_mib=1024)
    stage.at(1, stage.check_releases)
    stage.at(1.5, lambda: releases.publish(VARIANT, ARCH, AFTER))
    stage.at(2, stage.check_releases)
