"""What an operator writes into samconfig.toml arrives at CloudFormation, as SAM CLI itself reads it.

SAM CLI has an environment of its own (docs/decisions/0009), so its parser is asked in a process of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from simulator.delivery.cloudformation import load
from simulator.delivery.parameters import parameter_values
from tests.builders import ROOT
from tests.template.test_settings import CORPUS, cloudformation_takes, the_row_takes
from tools.settings_tables import EVERY

SAM = ROOT / ".venv-sam" / "bin" / "python"
TEMPLATE = load(ROOT / "template.yaml")
CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
ENVIRONMENTS = [name for name, each in CONFIG.items() if isinstance(each, dict)]
ROWS = {row.parameter: row for row in EVERY if row.parameter}
ONE_TEXT = {"waves": "UpdateWaves=10 30 100 DryRun=true", "budget": "UpdateFailureBudget=5 percent"}

type Heard = dict[str, dict[str, str]]

# As `sam deploy` does: the section of the file, the type of the option, what is sent to CloudFormation.
READS = """
import json, sys
from pathlib import Path
import click
from samcli.cli.cli_config_file import ConfigProvider
from samcli.commands.deploy.command import cli as deploy
from samcli.commands.deploy.deploy_context import DeployContext
option = next(each for each in deploy.params if each.name == "parameter_overrides")
parameters, asked = json.load(sys.stdin)
template = {"Parameters": dict.fromkeys(parameters)}
def read(path, environment):
    with click.Context(deploy) as context:
        section = ConfigProvider(section="parameters")(Path(path), environment, ["deploy"])
        overrides = option.type.convert(section.get("parameter_overrides"), option, context)
    sent = DeployContext.merge_parameters(template, overrides)
    return {each["ParameterKey"]: each["ParameterValue"] for each in sent if "ParameterValue" in each}
print(json.dumps({each: read(path, each) for path, environments in asked.items() for each in environments}))
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """The values that CloudFormation gets, by environment: of what we ship, and of all that is written here, in one go."""
    if not SAM.exists():
        pytest.fail("SAM CLI is not installed: make .venv-sam/ready")
    folder = tmp_path_factory.mktemp("sam")  # a file each, for SAM reads a file anew for each environment
    asked = {str(ROOT / "samconfig.toml"): ENVIRONMENTS}
    tables = {**written(), "examples": examples()}
    texts = {name: in_one_text(name) for name in ONE_TEXT} | {
        name: toml_of(name, each) for name, each in tables.items()
    }
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(f"version = 0.1\n{text}\n", encoding="utf-8")
        asked[str(folder / f"{name}.toml")] = [name]
    given = json.dumps([list(TEMPLATE["Parameters"]), asked])
    done = subprocess.run([str(SAM), "-c", READS], input=given, capture_output=True, check=True, text=True)  # noqa: S603 - our own words
    found: Heard = json.loads(done.stdout)
    return found


def examples() -> dict[str, str]:
    """Those in the comments of the file."""
    text = (ROOT / "samconfig.toml").read_text(encoding="utf-8")
    return {
        name: json.loads(value) for name, value in re.findall(r'^# (\w+) = ("(?:[^"\\]|\\.)*")', text, re.MULTILINE)
    }


def in_one_text(environment: str) -> str:
    return f"[{environment}.deploy.parameters]\nparameter_overrides = {json.dumps(ONE_TEXT[environment])}"


def toml_of(environment: str, values: Mapping[str, str]) -> str:
    """A TOML text is written as a JSON text is."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join([f"[{environment}.deploy.parameters.parameter_overrides]", *lines])


def written() -> dict[str, dict[str, str]]:
    """Environments that give each parameter each value that is allowed; the strings of the README's examples among them."""
    special = {
        "UpdateWaves": ["10 30 100"],
        "UpdateFailureBudget": ["5 percent"],
        "ManagedClusters": ["prod,staging"],
        "UpdateAlarms": ["api-5xx  api-latency", 'it\'s "high" here', "a=b c=d", "# none", "file://x"],
        "UpdateWindows": ["0 2 * * tue-thu for 4h in Europe/Berlin and 0 4 * * sat for 2h in UTC"],
        "SlackSecretArn": ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:a b, 'c' \"d\" é=1"],
    }
    allowed = {
        name: [text for text in CORPUS if the_row_takes(row, text) and cloudformation_takes(row, text)]
        + special.get(name, [])
        for name, row in ROWS.items()
    }
    most = max(map(len, allowed.values()))
    return {
        f"e{number}": {name: values[number % len(values)] for name, values in allowed.items()} for number in range(most)
    }


def test_every_value_that_a_parameter_may_have_arrives_as_it_was_written(heard: Heard) -> None:
    assert {environment: heard[environment] for environment in written()} == written()
    assert {name for values in written().values() for name in values} == TEMPLATE["Parameters"].keys()


def test_what_we_ship_arrives_and_cloudformation_takes_it(heard: Heard) -> None:
    assert ENVIRONMENTS == ["default", "prod"]
    for environment in ENVIRONMENTS:
        table = CONFIG[environment]["deploy"]["parameters"]["parameter_overrides"]
        assert heard[environment] == table
        assert parameter_values(TEMPLATE["Parameters"], table)


def test_each_environment_has_a_table_of_texts_and_a_stack_of_its_own() -> None:
    tables = [CONFIG[name]["deploy"]["parameters"]["parameter_overrides"] for name in ENVIRONMENTS]

    assert all(isinstance(table, dict) and table for table in tables)
    assert {type(value) for table in tables for value in table.values()} == {str}
    assert len({CONFIG[name]["global"]["parameters"]["stack_name"] for name in ENVIRONMENTS}) == len(ENVIRONMENTS)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_stack_of_0_1_0_is_updated_in_place_with_what_we_ship(environment: str) -> None:
    """Where the file says nothing, SAM keeps the value that the stack has; 0.1.0 had `follow` by default."""
    assert CONFIG[environment]["deploy"]["parameters"]["parameter_overrides"]["UpdateLaunchTemplates"] == "report"


def test_every_example_in_a_comment_of_the_file_is_one_that_arrives(heard: Heard) -> None:
    assert {"ManagedClusters", "UpdateWaves", "UpdateWindows", "UpdateFailureBudget"} <= examples().keys()
    assert heard["examples"] == examples()
    assert all(the_row_takes(ROWS[name], value) for name, value in examples().items())


def test_the_readme_shows_the_table() -> None:
    [shown] = re.findall(
        r"^ *```toml\n(.*?)^ *```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    table: dict[str, Any] = tomllib.loads(shown)["default"]["deploy"]["parameters"]["parameter_overrides"]

    assert {"DryRun", "ManagedClusters", "UpdateWaves", "UpdateWindows"} <= table.keys()
    assert all(the_row_takes(ROWS[name], value) for name, value in table.items())


def test_one_text_for_all_would_be_cut_at_its_blanks(heard: Heard) -> None:
    """Why there is a table, and that the tests above would see it."""
    assert heard["waves"] == {"UpdateWaves": "10", "DryRun": "true"}
    assert heard["budget"] == {"UpdateFailureBudget": "5"}
