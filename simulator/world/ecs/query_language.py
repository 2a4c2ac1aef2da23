"""Which container instances does an expression choose? Filters of ListContainerInstances and memberOf constraints.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from simulator.world.core.records import ContainerInstance
from simulator.world.ecs.container_instance_shapes import VERSION_INFO, attributes

type Test = Callable[[ContainerInstance], bool]
type Values = list[str]  # none: the subject does not exist; `task:group` has one for each task

_TOKEN = re.compile(
    r"\s*(\[[^\]]*\]|'[^']*'|\"[^\"]*\"|\(|\)|&&|\|\||==|!=|>=|<=|=~|!~|>|<|!(?:in|exists)\b|!|[^\s()\[\]<>=!~&|]+)"
)
_SAME = {
    "equals": "==", "not_equals": "!=", "greater_than": ">", "greater_than_equal": ">=", "less_than": "<",
    "less_than_equal": "<=", "not_exists": "!exists", "not_in": "!in", "matches": "=~", "not_matches": "!~",
}  # fmt: skip
_ORDERED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}


@lru_cache(maxsize=256)
def test_of(expression: str) -> Test:
    """The expression as a test of one host; ValueError where this model cannot read it.

    `registeredAt` is not modelled.
    """
    reader = _Reader([match[1] for match in _TOKEN.finditer(expression)])
    test = reader.either()
    if reader.left or _TOKEN.sub("", expression).strip():
        raise ValueError(f"Invalid expression: {expression}")
    return test


class _Reader:
    """Takes a list of tokens apart; `and` binds closer than `or`."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or", "||"):
            tests.append(self._both())
        return lambda host: any(test(host) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._next_is("and", "&&"):
            tests.append(self._single())
        return lambda host: all(test(host) for test in tests)

    def _single(self) -> Test:
        if self._next_is("not", "!"):
            inner = self._single()
            return lambda host: not inner(host)
        if self._next_is("("):
            inner = self.either()
            if not self._next_is(")"):
                raise ValueError("A parenthesis is not closed.")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        read = _reader_of(self._take())
        written = self._take()
        operator = _SAME.get(written, written)
        if operator in ("exists", "!exists"):
            return lambda host: bool(read(host)) is (operator == "exists")
        compare = _comparison(operator, self._take())
        return lambda host: compare(read(host))

    def _take(self) -> str:
        if not self.left:
            raise ValueError("The expression ends too early.")
        return self.left.pop(0)

    def _next_is(self, *words: str) -> bool:
        if self.left and self.left[0] in words:
            del self.left[0]
            return True
        return False


def _reader_of(subject: str) -> Callable[[ContainerInstance], Values]:
    name = subject.partition(":")[2]
    if subject.startswith("attribute:") and name:
        return lambda host: [str(a.get("value", "")) for a in attributes(host) if a["name"] == name]
    match subject:
        case "ec2InstanceId":
            return lambda host: [host.instance.id]
        case "agentConnected":
            return lambda host: [str(host.agent_connected).lower()]
        case "agentVersion":
            return lambda _: [VERSION_INFO["agentVersion"]]
        case "runningTasksCount":
            return lambda host: [str(host.running)]
        case "task:group":
            return lambda host: [task.group for task in host.unfinished.values() if task.desired_status == "RUNNING"]
        case _:
            raise ValueError(f"Unknown subject: {subject}")


def _comparison(operator: str, argument: str) -> Callable[[Values], bool]:
    """A subject that does not exist satisfies only the negative operators."""
    wanted = [part.strip(" '\"") for part in argument.strip("[]").split(",")]
    match operator:
        case "==" | "in":
            return lambda values: any(value in wanted for value in values)
        case "!=" | "!in":
            return lambda values: not any(value in wanted for value in values)
        case "=~" | "!~":
            pattern = re.compile(wanted[0] if len(wanted) == 1 else argument)
            return lambda values: any(pattern.fullmatch(value) for value in values) is (operator == "=~")
        case ">" | ">=" | "<" | "<=":
            order, limit = _ORDERED[operator], _numbers(wanted[0])
            return lambda values: any(order(_numbers(value), limit) for value in values)
        case _:
            raise ValueError(f"Unknown operator: {operator}")


def _numbers(text: str) -> tuple[int, ...]:
    """A count or a version as numbers."""
    return tuple(int(part) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    return (part for part in re.findall(r"\d+", text))
