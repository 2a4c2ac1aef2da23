"""docs/simulator.md is an interface: what it says can be done, can be done."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.world.acts import Acts
from simulator.world.autoscaling.acts import GroupActs
from simulator.world.autoscaling.schedule_acts import ScheduleActs
from simulator.world.autoscaling.shift_acts import ShiftActs
from simulator.world.autoscaling.supply_acts import SupplyActs
from simulator.world.autoscaling.upkeep_acts import UpkeepActs
from simulator.world.ec2.acts import InstanceActs
from simulator.world.ec2.notice_acts import NoticeActs
from simulator.world.ec2.price_acts import PriceActs
from simulator.world.ecs.acts import EcsActs
from simulator.world.ecs.capacity_acts import CapacityActs
from simulator.world.ecs.illness_acts import IllnessActs
from simulator.world.ecs.load_acts import LoadActs
from simulator.world.fleet_building import FleetBuilding
from simulator.world.workload_building import WorkloadBuilding
from simulator.world.world import World

PAGE = Path("docs/simulator.md").read_text(encoding="utf-8")
KINDS = (
    FleetBuilding,
    WorkloadBuilding,
    Acts,
    GroupActs,
    ShiftActs,
    SupplyActs,
    UpkeepActs,
    ScheduleActs,
    InstanceActs,
    EcsActs,
    IllnessActs,
    CapacityActs,
    LoadActs,
    NoticeActs,
    PriceActs,
)
VERBS = [name for kind in KINDS for name, value in vars(kind).items() if name[0] != "_" and inspect.isfunction(value)]
CALLS = re.findall(r"`([a-z_]+)\(([^`]*)\)`", PAGE.partition("## Verbs")[2].partition("## Play one event")[0])


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_on_the_page(verb: str) -> None:
    assert re.search(rf"`{verb}\(", PAGE), f"docs/simulator.md does not name {verb}"


@pytest.mark.parametrize(("verb", "arguments"), [call for call in CALLS if call[0] in VERBS])
def test_every_argument_on_the_page_exists_in_its_place(verb: str, arguments: str) -> None:
    parameters = inspect.signature(getattr(World, verb)).parameters
    by_name = False
    for written in re.split(r",\s*(?![^(\[]*[)\]])", arguments):
        name = written.partition("=")[0].strip()
        if name == "*":
            by_name = True
        elif name not in ("", "…"):
            assert name.lstrip("*") in parameters, f"{verb} has no {name}"
            assert by_name is (parameters[name.lstrip("*")].kind is inspect.Parameter.KEYWORD_ONLY) or name[0] == "*"
            by_name |= name[0] == "*"


def test_the_scenario_on_the_page_can_be_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "my_scenario.py"
    path.write_text(code)

    assert main(["demo", "--scenario", str(path), "--json"]) == 0
    assert '"scenario": "mine"' in capsys.readouterr().out
