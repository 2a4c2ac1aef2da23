"""Does a host meet an expression of the cluster query language? True, False, or None where that cannot be told.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from ballast.facts.view import ContainerInstance

type Verdict = bool | None


class TaskGroups(NamedTuple):
    """Of the tasks on a host: those that are there and stay, and those of which a task may come meanwhile."""

    here: frozenset[str] = frozenset()
    arriving: frozenset[str] = frozenset()


type Host = tuple[ContainerInstance, TaskGroups | None]  # None: its tasks are not known
type Test = Callable[[Host], Verdict]

_TOKEN = re.compile(
    r"\s*(\[[^\]]*\]|'[^']*'|\"[^\"]*\"|\(|\)|&&|\|\||==|!=|>=|<=|=~|!~|>|<|!(?:in|exists)\b|!|[^\s()\[\]<>=!~&|]+)"
)
_SAME = {
    "equals": "==", "not_equals": "!=", "greater_than": ">", "greater_than_equal": ">=", "less_than": "<",
    "less_than_equal": "<=", "not_exists": "!exists", "not_in": "!in", "matches": "=~", "not_matches": "!~",
}  # fmt: skip
LONGEST = 1000  # of an expression; a deeper one is not read


def is_member(host: ContainerInstance, expressions: Iterable[str], tasks: TaskGroups | None = None) -> Verdict:
    """Of all of them."""
    return _both([_test_of(expression)((host, tasks)) for expression in expressions])


@lru_cache(maxsize=256)
def _test_of(expression: str) -> Test:
    reader = _Reader([match[1] for match in _TOKEN.finditer(expression)])
    try:
        test = reader.either() if len(expression) <= LONGEST else _cannot_tell
    except (ValueError, RecursionError):
        return _cannot_tell
    return _cannot_tell if reader.left or _TOKEN.sub("", expression).strip() else test


def _cannot_tell(_: Host) -> Verdict:
    return None


class _Reader:
    """Takes a list of tokens apart; `and` binds closer than `or`."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self) -> Test:
        tests = [self._all()]
        while self._next_is("or", "||"):
            tests.append(self._all())
        return lambda host: _not(_both([_not(test(host)) for test in tests]))

    def _all(self) -> Test:
        tests = [self._single()]
        while self._next_is("and", "&&"):
            tests.append(self._single())
        return lambda host: _both([test(host) for test in tests])

    def _single(self) -> Test:
        if self._next_is("not", "!"):
            inner = self._single()
            return lambda host: _not(inner(host))
        if self._next_is("("):
            test = self.either()
            if not self._next_is(")"):
                raise ValueError("a parenthesis is not closed")
            return test
        subject, operator = self._take(), self._take()
        operator = _SAME.get(operator, operator)
        argument = None if operator in ("exists", "!exists") else self._take()
        return lambda host: _compared(host, subject, operator, argument)

    def _take(self) -> str:
        if not self.left:
            raise ValueError("it ends too early")
        return self.left.pop(0)

    def _next_is(self, *words: str) -> bool:
        if self.left and self.left[0] in words:
            del self.left[0]
            return True
        return False


def _both(verdicts: list[Verdict]) -> Verdict:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _not(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _compared(seen: Host, subject: str, operator: str, argument: str | None) -> Verdict:
    """Attributes, the EC2 id, the agent, and task groups where they are known; of versions and dates nothing is known here."""
    host, tasks = seen
    name = subject.partition(":")[2]
    if subject == "task:group" and tasks is not None:
        return _of_tasks(tasks, operator, argument)
    if subject.startswith("attribute:") and name:
        there = name in host.attributes
        value = host.attributes.get(name) or ""
    elif subject in ("ec2InstanceId", "agentConnected"):
        there = True
        value = host.instance_id if subject == "ec2InstanceId" else str(host.agent_connected).lower()
    else:
        return None
    if argument is None:
        return there is (operator == "exists")
    return _holds(value if there else None, operator, argument)


_NEGATED = {"!=": "==", "!in": "in", "!~": "=~", "!exists": "exists"}


def _of_tasks(tasks: TaskGroups, operator: str, argument: str | None) -> Verdict:
    """Whether a task of such a group is there: not known while one may come."""
    if operator in _NEGATED:
        return _not(_of_tasks(tasks, _NEGATED[operator], argument))

    def some(groups: frozenset[str]) -> Verdict:
        found = [True if argument is None else _holds(group, operator, argument) for group in groups]
        return _not(_both([_not(verdict) for verdict in found]))

    return True if (here := some(tasks.here)) else None if here is None or some(tasks.arriving) is not False else False


def _holds(value: str | None, operator: str, argument: str) -> Verdict:
    """A subject that does not exist meets only the negative operators."""
    wanted = [part.strip(" '\"") for part in argument.strip("[]").split(",")]
    match operator:
        case "==" | "in":
            return value in wanted
        case "!=" | "!in":
            return value not in wanted
        case "=~" | "!~":
            try:
                found = value is not None and re.fullmatch(argument.strip("'\""), value) is not None
            except re.error:
                return None
            return found is (operator == "=~")
        case _:
            return None
