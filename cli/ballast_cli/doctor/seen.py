"""A part of AWS as we saw it, or that we could not look, and why. Nobody takes the second for «all is well»."""

from __future__ import annotations

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Unseen:
    """`action`: the IAM action that was refused, if one was. `follows`: something else has to be mended first."""

    why: str
    action: str = ""
    follows: bool = False


type Seen[T] = T | Unseen


def seen[T](part: T | Unseen) -> T:
    """Of what the caller knows to be seen."""
    if isinstance(part, Unseen):
        raise TypeError(f"Nobody has seen it: {part.why}")
    return part
