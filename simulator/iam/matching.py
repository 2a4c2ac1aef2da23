"""How do policies match text? Wildcards in strings, in ARNs and in the resources of a statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import cache

ARN_PARTS = 6


@cache
def wildcards(pattern: str) -> re.Pattern[str]:
    """`*` is any text, `?` any one character."""
    translated = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.compile(translated, re.DOTALL)


def like(pattern: str, text: str) -> bool:
    return wildcards(pattern).fullmatch(text) is not None


def arn_like(pattern: str, text: str) -> bool:
    """Each of the six parts that colons separate is matched by itself; the last may hold colons of its own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    wanted, given = pattern.split(":", ARN_PARTS - 1), text.split(":", ARN_PARTS - 1)
    return len(wanted) == len(given) == ARN_PARTS and all(map(like, wanted, given))


def resource_like(pattern: str, resource: str) -> bool:
    """A request on no particular resource is one on `*`, which only `*` allows."""
    return pattern == "*" or arn_like(pattern, resource)


def action_like(pattern: str, action: str) -> bool:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html: case does not matter."""
    return like(pattern.lower(), action.lower())
