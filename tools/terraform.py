"""`make docs` writes terraform/parameters.tf: a variable for each parameter of the template.

A variable that is null is left to the template's default. Patterns stay with CloudFormation: Go's regular expressions, which
are Terraform's, do not take all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load

HEADER = "# Written by `make docs` from the parameters of template.yaml. null: the template's default.\n"


def parameters(root: Path) -> str:
    """The file, formatted as `terraform fmt` does."""
    known: Mapping[str, Mapping[str, Any]] = load(root / "template.yaml")["Parameters"]
    blocks = ["\n".join(_variable(name, about)) for name, about in known.items()]
    return "\n\n".join([HEADER.rstrip(), *blocks, "\n".join(_given(known))]) + "\n"


def variable_of(parameter: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


def type_of(about: Mapping[str, Any]) -> str:
    if about.get("AllowedValues") == ["true", "false"]:
        return "bool"
    return "number" if about["Type"] == "Number" else "string"


def _variable(name: str, about: Mapping[str, Any]) -> Iterator[str]:
    kind = type_of(about)
    yield f'variable "{variable_of(name)}" {{'
    yield f"  description = {_quoted(about['Description'])}"
    yield f"  type        = {kind}"
    yield "  default     = null"
    if kind != "bool" and (limit := _limit(name, about)):
        condition, says = limit
        yield "  validation {"
        yield f"    condition     = var.{variable_of(name)} == null ? true : {condition}"
        yield f"    error_message = {_quoted(f'{variable_of(name)} must be {says}.')}"
        yield "  }"
    yield "}"


def _limit(name: str, about: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is allowed, as a condition and in words."""
    variable = f"var.{variable_of(name)}"
    if allowed := about.get("AllowedValues"):
        values = [value if about["Type"] == "Number" else _quoted(value) for value in allowed]
        return f"contains([{', '.join(map(str, values))}], {variable})", f"one of {', '.join(map(str, allowed))}"
    if "MinValue" in about:
        least, most = about["MinValue"], about["MaxValue"]
        return f"{variable} >= {least} && {variable} <= {most}", f"from {least} to {most}"
    return None


def _given(known: Mapping[str, Any]) -> Iterator[str]:
    width = max(map(len, known))
    yield "locals {"
    yield "  given = {"
    for name, about in known.items():
        variable = f"var.{variable_of(name)}"
        yield f"    {name:{width}} = {variable if type_of(about) == 'string' else f'tostring({variable})'}"
    yield "  }"
    yield "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
