"""Where does the stack stand for which an event is played? Its rules match its own account and Region only.

An event says where it came from, also when another account or Region sends it on to this event bus.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from simulator.world.core.core import ACCOUNT_ID, REGION

# The ids with which AWS's pages write "your account"; an event of any other one is a foreign account's.
EXAMPLES = ("111122223333", ACCOUNT_ID)
ELSEWHERE = {
    "account": "999999999999",
    "region": "us-gov-west-1",
}  # in the place of a foreign one that looks like our own


@dataclass(frozen=True, slots=True)
class Home:
    account: str
    region: str

    @classmethod
    def of(cls, event: Mapping[str, Any], account: str | None = None, region: str | None = None) -> Self:
        """As told; else an account of AWS's examples and the event's Region, so that documented events play as they are."""
        given, where = event.get("account"), event.get("region")
        own = given if given in EXAMPLES else ACCOUNT_ID
        return cls(account or str(own), region or (where if isinstance(where, str) else REGION))

    def has_sent(self, event: Mapping[str, Any]) -> bool:
        """Whether it tells of what is there; nothing of ours changes by what happens elsewhere."""
        return self.seen(event) == {**event, "account": ACCOUNT_ID, "region": REGION}

    def seen(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The event as the rules of the simulator's stack have to see it, which stands in one account and Region only."""
        own = {"account": (self.account, ACCOUNT_ID), "region": (self.region, REGION)}
        return {**event, **{key: _seen(key, event, *both) for key, both in own.items()}}


def _seen(key: str, event: Mapping[str, Any], home: str, simulated: str) -> Any:
    """An event that does not say where it came from is our own."""
    given = event.get(key, home)
    return simulated if given == home else ELSEWHERE[key] if given == simulated else given
