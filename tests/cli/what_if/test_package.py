"""What is installed has what what-if plays, and the document says what a dump asks and holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from typing import Any

from ballast_cli.what_if import deployed
from simulator.stage import Stage
from tests.builders import ROOT
from tests.cli.what_if.fleets import dump_of, small_mixed, staged

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "what-if.md").read_text(encoding="utf-8")


def test_the_wheel_has_the_simulator_and_what_it_deploys() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    place = deployed.PLACES[0].relative_to(ROOT / "cli").as_posix()

    assert "simulator" in wheel["packages"]
    assert wheel["force-include"] == {"template.yaml": f"{place}/template.yaml", "functions": f"{place}/functions"}
    assert all((ROOT / source).exists() for source in wheel["force-include"])


def test_it_plays_with_what_the_extra_brings() -> None:
    """Of what only the development environment has nothing is loaded."""
    development = ("hypothesis", "pytest", "rich", "highspy", "policy_sentry", "packaging")
    asked = f"import sys; import ballast_cli.what_if.play; print([n for n in {development} if n in sys.modules])"
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "layers/shared:cli:."},
        capture_output=True,
        check=True,
    )

    assert done.stdout.strip() == b"[]"
    assert {each.partition("[")[0] for each in PROJECT["project"]["optional-dependencies"]["what-if"]} == {
        "greenlet",
        "moto",
        "pyyaml",
    }


def with_a_bit_of_all(stage: Stage) -> None:
    small_mixed(stage)
    world = stage.world
    world.add_group("loose", "shop", desired=1)
    world.enable_zonal_shift("web")
    world.add_group("scaled", "shop", desired=1, capacity_provider="scaled", managed_scaling=True)
    for name in ("web", "batch"):
        world.groups.groups[name].template_version = "$Default"


def test_the_policy_in_the_document_is_what_a_dump_asks() -> None:
    [policy] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    granted = set(policy["Statement"][0]["Action"])
    with staged(with_a_bit_of_all) as stage:
        dump_of(stage)
        asked = {f"{call.service}:{call.operation}" for call in stage.deployment.calls}

    assert asked <= granted
    # Of a group with a launch configuration, and of a cluster that is not there.
    assert granted - asked == {"autoscaling:DescribeLaunchConfigurations", "ecs:ListClusters"}


def test_every_event_is_in_the_document() -> None:
    from ballast_cli.what_if.events import ACTS  # noqa: PLC0415 - with the simulator
    from ballast_cli.what_if.options import EVENTS  # noqa: PLC0415 - the same

    assert set(ACTS) == set(EVENTS)
    assert set(re.findall(r"^\| `(\w+):", PAGE, re.MULTILINE)) == set(EVENTS)
