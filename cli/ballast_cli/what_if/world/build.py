"""The whole of it, in order; nothing of it is announced, as it was so before the story."""

from __future__ import annotations

from dataclasses import fields

from ballast_cli.dump.records import Dump
from ballast_cli.what_if.world.groups import add_groups
from ballast_cli.what_if.world.hosts import add_hosts, set_states
from ballast_cli.what_if.world.instances import add_instances
from ballast_cli.what_if.world.market import set_prices
from ballast_cli.what_if.world.newcomers import outfit_newcomers
from ballast_cli.what_if.world.releases import publish_known
from ballast_cli.what_if.world.services import add_services
from ballast_cli.what_if.world.shapes import Shapes
from ballast_cli.what_if.world.tasks import add_tasks
from ballast_cli.what_if.world.under_way import begin
from simulator.world import World
from simulator.world.autoscaling.readings import Readings


def build(world: World, dump: Dump) -> None:
    """Into an empty world whose clock shows when the dump was taken. Where AWS leaves something open, one reading holds."""
    usual = Readings()
    for each in fields(Readings):
        setattr(world.readings, each.name, getattr(usual, each.name))
    world.quiet = True
    shapes = Shapes(dump)
    world.add_cluster(dump.cluster.name, dump.cluster.tags).status = dump.cluster.status
    set_prices(world, dump, shapes)
    publish_known(world, dump)
    add_groups(world, dump, shapes)
    add_instances(world, dump, shapes)
    add_hosts(world, dump)
    add_services(world, dump)
    add_tasks(world, dump)
    set_states(world, dump)
    outfit_newcomers(world, dump)
    world.quiet = False
    begin(world, dump)
