"""Placement constraints, token by token: which names are in them?

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ballast.value import dataclass
from ballast_cli.dump.records import Dump

OF_AWS = ("ecs.", "com.amazonaws.", "bottlerocket.")  # how attributes begin that AWS puts
TOKEN = re.compile(
    r"\[[^\]]*\]|'[^']*'|\"[^\"]*\"|\(|\)|&&|\|\||==|!=|>=|<=|=~|!~|>|<|!(?:in|exists)\b|!|[^\s()\[\]<>=!~&|]+"
)
JOINS = frozenset({"(", ")", "and", "or", "not", "&&", "||", "!"})
UNARY = frozenset({"exists", "!exists", "not_exists"})
PATTERNS = frozenset({"=~", "!~", "matches", "not_matches"})
ATTRIBUTE, TASKS, INSTANCE = "attribute:", "task:group", "ec2InstanceId"


@dataclass(frozen=True, slots=True)
class Asked:
    """Names that expressions have, whether or not anything has them."""

    attributes: set[str]
    values: set[str]
    task_groups: set[str]


def named_in(dump: Dump) -> Asked:
    asked = Asked(set(), set(), set())
    for expression in every(dump):
        for subject, operator, argument in comparisons(expression):
            if subject.startswith(ATTRIBUTE) and not of_aws(subject):
                asked.attributes.add(subject.removeprefix(ATTRIBUTE))
                asked.values.update(parts(argument) if operator not in PATTERNS else ())
            elif subject == TASKS and operator not in PATTERNS:
                asked.task_groups.update(p for p in parts(argument) if p.partition(":")[0] not in ("service", "family"))
    return asked


def every(dump: Dump) -> Iterator[str]:
    of_services = (e for each in dump.services for e in each.members)
    yield from dict.fromkeys((*of_services, *(e for each in dump.definitions for e in each.members)))


def comparisons(expression: str) -> Iterator[tuple[str, str, str]]:
    """Subject, operator and argument of each; half of one at the end is left out."""
    left = [token for token in TOKEN.findall(expression) if token not in JOINS]
    while len(left) > 1:
        subject, operator = left.pop(0), left.pop(0)
        argument = "" if operator in UNARY else left.pop(0) if left else ""
        yield subject, operator, argument


def parts(argument: str) -> list[str]:
    return [part.strip(" '\"") for part in argument.strip("[]").split(",")]


def of_aws(subject: str) -> bool:
    return subject.removeprefix(ATTRIBUTE).startswith(OF_AWS)
