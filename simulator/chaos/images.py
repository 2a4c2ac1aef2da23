"""What groups of Bottlerocket launch: newcomers that do not serve, templates that people move, hosts that hear no cancel."""

from __future__ import annotations

from simulator.chaos.draw import Act
from simulator.chaos.supply import break_newcomers_of
from simulator.chaos.updates import GROUPS, KIND, VERSIONS
from simulator.world.autoscaling.group_records import Fault

FAULTS: tuple[Fault, ...] = ("never_joins", "never_joins", "agent_lost", "other_version", "starts_nothing")
PUT_RIGHT_MINUTES = 59.0
OTHER_KIND = ("aws-ecs-3", "x86_64")
UNHEARD_S = (900.0, 1800.0)


def broken_newcomers(act: Act) -> None:
    """For a while; people end what does not serve when the hour is over."""
    world = act.where.world

    def begin() -> str | None:
        group = act.rng.choice(GROUPS)
        if group not in world.groups.groups:
            return None
        fault = act.rng.choice(FAULTS)
        broken = break_newcomers_of(act, group, fault, act.rng.uniform(300, 1500))
        return f"{broken}: {fault}"

    act.at_some_time("newcomers do not serve", begin, until=35)
    act.at(PUT_RIGHT_MINUTES, "what never served is ended", lambda: _end_those(act))


def moved_templates(act: Act) -> None:
    """By hand, to what is somebody's own: a copy, another variant, a parameter, an override."""

    def move() -> str | None:
        world = act.where.world
        group = act.rng.choice(GROUPS)
        if group not in world.groups.groups:
            return None
        releases = world.bottlerocket.releases
        public = next(r.image_id for r in releases.lines[KIND].published if r.version == VERSIONS[0])
        how = act.rng.choice(("copy", "variant", "parameter", "version", "override"))
        match how:
            case "copy":
                name = f"bottlerocket-{KIND[0]}-x86_64-v{VERSIONS[0]}-0a1b2c3d"
                world.move_template(group, world.copy_image(public, name))
            case "variant":
                other = releases.publish(*OTHER_KIND, VERSIONS[0], long_ago=True)
                world.move_template(group, other.image_id)
            case "parameter":
                world.put_parameter("/images/ours", public)
                world.move_template(group, "resolve:ssm:/images/ours")
            case "version":
                name = f"/aws/service/bottlerocket/{KIND[0]}/{KIND[1]}/{VERSIONS[0]}/image_id"
                world.move_template(group, f"resolve:ssm:{name}")
            case _:
                world.override_image(group, public)
        return f"{group}: {how}"

    act.at_some_time("a template is moved by hand", move, until=50)


def unheard_commands(act: Act) -> None:
    """Systems Manager delivers nothing for longer than a host is waited for: cancels and settings are lost."""

    def begin() -> str:
        run_command = act.where.world.run_command
        before, run_command.undelivered = run_command.undelivered, 1.0
        act.where.clock.after(act.rng.uniform(*UNHEARD_S), lambda: setattr(run_command, "undelivered", before))
        return "every host"

    act.at_some_time("no command is delivered", begin, until=35)


def _end_those(act: Act) -> str | None:
    world = act.where.world
    ended = []
    for name in GROUPS:
        for instance_id in act.where.instances(name):
            host = world.find_host(instance_id) if world.ec2.instances[instance_id].cluster else None
            if host is None or not host.agent_connected or host.instance.fault == "starts_nothing":
                world.terminate_instance(instance_id)
                ended.append(instance_id)
    return ", ".join(ended) or None
