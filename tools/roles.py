"""What may each function do? One table a function, from the statements of its role in template.yaml.

The reason of a statement is the comment behind its Sid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator.delivery.cloudformation import load
from simulator.delivery.policies import managed
from tools.scopes import Scopes

HEADINGS = ("Statement", "Why", "Actions", "On", "Only")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a role; `only_if` are the words of the template's condition that adds it, or empty."""

    sid: str
    why: str
    values: Mapping[str, Any]
    only_if: str


def roles(root: Path) -> str:
    """The tables as Markdown; ValueError for a statement without a reason, or that no words are known for."""
    path = root / "template.yaml"
    template, text = load(path), path.read_text(encoding="utf-8")
    functions = {n: r["Properties"] for n, r in template["Resources"].items() if "CodeUri" in r.get("Properties", {})}
    parts = []
    for name, properties in functions.items():
        folder = properties["CodeUri"].removeprefix("functions/")
        parts += [f"### `{folder}`", properties["Description"], _table(statements_of(name, template, text), template)]
    return "\n\n".join(parts)


def statements_of(function: str, template: Mapping[str, Any], text: str) -> list[Statement]:
    """In the template's order, those of managed policies last; `text` is the template as written, with its comments."""
    [policy] = template["Resources"][function]["Properties"]["Policies"]
    [node] = _child(_root(text), "Resources", function, "Properties", "Policies").value
    scopes, lines = Scopes(template), text.splitlines()
    found = list(_in_document(policy, node, scopes, lines))
    for name, resource in managed(function, template["Resources"]):
        node = _child(_root(text), "Resources", name, "Properties", "PolicyDocument")
        held = scopes.holds(resource["Condition"]) if "Condition" in resource else ""
        of_policy = _in_document(resource["Properties"]["PolicyDocument"], node, scopes, lines)
        found += [replace(one, only_if=held) for one in of_policy]
    return found


def _in_document(document: Mapping[str, Any], node: yaml.Node, scopes: Scopes, lines: list[str]) -> Iterator[Statement]:
    for value, child in zip(document["Statement"], _child(node, "Statement").value, strict=True):
        yield from _unfolded(value, child, scopes, lines)


def _unfolded(value: Mapping[str, Any], node: yaml.Node, scopes: Scopes, lines: list[str]) -> Iterator[Statement]:
    """The statement itself, or those of an `!If`, each with its condition in words."""
    if "Fn::If" in value:
        condition, *options = value["Fn::If"]
        words = (scopes.holds(condition), scopes.holds(condition, negated=True))
        for option, child, only_if in zip(options, node.value[1:], words, strict=True):
            if "Sid" in option:
                yield _statement(option, child, lines, only_if)
    else:
        yield _statement(value, node, lines, "")


def _statement(values: Mapping[str, Any], node: yaml.Node, lines: list[str], only_if: str) -> Statement:
    sid = values["Sid"]
    why = lines[_child(node, "Sid").start_mark.line].partition(" # ")[2].strip()
    if not why:
        raise ValueError(f"statement {sid} of template.yaml has no comment behind its Sid that says why")
    return Statement(sid, why, values, only_if)


def _table(statements: list[Statement], template: Mapping[str, Any]) -> str:
    scopes = Scopes(template)
    rows = []
    for each in statements:
        condition = each.values.get("Condition")
        only = [scopes.condition(condition)] if condition else []
        only += [f"if {each.only_if}"] if each.only_if else []
        actions = ", ".join(_action(action, scopes) for action in listed(each.values["Action"]))
        if each.values["Effect"] == "Deny":
            actions = f"none of {actions}"
        resources = listed(each.values.get("Resource", each.values.get("NotResource")))
        on = ("anything but " if "NotResource" in each.values else "") + ", ".join(map(scopes.resource, resources))
        rows.append((f"`{each.sid}`", each.why, actions, on, "; ".join(only)))
    return "\n".join([_row(HEADINGS), "|---" * len(HEADINGS) + "|", *map(_row, rows)])


def _action(action: str | Mapping[str, Any], scopes: Scopes) -> str:
    """One that a condition adds says which; on its other side there is none."""
    if isinstance(action, str):
        return f"`{action}`"
    condition, added, _ = action["Fn::If"]
    return f"`{added}` (if {scopes.holds(condition)})"


def _row(cells: tuple[str, ...]) -> str:
    return "|" + "|".join(f" {cell.replace('|', '\\|')} " if cell else " " for cell in cells) + "|"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@cache
def _root(text: str) -> yaml.Node:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ValueError("the template is empty")
    return node


def _child(node: yaml.Node, *keys: str) -> yaml.Node:
    for key in keys:
        node = next(value for name, value in node.value if name.value == key)
    return node
