"""A bad AMI comes into the launch template: what boots from it never joins, until people take it out again."""

from __future__ import annotations

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage
from simulator.world.ec2.api import PLAIN_IMAGE

BAD_IMAGE = "ami-0bad0bad0bad0bad0"


def build(stage: Stage) -> None:
    fleet(stage, 6)
    world = stage.world
    world.spoil_image(BAD_IMAGE, "never_joins")
    stage.at(2, lambda: world.move_template("web", BAD_IMAGE))
    stage.at(5, lambda: world.set_desired("web", 7))
    stage.at(120, lambda: put_right(stage))


def put_right(stage: Stage) -> None:
    """People take the image out, and end what booted from it."""
    stage.world.move_template("web", PLAIN_IMAGE)
    for instance in stage.instances("web"):
        if stage.world.ec2.instances[instance].image_id == BAD_IMAGE:
            stage.world.terminate_instance(instance)


SCENARIO = Scenario("repair-bad-image", "A bad AMI: three launches that never join, then a page", 180, build, RIGHTS)
