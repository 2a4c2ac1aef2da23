"""`make package`: archives and a template that deploy without a clone, and without a transform."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from ballast import __version__
from simulator.delivery.cloudformation import load
from tests.builders import ROOT
from tools.package import plain
from tools.package.__main__ import FOLDER, write
from tools.package.zips import zip_folder

SOURCE = load(ROOT / "template.yaml")
CODED = plain.coded(SOURCE)
DEFAULTS = {"CodeBucket": "acme-code", "CodeBucketPerRegion": "false", "CodePrefix": "ballast/"}


def built(folder: Path) -> Path:
    """As `sam build` leaves it."""
    for name in CODED:
        (folder / name).mkdir(parents=True)
        (folder / name / "handler.py").write_text(f"# {name}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("dist") / "ballast"
    write(built(tmp_path_factory.mktemp("built")), ROOT / "template.yaml", into, DEFAULTS)
    return into


@pytest.fixture(scope="module")
def packaged(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "template.yaml").read_text(encoding="utf-8"))
    return found


def code_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """Where each function and the layer take it from, by logical id."""
    resources = template["Resources"].items()
    found = {name: r["Properties"].get("Code", r["Properties"].get("Content")) for name, r in resources}
    return {name: each for name, each in found.items() if isinstance(each, dict) and "S3Key" in each}


# What is in the folder


def test_every_archive_that_the_template_names_is_there_and_no_other_file(
    folder: Path, packaged: dict[str, Any]
) -> None:
    named = {each["S3Key"]["Fn::Sub"].removeprefix("${CodePrefix}") for each in code_of(packaged).values()}

    assert named | {"template.yaml"} == {path.name for path in folder.iterdir()}
    assert len(named) == len(CODED)


def test_what_another_build_left_is_gone(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "SharedLayer-0000000000000000.zip").touch()
    write(built(tmp_path / "built"), ROOT / "template.yaml", tmp_path / "dist", {})

    assert not (tmp_path / "dist" / "SharedLayer-0000000000000000.zip").exists()


def test_the_folder_carries_the_version() -> None:
    assert FOLDER.as_posix() == f"dist/ballast-{__version__}"


# The archives


def a_build(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "python" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_two_builds_of_the_same_make_the_same_archive_whenever_and_in_whatever_order(tmp_path: Path) -> None:
    texts = {name: name * 3 for name in "qwertyuiopasdfghjkl"}
    one, other = a_build(tmp_path / "one", **texts), a_build(tmp_path / "other", **dict(reversed(texts.items())))
    os.utime(other / "python" / "a.py", (1, 1))
    (other / "python" / "q.py").chmod(0o600)
    for into in ("x", "y"):
        (tmp_path / into).mkdir()

    name = zip_folder(one, tmp_path / "x", "Layer")
    assert zip_folder(other, tmp_path / "y", "Layer") == name
    assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()
    with ZipFile(tmp_path / "x" / name) as archive:
        assert archive.namelist() == [f"python/{letter}.py" for letter in sorted(texts)]


def test_an_archive_has_another_name_once_a_byte_a_mode_or_a_path_is_another(tmp_path: Path) -> None:
    """Lambda takes new code only when the key is new."""
    folder = a_build(tmp_path / "build", a="1")
    names = [zip_folder(folder, tmp_path, "Layer")]
    a_build(folder, a="2")
    names.append(zip_folder(folder, tmp_path, "Layer"))
    (folder / "python" / "a.py").chmod(0o755)
    names.append(zip_folder(folder, tmp_path, "Layer"))
    (folder / "python" / "a.py").rename(folder / "python" / "b.py")
    names.append(zip_folder(folder, tmp_path, "Layer"))

    assert len(set(names)) == 4


def test_lambda_can_read_what_is_in_an_archive(tmp_path: Path) -> None:
    folder = a_build(tmp_path / "build", a="1")
    (folder / "python" / "a.py").chmod(0o600)

    with ZipFile(tmp_path / zip_folder(folder, tmp_path, "Layer")) as archive:
        [only] = archive.infolist()
    assert (only.filename, only.external_attr >> 16 & 0o777, only.create_system) == ("python/a.py", 0o644, 3)


def test_nothing_built_is_nothing_packed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is empty: run make build"):
        zip_folder(tmp_path / "nothing", tmp_path, "Layer")


# The template


def test_nothing_is_left_of_the_transform(packaged: dict[str, Any]) -> None:
    """StackSets of an organization take none: docs/decisions/0068."""
    assert "Transform" not in packaged
    assert [name for name, each in packaged["Resources"].items() if "Serverless" in each["Type"]] == []


def test_what_is_no_function_or_layer_is_deployed_as_it_stands(packaged: dict[str, Any]) -> None:
    """Under its logical id, so that a stack may go from one to the other; but for the layer, which SAM names by its content."""
    kept = {name: each for name, each in SOURCE["Resources"].items() if name not in CODED}
    layer = {name for name, each in SOURCE["Resources"].items() if each["Type"].endswith("LayerVersion")}

    assert json.loads(json.dumps(kept, default=str)) == {name: packaged["Resources"][name] for name in kept}
    assert set(CODED) - layer <= packaged["Resources"].keys()
    for section in ("Rules", "Outputs"):
        assert packaged[section] == json.loads(json.dumps(SOURCE[section], default=str))


def test_only_the_place_of_the_code_is_asked_for_besides(packaged: dict[str, Any]) -> None:
    assert packaged["Parameters"].keys() - SOURCE["Parameters"].keys() == plain.PARAMETERS.keys()
    assert {name: packaged["Parameters"][name] for name in SOURCE["Parameters"]} == SOURCE["Parameters"]
    grouped = [
        name
        for group in packaged["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    ]
    assert sorted(grouped) == sorted(packaged["Parameters"])


def test_the_bucket_that_was_named_is_a_default_and_without_one_whoever_deploys_is_asked(
    packaged: dict[str, Any],
) -> None:
    assert {name: packaged["Parameters"][name]["Default"] for name in DEFAULTS} == DEFAULTS
    unnamed = plain.plain(SOURCE, dict.fromkeys(CODED, "a.zip"), {})["Parameters"]
    assert [name for name in plain.PARAMETERS if "Default" not in unnamed[name]] == ["CodeBucket"]


def test_code_comes_from_the_bucket_or_from_that_of_the_region(packaged: dict[str, Any]) -> None:
    places = [each["S3Bucket"] for each in code_of(packaged).values()]

    own = {"Fn::Sub": "${CodeBucket}-${AWS::Region}"}
    assert places == [{"Fn::If": ["HasCodeBucketPerRegion", own, {"Ref": "CodeBucket"}]}] * len(CODED)
    assert packaged["Conditions"]["HasCodeBucketPerRegion"] == {"Fn::Equals": [{"Ref": "CodeBucketPerRegion"}, "true"]}


def test_one_template_serves_every_partition(folder: Path) -> None:
    text = (folder / "template.yaml").read_text(encoding="utf-8")

    assert "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" in text
    assert not re.search(r"arn:aws(-cn|-us-gov)?:iam::aws:", text)


def test_another_code_is_another_layer_so_that_functions_get_it() -> None:
    zips = dict.fromkeys(CODED, "a.zip")
    one = plain.plain(SOURCE, zips, {})["Resources"].keys()

    assert one ^ plain.plain(SOURCE, {**zips, "SharedLayer": "b.zip"}, {})["Resources"].keys()


def test_it_is_larger_than_a_call_may_carry_and_far_from_what_s3_may(folder: Path, packaged: dict[str, Any]) -> None:
    """Why every way goes by a URL; and the limits of CloudFormation."""
    size = (folder / "template.yaml").stat().st_size

    assert 51_200 < size < plain.MOST_BYTES / 2
    assert len(packaged["Parameters"]) < plain.MOST_PARAMETERS / 2
    assert len(packaged["Resources"]) < plain.MOST_RESOURCES / 2


@pytest.mark.parametrize(
    ("section", "many", "what"), [("Parameters", 201, "201 parameters"), ("Resources", 501, "501 resources")]
)
def test_more_than_cloudformation_takes_is_refused(
    packaged: dict[str, Any], section: str, many: int, what: str
) -> None:
    with pytest.raises(ValueError, match=f"the template has {what}, and CloudFormation takes"):
        plain.text_of(packaged | {section: {f"A{number}": {} for number in range(many)}})


def test_what_the_transform_refuses_is_one_sentence() -> None:
    broken = {**SOURCE, "Resources": {**SOURCE["Resources"], "X": {"Type": "AWS::Serverless::Api"}}}

    with pytest.raises(ValueError, match=r"SAM's transform does not take the template: .*X"):
        plain.plain(broken, dict.fromkeys(CODED, "a.zip"), {})


def test_cfn_lint_finds_nothing(folder: Path) -> None:
    linted = subprocess.run(  # noqa: S603 - our own command
        [str(ROOT / ".venv-sam/bin/cfn-lint"), str(folder / "template.yaml")],
        env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (linted.stdout, linted.returncode) == ("", 0)
