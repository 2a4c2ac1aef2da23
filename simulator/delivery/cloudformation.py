"""What does a template say once its parameters are known? Short tags, intrinsic functions and conditions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

NO_VALUE = object()
PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            raise ValueError(f"The template has !{suffix} where no value can be.")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def load(path: Path) -> dict[str, Any]:
    """Read a template as plain values with long-form intrinsic functions."""
    template = pickle.loads(_parsed(path.read_text()))  # noqa: S301 - a copy of our own
    if not isinstance(template, dict) or "Resources" not in template:
        raise ValueError(f"{path} is no CloudFormation template: it has no Resources.")
    return template


@lru_cache(maxsize=4)
def _parsed(text: str) -> bytes:
    """Parsing takes as long as playing several minutes of a small fleet."""
    return pickle.dumps(yaml.load(text, Loader=_Loader))  # noqa: S506 - a SafeLoader


class Resolver:
    """Evaluates intrinsic functions; `ref` and `attribute` answer for resources."""

    def __init__(
        self,
        template: Mapping[str, Any],
        values: Mapping[str, Any],
        ref: Callable[[str], Any],
        attribute: Callable[[str, str], Any],
    ) -> None:
        """`values` are those of the parameters and pseudo parameters."""
        self._template = template
        self._values = values
        self._ref = ref
        self._attribute = attribute

    def resolve(self, node: Any) -> Any:
        """Replace every intrinsic function; a property set to AWS::NoValue disappears."""
        match node:
            case dict() if len(node) == 1 and (key := next(iter(node))) in FUNCTIONS:
                return FUNCTIONS[key](self, node[key])
            case dict():
                resolved = {key: self.resolve(value) for key, value in node.items()}
                return {key: value for key, value in resolved.items() if value is not NO_VALUE}
            case list():
                return [v for each in node if (v := self.resolve(each)) is not NO_VALUE]
            case _:
                return node

    def holds(self, condition: str) -> bool:
        conditions = self._template.get("Conditions", {})
        if condition not in conditions:
            raise ValueError(f"The template has no condition {condition}.")
        return bool(self.resolve(conditions[condition]))

    def ref(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        return self._ref(name)

    def attribute(self, path: Any) -> Any:
        return self._attribute(*path)

    def sub(self, operand: Any) -> str:
        text, given = (operand, {}) if isinstance(operand, str) else operand
        names = self.resolve(given)

        def value(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in names:
                return str(names[name])
            return str(self.attribute(name.split(".", 1)) if "." in name else self.ref(name))

        return PLACEHOLDER.sub(value, text)

    def choose(self, operand: Any) -> Any:
        condition, when_true, when_false = operand
        return self.resolve(when_true if self.holds(condition) else when_false)

    def join(self, operand: Any) -> str:
        separator, parts = operand
        return str(separator).join(str(part) for part in self.resolve(parts))

    def split(self, operand: Any) -> list[str]:
        separator, text = operand
        return str(self.resolve(text)).split(separator)

    def select(self, operand: Any) -> Any:
        index, items = operand
        return self.resolve(items)[int(self.resolve(index))]

    def find_in_map(self, operand: Any) -> Any:
        name, top, second = self.resolve(operand)
        return self._template["Mappings"][name][top][second]


def _equals(resolver: Resolver, operand: Any) -> bool:
    left, right = resolver.resolve(operand)
    return str(left) == str(right)


FUNCTIONS: dict[str, Callable[[Resolver, Any], Any]] = {
    "Ref": Resolver.ref,
    "Condition": Resolver.holds,
    "Fn::GetAtt": Resolver.attribute,
    "Fn::Sub": Resolver.sub,
    "Fn::If": Resolver.choose,
    "Fn::Join": Resolver.join,
    "Fn::Split": Resolver.split,
    "Fn::Select": Resolver.select,
    "Fn::FindInMap": Resolver.find_in_map,
    "Fn::Equals": _equals,
    "Fn::Not": lambda resolver, operand: not resolver.resolve(operand[0]),
    "Fn::And": lambda resolver, operand: all(resolver.resolve(operand)),
    "Fn::Or": lambda resolver, operand: any(resolver.resolve(operand)),
}
