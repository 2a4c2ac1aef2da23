"""A bad AMI comes into the launch template: what boots from it never joins, until people take it out again."""

from __future__ import annotations

from simulator.scenarios.repair import fleet
from simulator.stage import Scenario, Stage
from simulator.world.ec2.api import PLAIN_IMAGE

BAD_IMAGE = "ami-0bad0bad0bad0bad0"


def build(stage: Stage) -> None:
    fleet(stage, 6)
    world = stage.world
    world.spoil_image(BAD_IMAGE, "never_joins")
    stage.at(2, lambda: world.move_template("web", BAD_IMAGE))
    stage.at(5, lambda: world.set_desired("web", 7))
    stage.at(120, lambda: world.move_template("web", PLAIN_IMAGE))


SCENARIO = Scenario("repair-bad-image", "A bad AMI: three launches that never join, then a page", 180, build)
